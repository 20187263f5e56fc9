"""Conversations: when a phone was talked to, and who ended it."""

from __future__ import annotations

import pytest

from app.calls.conversation import Conversation
from app.errors import CallerHungUp
from app.telephony.channel import Channel
from tests.telephony.conftest import Call, CallMaker
from tests.telephony.flows import LATER_S, PROMPT
from tests.telephony.peer import event, until

BEGAN_US, ENDED_US = 1_795_411_984_433_689, 1_795_411_986_453_700


def talk(channel: Channel) -> None:
    channel.execute("bridge", PROMPT, wait=True, deadline_s=LATER_S)


def bridged(call: CallMaker) -> tuple[Call, Conversation]:
    """A call that talks to a phone since BEGAN_US."""
    one: Call = call(talk)
    one.switch.expect("bridge")
    one.switch.event(
        "CHANNEL_BRIDGE",
        Bridge_B_Unique_ID="b-leg",
        Event_Date_Timestamp=str(BEGAN_US),
        variable_originate_causes=["b-leg;NONE", "other;LOSE_RACE"],
    )
    until(lambda: one.channel.conversation)
    assert one.channel.conversation
    return one, one.channel.conversation


def over(**fields: str) -> bytes:
    """The completion of the bridge."""
    return event(
        "CHANNEL_EXECUTE_COMPLETE", Application="bridge", **{"Event_Date_Timestamp": str(ENDED_US)} | fields
    )


def test_no_conversation_before_the_bridge(call: CallMaker) -> None:
    one = call(talk)
    one.switch.expect("bridge")
    assert one.channel.conversation is None
    one.switch.hang_up()


def test_a_conversation_that_goes_on(call: CallMaker) -> None:
    _, conversation = bridged(call)
    assert (conversation.peer, conversation.began_us, conversation.ended_us) == ("b-leg", BEGAN_US, 0)
    assert conversation.causes == ("b-leg;NONE", "other;LOSE_RACE")
    assert conversation.talk_ms == 0


def test_the_callee_hangs_up(call: CallMaker) -> None:
    one, conversation = bridged(call)
    one.switch.send(over(Answer_State="answered"))
    until(lambda: conversation.ended_by)
    assert (conversation.ended_by, conversation.talk_ms) == ("callee", 2020)
    one.switch.hang_up(Event_Date_Timestamp=str(ENDED_US + 60_000_000))
    with pytest.raises(CallerHungUp):
        one.result()
    assert conversation.talk_ms == 2020


@pytest.mark.parametrize("event_is_late", [False, True], ids=["hang-up first", "completion first"])
def test_the_caller_hangs_up(call: CallMaker, event_is_late: bool) -> None:
    one, conversation = bridged(call)
    messages = [
        event("CHANNEL_HANGUP", Hangup_Cause="NORMAL_CLEARING", Event_Date_Timestamp=str(ENDED_US)),
        over(Answer_State="hangup"),
    ]
    one.switch.send(b"".join(messages[::-1] if event_is_late else messages))
    with pytest.raises(CallerHungUp):
        one.result()
    assert (conversation.ended_by, conversation.talk_ms) == ("caller", 2020)


def test_we_hang_up_in_a_conversation(call: CallMaker) -> None:
    one, conversation = bridged(call)
    one.channel.hangup()
    one.switch.expect("hangup")
    one.switch.hang_up(Event_Date_Timestamp=str(ENDED_US))
    with pytest.raises(CallerHungUp):
        one.result()
    assert conversation.ended_by == "controller"


def test_a_conversation_whose_end_has_no_time_took_none(call: CallMaker) -> None:
    one, conversation = bridged(call)
    one.switch.send(over(Event_Date_Timestamp=""))
    until(lambda: conversation.ended_by)
    assert conversation.talk_ms == 0
