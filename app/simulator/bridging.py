"""The `bridge` application: rings phones, joins the caller with the first to answer, until one hangs up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.simulator import api, dialstring, greeting, template
from app.simulator.channel import Channel, Phase, Woken
from app.simulator.dialstring import Destination
from app.simulator.phones import REFUSALS, Manner, PhoneBehaviour

TALK_S = 5.0  # when neither caller nor phone says how long they talk
SIGNAL_S = 0.04  # from ringing a phone to its refusal
DIALSTATUS = {
    "USER_BUSY": "BUSY", "NO_ANSWER": "NOANSWER", "CALL_REJECTED": "DONTCALL", "ORIGINATOR_CANCEL": "CANCEL",
}  # fmt: skip


@dataclass(slots=True)
class Leg:
    """A phone that is being rung: when (clock's seconds) and how that will end, if nothing comes between.

    cause     "SUCCESS" when it answers and, where it has to, presses the key
    picks_up  when it is answered, which is before the end where the person first hears something; else None
    """

    to: Destination
    behaviour: PhoneBehaviour
    ends: float
    cause: str
    picks_up: float | None = None

    @property
    def answers(self) -> bool:
        return self.cause == "SUCCESS"


def bridge(channel: Channel, argument: str) -> None:
    """bridge <dial string>. Afterwards `originate_disposition` says how it went."""
    if channel.variable("preserve_originated_vars") == "false":
        channel.set("originated_legs", "")
        channel.set("originate_causes", "")
    for legs in dialstring.parse(argument):
        _set_result(channel, "failure", "INVALIDARGS")
        if answered := _ring(channel, legs):
            _set_result(channel, "SUCCESS", "SUCCESS")
            _talk(channel, answered)
            if channel.is_true("hangup_after_bridge"):
                channel.hang_up("NORMAL_CLEARING")
            return
        if channel.gone:
            break
    cause = channel.variable("originate_disposition")
    channel.set("originate_failed_cause", cause)
    if not channel.is_true("continue_on_fail"):
        channel.hang_up(cause)


def _set_result(channel: Channel, disposition: str, status: str) -> None:
    channel.set("originate_disposition", disposition)
    channel.set("DIALSTATUS", status)


def _ring(channel: Channel, destinations: Sequence[Destination]) -> Leg | None:
    """Ring one round; the leg that answers, or None. Everything but the winner is released."""
    if channel.gone:
        _set_result(channel, "ORIGINATOR_CANCEL", "CANCEL")
        return None
    legs = [_leg(channel, destination) for destination in destinations if not destination.failure]
    _begin(channel, legs, destinations)
    winner = _await_answer(channel, legs)
    channel.rest()
    for leg in legs:
        _end(channel, leg, winner)
    if not winner:
        failed = legs[0].cause if legs else destinations[-1].failure
        result = "ORIGINATOR_CANCEL" if channel.gone else failed
        _set_result(channel, result, DIALSTATUS.get(result, result))
    return winner


def _begin(channel: Channel, legs: Sequence[Leg], destinations: Sequence[Destination]) -> None:
    channel.tell("ringing", numbers="、".join(to.number or to.failure for to in destinations))
    for leg in legs:
        channel.push("originated_legs", f"{leg.to.uuid};Outbound Call;{leg.to.number}")
    channel.enter(Phase.RINGING)
    if any(leg.behaviour.rings for leg in legs):
        channel.progress_us = channel.progress_us or channel.clock.wall_us()


def _leg(channel: Channel, to: Destination) -> Leg:
    began, behaviour = channel.clock.now(), channel.phones.ring(to.number)
    if not behaviour.rings:
        return Leg(to, behaviour, began + SIGNAL_S, REFUSALS[behaviour.manner])
    if behaviour.manner is Manner.ANSWERS and behaviour.answer_after_s < to.leg_timeout_s:
        picks_up = began + behaviour.answer_after_s
        after, cause = greeting.of(to, behaviour)
        return Leg(to, behaviour, picks_up + after, cause, picks_up)
    return Leg(to, behaviour, began + to.leg_timeout_s, "ALLOTTED_TIMEOUT")


def _await_answer(channel: Channel, legs: Sequence[Leg]) -> Leg | None:
    """Pass the time until a leg answers, all have failed, or the caller is gone."""
    moments = [(leg.picks_up, _pick_up, leg) for leg in legs if leg.picks_up is not None]
    moments += [(leg.ends, _finish, leg) for leg in legs]
    for at, act, leg in sorted(moments, key=lambda moment: moment[0]):
        while channel.pause(at - channel.clock.now()) is not Woken.TIME:
            if channel.gone:
                return None
        if act(channel, leg):
            return leg
    return None


def _pick_up(channel: Channel, leg: Leg) -> bool:
    if leg.ends != leg.picks_up:
        channel.tell("phone_picks_up", number=leg.to.number)
    if command := leg.to.variables.get("api_on_answer"):
        api.answer(channel, command)
    return False


def _finish(channel: Channel, leg: Leg) -> bool:
    """Whether it answered."""
    if leg.answers:
        channel.tell("phone_answers", number=leg.to.number)
        return True
    channel.tell("phone_fails", number=leg.to.number, cause=leg.cause)
    channel.set("last_bridge_hangup_cause", leg.cause)
    return False


def _end(channel: Channel, leg: Leg, winner: Leg | None) -> None:
    """Let a phone go that was rung, and note its cause; the winner's is NONE as yet."""
    if leg is winner:
        channel.push("originate_causes", f"{leg.to.uuid};NONE")
        return
    if leg.behaviour.rings:
        channel.phones.release(leg.to.number)
    if winner and leg.ends >= winner.ends:
        leg.cause = "LOSE_RACE"
        channel.set("last_bridge_hangup_cause", leg.cause)
    elif channel.gone and leg.ends > channel.clock.now():
        leg.cause = "ORIGINATOR_CANCEL"
    channel.push("originate_causes", f"{leg.to.uuid};{leg.cause}")


def _talk(channel: Channel, leg: Leg) -> None:
    """Caller and phone talk until one of them has had enough."""
    joined = {"Bridge-A-Unique-ID": channel.uuid, "Bridge-B-Unique-ID": leg.to.uuid}
    _join(channel, leg)
    channel.fire("CHANNEL_BRIDGE", first=joined)
    began = channel.clock.now()
    _pass_talk(channel, leg)
    channel.phones.release(leg.to.number)
    channel.tell("talked", length=channel.clock.now() - began)
    _part(channel, leg)
    channel.flush_keys()
    channel.fire("CHANNEL_UNBRIDGE", first=joined)
    channel.rest()


def _join(channel: Channel, leg: Leg) -> None:
    channel.answer()
    channel.bridged_us = channel.clock.wall_us()
    caller = {"ani": channel.caller.ani, "name": channel.caller.name}
    values = {"leg": leg.to.uuid, "callee": leg.to.number, "now_us": str(channel.bridged_us), **caller}
    channel.other_leg = template.filled("other_leg", **values)
    channel.variables |= template.filled("bridged", **values)
    called = {"Caller-Callee-ID-Name": "Outbound Call", "Caller-Callee-ID-Number": leg.to.number}
    channel.caller_fields |= called
    channel.tell("talking")
    channel.enter(Phase.TALKING)


def _pass_talk(channel: Channel, leg: Leg) -> None:
    """Until the one with less to say hangs up; keys are heard by the other and told to the controller."""
    callee, caller = leg.behaviour.talk_s, channel.caller.talk_s
    if callee is not None and leg.picks_up is not None:
        callee = max(0.0, callee - (leg.ends - leg.picks_up))
    if callee is None and caller is None:
        callee = TALK_S
    channel.pause(
        min(seconds for seconds in (callee, caller) if seconds is not None), lambda: not channel.next_key()
    )
    if channel.gone:
        return
    if callee is None or (caller is not None and caller < callee):
        channel.caller_hangs_up()
    else:
        channel.tell("callee_hangs_up")


def _part(channel: Channel, leg: Leg) -> None:
    """What is noted after a talk; why the other leg ended is only known when it ended first."""
    parted = template.filled("unbridged", leg=leg.to.uuid, callee=leg.to.number)
    channel.variables |= parted if channel.down else parted | template.filled("callee_ended")
