"""Callers who press keys faster than questions begin: whole calls over real sockets."""

from __future__ import annotations

from typing import Any

import pytest

from app.calls.state import Begin, StateLog
from app.errors import CallerHungUp
from app.flow.commands import Collect
from app.flow.interpreter import Walk
from app.simulator.phones import PhoneBehaviour
from app.telephony.acts import media
from app.telephony.channel import Channel
from app.telephony.driver import Driver
from tests.flow.company import facts, snapshot_of
from tests.telephony.bench import SECRET, Bench
from tests.telephony.conftest import Call, CallMaker
from tests.telephony.flows import play
from tests.telephony.peer import UUID

MENU: dict[str, Any] = {"kind": "menu", "prompt": "welcome", "timeout_s": 2, "tries": 1}
LAST = MENU | {"exits": {"1": "bye", "2": "bye", "no_key": "bye"}}
ANNOUNCE = {"kind": "announce", "prompt": "closed"}
BYE = {"kind": "hangup"}
DESK = "13900000001"


def steps(bench: Bench, keys: str, **nodes: Any) -> list[tuple[str, str]]:
    """Nodes of a call and their exits; "bye" ends it."""
    bench.flow(**nodes, bye=BYE)
    return [(step["node"], step["exit"]) for step in bench.call(keys)["trail"] if step["node"] != "bye"]


def test_keys_of_nested_menus_pressed_in_one_go(bench: Bench) -> None:
    way = steps(bench, "122", a=MENU | {"exits": {"1": "b"}}, b=MENU | {"exits": {"2": "c"}}, c=LAST)
    assert way == [("a", "1"), ("b", "2"), ("c", "2")]


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        ("wait 0.3, press 1", [("a", "done"), ("b", "1"), ("c", "no_key")]),
        ("wait 0.3, press 12", [("a", "done"), ("b", "1"), ("c", "2")]),
        ("wait 0.3, press 92", [("a", "done"), ("b", "wrong_key")]),
        ("wait 0.3, press 1, wait 1, press 2", [("a", "done"), ("b", "1"), ("c", "2")]),
    ],
    ids=["one", "two", "wrong", "one before and one in the menu"],
)
def test_keys_pressed_in_an_announcement_count_for_the_menus_behind_it(
    bench: Bench, keys: str, way: list[tuple[str, str]]
) -> None:
    nodes = {"a": ANNOUNCE | {"exits": {"done": "b"}}, "b": MENU | {"exits": {"1": "c", "wrong_key": "bye"}}}
    assert steps(bench, keys, **nodes, c=LAST) == way


def test_a_menu_that_is_answered_beforehand_is_not_even_played(bench: Bench) -> None:
    nodes = {"a": ANNOUNCE | {"exits": {"done": "b"}}, "b": MENU | {"exits": {"1": "bye"}}}
    bench.flow(**nodes, bye=BYE)
    one, two = bench.call("wait 0.3, press 1")["trail"][:2]
    assert (two["exit"], two["end_ms"]) == ("1", one["end_ms"])


def test_keys_pressed_while_a_menu_says_that_the_key_was_wrong(bench: Bench) -> None:
    way = steps(bench, "91", a=MENU | {"tries": 2, "exits": {"1": "b"}}, b=LAST)
    assert way == [("a", "1"), ("b", "no_key")]


@pytest.mark.parametrize(
    "keys", ["wait 0.3, press 97531#2", "wait 0.7, press 97531#2", "wait 0.3, press 975, wait 2, press 31#2"]
)
def test_a_password_that_is_begun_in_an_announcement(bench: Bench, keys: str) -> None:
    way = steps(
        bench,
        keys,
        a=ANNOUNCE | {"exits": {"done": "b"}},
        b={
            "kind": "password",
            "prompt": "password",
            "password": "97531",
            "tries": 1,
            "exits": {"right": "c"},
        },
        c=LAST,
    )
    assert way == [("a", "done"), ("b", "right"), ("c", "2")]


@pytest.mark.parametrize(
    ("behaviour", "keys", "way"),
    [
        ("answers after 1 talks 5", "wait 3, press 12", "answered"),
        ("no answer", "wait 3, press 1212", "no_answer"),
    ],
    ids=["in a conversation", "while it rings"],
)
def test_keys_meant_for_somebody_else_do_not_answer_a_menu(
    bench: Bench, behaviour: str, keys: str, way: str
) -> None:
    bench.phones.set(DESK, PhoneBehaviour.read(behaviour))
    hunt = {"kind": "hunt", "phones": ["desk"], "ring_timeout_s": 10, "exits": {way: "b"}}
    assert steps(bench, keys, a=hunt, b=LAST) == [("a", way), ("b", "no_key")]


def test_keys_pressed_in_a_recording_do_not_answer_a_menu(bench: Bench) -> None:
    voicemail = {"kind": "voicemail", "max_s": 20, "silence_s": 3, "exits": {"done": "b"}}
    way = steps(bench, "say 5, press 12#", a=voicemail, b=LAST)
    assert way == [("a", "done"), ("b", "no_key")]


def test_keys_pressed_in_a_queue_do_not_answer_a_menu(bench: Bench) -> None:
    queue = {"kind": "queue", "phones": ["desk"], "max_wait_s": 10, "every_s": 0, "exits": {"timeout": "b"}}
    assert bench.live.acquire(1, "another call", [DESK])
    assert steps(bench, "wait 3, press 12", a=queue, b=LAST) == [("a", "timeout"), ("b", "no_key")]
    bench.live.ended(1, "another call")


def test_the_hash_behind_an_extension_that_was_whole_before_it(bench: Bench) -> None:
    """Everybody is told to end with #: it must not be taken for an answer to what is said next."""
    bench.phones.set("13900000001", PhoneBehaviour.read("busy"))
    way = steps(
        bench,
        "wait 0.3, press 801#",
        a={"kind": "extension", "prompt": "extension", "exits": {"busy": "b"}},
        b=MENU | {"exits": {"#": "bye", "no_key": "bye"}},
    )
    assert way == [("a", "busy"), ("b", "no_key")]


# What the switch may say at any moment


def ask(channel: Channel, bench: Bench, *questions: Collect) -> list[str]:
    """What the caller answers to questions."""
    assert bench.around
    begin = Begin(1, facts().now, channel.switch_us)
    driver = Driver(channel, Walk(snapshot_of(), facts()), bench.around, StateLog(SECRET, UUID, begin))
    return [media.collect(driver, question).digits for question in questions]


def hear(one: Call, keys: str) -> None:
    for key in keys:
        one.switch.event("DTMF", DTMF_Digit=key)


@pytest.mark.parametrize(
    ("heard", "read", "digits", "left"),
    [("1", "1", "1", ""), ("21", "1", "2", "1"), ("2", "", "2", ""), ("", "1", "1", "")],
    ids=["read", "taken before it began", "taken before it began and no other", "event lost"],
)
def test_a_key_that_is_taken_while_the_question_is_on_its_way(
    call: CallMaker, bench: Bench, heard: str, read: str, digits: str, left: str
) -> None:
    one = call(lambda channel: ask(channel, bench, Collect(("welcome",))))
    question = one.switch.expect("play_and_get_digits")
    hear(one, heard)
    one.switch.complete(question, variable_read_result="success", variable_hotline_keys=read)
    assert (one.result(), one.channel.keys.waiting) == ([digits], left)


def test_the_rest_of_a_number_is_asked_for_in_silence(call: CallMaker, bench: Bench) -> None:
    def flow(channel: Channel) -> list[str]:
        play(channel)
        return ask(channel, bench, Collect(("extension",), min_digits=2, max_digits=3))

    one = call(flow)
    announcement = one.switch.expect("playback")
    hear(one, "8")
    one.switch.complete(announcement)
    question = one.switch.expect("play_and_get_digits")
    assert question["execute-app-arg"].startswith("1 2 1 3000 none silence_stream://1 ")
    hear(one, "01")
    one.switch.complete(question, variable_read_result="success", variable_hotline_keys="01")
    assert one.result() == ["801"]


def test_who_pressed_only_the_end_of_the_number_before_is_asked_again(call: CallMaker, bench: Bench) -> None:
    def flow(channel: Channel) -> list[str]:
        play(channel)
        number = Collect(("extension",), max_digits=3, terminators="#")
        return ask(channel, bench, number, Collect(("welcome",)))

    one = call(flow)
    announcement = one.switch.expect("playback")
    hear(one, "801")
    one.switch.complete(announcement)
    for pressed in ("#", "2"):
        question = one.switch.expect("play_and_get_digits")
        hear(one, pressed)
        one.switch.complete(question, variable_read_result="success", variable_hotline_keys=pressed)
    assert one.result() == ["801", "2"]


def test_keys_are_forgotten_here_and_on_the_switch(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        play(channel)
        channel.forget_keys(kept=True)
        play(channel)
        return channel.keys.waiting

    one = call(flow)
    for keys in ("12", ""):
        playback = one.switch.expect("playback")
        hear(one, keys)
        one.switch.complete(playback)
        if keys:
            one.switch.expect(f"api uuid_flush_dtmf {UUID}")
    assert one.result() == ""


def test_after_a_conversation_the_switch_has_none(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        play(channel)
        channel.forget_keys(kept=False)
        play(channel)
        return channel.keys.waiting

    one = call(flow)
    for keys in ("12", ""):
        playback = one.switch.expect("playback")
        hear(one, keys)
        one.switch.complete(playback)
    assert one.result() == ""
    assert not one.switch.told("api")


def test_there_is_nothing_to_forget_when_the_call_is_over(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        with pytest.raises(CallerHungUp):
            play(channel)
        channel.forget_keys(kept=True)
        return channel.keys.waiting

    one = call(flow)
    one.switch.expect("playback")
    hear(one, "1")
    one.switch.hang_up()
    assert one.result() == ""
    assert not one.switch.told("uuid_flush_dtmf")
