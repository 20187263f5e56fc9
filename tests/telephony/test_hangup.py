"""Hang-ups and the end of a call: raised at every step, at once; closing is bounded and knows the cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.errors import CallerHungUp, ProtocolError
from app.telephony import arguments
from app.telephony.arguments import NOTHING
from app.telephony.channel import Channel
from tests.telephony.conftest import CallMaker
from tests.telephony.flows import LATER_S, SOON_S, idle, play
from tests.telephony.peer import UUID, event, notice, until

WAITS = {
    "execute": play,
    "api": lambda channel: channel.api("uuid_break", deadline_s=LATER_S),
    "wait": lambda channel: idle(channel, LATER_S),
}
COMMANDS = WAITS | {
    "execute at once": lambda channel: channel.execute("answer", wait=False),
    "execute_many": lambda channel: channel.execute_many([("answer", NOTHING)]),
    "set": lambda channel: channel.set(arguments.assignments({"x": 1})),
    "start": lambda channel: channel.start(),
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_hang_up_ends_every_wait_at_once(call: CallMaker, wait: Callable[[Channel], Any]) -> None:
    one = call(wait, replies=False)
    one.switch.hang_up("USER_BUSY")
    with pytest.raises(CallerHungUp) as raised:
        one.result()
    assert raised.value.cause == "USER_BUSY"
    assert one.channel.hung_up


@pytest.mark.parametrize("later", COMMANDS.values(), ids=COMMANDS)
def test_after_a_hang_up_everything_raises_it(call: CallMaker, later: Callable[[Channel], Any]) -> None:
    def flow(channel: Channel) -> None:
        with pytest.raises(CallerHungUp):
            play(channel)
        later(channel)

    one = call(flow)
    one.switch.expect("playback")
    one.switch.hang_up()
    with pytest.raises(CallerHungUp):
        one.result()


def test_the_completion_that_follows_a_hang_up_does_not_hide_it(call: CallMaker) -> None:
    one = call(play)
    uuid = one.switch.expect("playback")["event-uuid"]
    complete = event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=uuid)
    one.switch.send(event("CHANNEL_HANGUP", Hangup_Cause="NORMAL_CLEARING") + complete)
    with pytest.raises(CallerHungUp):
        one.result()


def test_a_completion_just_before_the_hang_up_is_still_an_answer(call: CallMaker) -> None:
    one = call(play)
    uuid = one.switch.expect("playback")["event-uuid"]
    complete = event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=uuid)
    one.switch.send(complete + event("CHANNEL_HANGUP", Hangup_Cause="NORMAL_CLEARING"))
    assert one.result().name == "CHANNEL_EXECUTE_COMPLETE"


def test_lingering_is_a_hang_up_even_when_its_event_is_lost(call: CallMaker) -> None:
    one = call(play)
    one.switch.expect("playback")
    one.switch.send(notice("linger"))
    with pytest.raises(CallerHungUp):
        one.result()


def test_the_cause_that_comes_after_the_linger_notice_counts(call: CallMaker) -> None:
    one = call(play)
    one.switch.expect("playback")
    one.switch.send(notice("linger"))
    one.switch.hang_up("USER_BUSY")
    one.switch.end("USER_BUSY")
    with pytest.raises(CallerHungUp):
        one.result()
    until(lambda: one.channel.close() == "USER_BUSY")


def test_a_hang_up_of_our_own(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        channel.set(arguments.assignments({"result": "answered"}))
        channel.hangup("CALL_REJECTED")
        channel.hangup("NORMAL_CLEARING")
        return channel.close()

    one = call(flow)
    assert one.switch.expect("hangup")["execute-app-arg"] == "CALL_REJECTED"
    one.switch.hang_up("CALL_REJECTED")
    one.switch.end("CALL_REJECTED")
    assert one.result() == "CALL_REJECTED"
    assert sum(command.get("execute-app-name") == "hangup" for command in one.switch.commands) == 1


def test_hanging_up_after_the_caller_did_says_nothing(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        with pytest.raises(CallerHungUp):
            play(channel)
        channel.hangup()
        return channel.close()

    one = call(flow)
    one.switch.expect("playback")
    one.switch.hang_up("NORMAL_CLEARING")
    one.switch.end()
    assert one.result() == "NORMAL_CLEARING"
    assert not one.switch.told("hangup")


# Closing


def test_closing_after_a_hang_up_waits_for_no_linger(call: CallMaker) -> None:
    """D20, D7: with a command pending that will never be answered."""

    def flow(channel: Channel) -> str:
        with pytest.raises(CallerHungUp):
            play(channel)
        return channel.close()

    one = call(flow, replies=False)
    one.switch.expect("playback")
    one.switch.hang_up("NORMAL_CLEARING")
    assert one.result() == "NORMAL_CLEARING"
    assert not one.switch.told("exit")


@pytest.mark.parametrize("deaf", [False, True], ids=["the switch answers", "the switch is deaf"])
def test_closing_takes_no_longer_than_its_deadline(call: CallMaker, deaf: bool) -> None:
    def flow(channel: Channel) -> tuple[str, str]:
        channel.hangup("USER_BUSY")
        return channel.close(SOON_S), channel.close(SOON_S)

    assert call(flow, replies=not deaf).result() == ("", "")


def test_a_hang_up_that_the_channel_does_not_read_is_forced(
    call: CallMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.telephony.channel.KILL_AFTER_S", SOON_S)

    def flow(channel: Channel) -> str:
        channel.hangup("USER_BUSY")
        return channel.close()

    one = call(flow)
    assert one.switch.expect("uuid_kill")["command"] == f"api uuid_kill {UUID} USER_BUSY"
    one.switch.hang_up("USER_BUSY")
    one.switch.end("USER_BUSY")
    assert one.result() == "USER_BUSY"


def test_closing_a_live_call_gives_it_back_to_the_dialplan(call: CallMaker) -> None:
    one = call(Channel.close)
    one.switch.expect("exit")
    one.switch.close()
    assert one.result() == ""
    assert not one.switch.told("hangup")


def test_closing_from_a_callback(call: CallMaker) -> None:
    """D21: greenswitch would wait for itself."""

    def flow(channel: Channel) -> None:
        channel.register_handle("DTMF", lambda _: channel.close())
        play(channel)

    one = call(flow)
    one.switch.expect("playback")
    one.switch.event("DTMF", DTMF_Digit="5")
    one.switch.expect("exit")
    with pytest.raises(ProtocolError):
        one.result()
