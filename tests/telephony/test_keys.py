"""Which keys answer a question that were pressed before it, and which wait for the next."""

from __future__ import annotations

import pytest

from app.flow.commands import Collect
from app.telephony.keys import MOST, Keys

MENU = Collect(("menu",))
NUMBER = Collect(("number",), max_digits=3, terminators="#")
BEGUN_US, SOON_US, LATE_US = 1_000_000, 2_000_000, 9_000_000


def pressed(keys: str, at_us: int = BEGUN_US) -> Keys:
    heard = Keys()
    for key in keys:
        heard.hear(key, at_us)
    return heard


@pytest.mark.parametrize(
    ("waiting", "question", "digits", "is_whole", "left"),
    [
        ("", MENU, "", False, ""),
        ("1", MENU, "1", True, ""),
        ("12", MENU, "1", True, "2"),
        ("#1", MENU, "#", True, "1"),
        ("8", NUMBER, "8", False, ""),
        ("8#", NUMBER, "8", True, ""),
        ("8#1", NUMBER, "8", True, "1"),
        ("801", NUMBER, "801", True, ""),
        ("801#", NUMBER, "801", True, ""),
        ("8011#", NUMBER, "801", True, "1#"),
        ("#", NUMBER, "", True, ""),
        ("12", Collect((), min_digits=1, max_digits=4), "12", False, ""),
    ],
)
def test_what_is_taken_for_a_question(
    waiting: str, question: Collect, digits: str, is_whole: bool, left: str
) -> None:
    keys = pressed(waiting)
    assert keys.take(question, SOON_US) == (digits, is_whole)
    assert keys.waiting == left


@pytest.mark.parametrize(
    ("begun", "heard", "read", "whole"),
    [
        ("", "1", "1", "1"),
        ("", "11", "1", "11"),
        ("", "21", "1", "21"),
        ("", "2", "", "2"),
        ("", "#", "", ""),
        ("", "01#", "01", "01"),
        ("", "1#01", "01", "1#01"),
        ("8", "01#", "01", "801"),
        ("8", "", "", "8"),
        ("", "", "7", "7"),
        ("8", "3", "7", "87"),
    ],
    ids=[
        "read",
        "the same key before it began",
        "another key before it began",
        "read none of them",
        "only a terminator",
        "with a terminator",
        "a terminator before it began",
        "begun before",
        "begun and not ended",
        "event missing",
        "event missing after another",
    ],
)
def test_no_key_counts_twice_and_none_is_lost(begun: str, heard: str, read: str, whole: str) -> None:
    keys = pressed(heard)
    keys.answered(begun, read, "#")
    assert keys.waiting == whole


@pytest.mark.parametrize(
    ("question", "key", "at_us", "left"),
    [
        (NUMBER, "#", SOON_US, ""),
        (NUMBER, "#", LATE_US, "#"),
        (NUMBER, "2", SOON_US, "2"),
        (Collect(("number",), max_digits=3), "#", SOON_US, "#"),
    ],
    ids=["at once", "much later", "another key", "no terminator was asked for"],
)
def test_the_end_of_a_number_that_was_whole_before_it(
    question: Collect, key: str, at_us: int, left: str
) -> None:
    keys = pressed("801")
    keys.take(question, BEGUN_US)
    keys.hear(key, at_us)
    assert keys.waiting == left


def test_only_the_first_key_behind_a_number_can_be_its_end() -> None:
    keys = pressed("801")
    keys.take(NUMBER, BEGUN_US)
    keys.hear("2", SOON_US)
    keys.hear("#", SOON_US)
    assert keys.waiting == "2#"


def test_what_is_forgotten() -> None:
    keys = pressed("12")
    keys.forget(SOON_US)
    keys.hear("3", SOON_US - 1)
    keys.hear("4", SOON_US)
    assert keys.waiting == "4"


def test_there_are_no_more_keys_than_a_caller_can_mean() -> None:
    assert len(pressed("12" * MOST).waiting) == MOST
    assert pressed("1A").waiting == "1"
