"""Phones: what they were told, and that one in use is busy."""

from __future__ import annotations

import pytest

from app.simulator import phones
from app.simulator.phones import Manner, PhoneBehaviour, Phones


@pytest.mark.parametrize(
    ("words", "behaviour"),
    [
        ("busy", PhoneBehaviour(Manner.BUSY)),
        ("No_Answer", PhoneBehaviour(Manner.NO_ANSWER)),
        ("answers", PhoneBehaviour(answer_after_s=2)),
        ("answers after 0.5", PhoneBehaviour(answer_after_s=0.5)),
        ("answers after 2 presses 1", PhoneBehaviour(answer_after_s=2, presses="1")),
        ("answers presses 2 talks 9", PhoneBehaviour(presses="2", talk_s=9)),
        ("answer after 3 talk 10", PhoneBehaviour(answer_after_s=3, talk_s=10)),
    ],
)
def test_a_behaviour_is_read_from_words_and_told_in_words(words: str, behaviour: PhoneBehaviour) -> None:
    assert PhoneBehaviour.read(words) == behaviour
    assert PhoneBehaviour.read(str(behaviour)) == behaviour


def test_words_that_are_no_behaviour_are_refused() -> None:
    with pytest.raises(ValueError, match="sings"):
        PhoneBehaviour.read("sings")


def test_a_phone_that_rings_is_busy_until_it_is_released() -> None:
    office = Phones()
    assert office.ring("13900000001").rings
    assert office.ring("13900000001").manner is Manner.BUSY
    assert office.ring("13900000002").rings
    office.release("13900000001")
    assert office.ring("13900000001").rings


def test_a_phone_that_refuses_is_never_in_use() -> None:
    office = Phones({"1": PhoneBehaviour(Manner.REJECTS)})
    assert [office.ring("1").manner for _ in range(2)] == [Manner.REJECTS] * 2


def test_the_number_of_phones_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "MAX_PHONES", 1)
    office = Phones({"1": PhoneBehaviour()})
    office.set("1", PhoneBehaviour(Manner.BUSY))
    with pytest.raises(ValueError, match="phones"):
        office.set("2", PhoneBehaviour())
