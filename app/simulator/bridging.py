"""The `bridge` application: rings phones, joins the caller with the first to answer, until one hangs up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.simulator import dialstring, template
from app.simulator.channel import Channel, Phase
from app.simulator.dialstring import Destination
from app.simulator.phones import REFUSALS, Manner, PhoneBehaviour

SIGNAL_S = 0.04  # from ringing a phone to its refusal
LOST = "LOSE_RACE"
CANCELLED = "ORIGINATOR_CANCEL"


@dataclass(slots=True)
class Leg:
    """A phone that is being rung: when (clock's seconds) and how that will end, if nothing comes between."""

    to: Destination
    behaviour: PhoneBehaviour
    ends: float
    cause: str  # "SUCCESS" when it answers

    @property
    def answers(self) -> bool:
        return self.cause == "SUCCESS"


def bridge(channel: Channel, argument: str) -> None:
    """bridge <dial string>. Afterwards `originate_disposition` says how it went."""
    for legs in dialstring.parse(argument):
        if channel.down or channel.restarted:
            break
        if answered := _ring(channel, legs):
            _talk(channel, answered)
            return
    if not channel.down and not channel.is_true("continue_on_fail"):
        channel.hang_up(channel.variable("originate_disposition"))


def _ring(channel: Channel, destinations: Sequence[Destination]) -> Leg | None:
    """Ring one round; the leg that answers, or None. Everything but the winner is released."""
    began = channel.clock.now()
    legs = [_leg(channel, destination, began) for destination in destinations]
    channel.tell("ringing", numbers="、".join(leg.to.number or leg.to.failure for leg in legs))
    channel.enter(Phase.RINGING)
    channel.progress_us = channel.progress_us or channel.clock.wall_us()
    winner = _await_answer(channel, legs)
    channel.rest()
    for leg in legs:
        if leg is not winner and leg.behaviour.rings:
            channel.phones.release(leg.to.number)
    _report(channel, legs, winner)
    return winner


def _leg(channel: Channel, to: Destination, began: float) -> Leg:
    if to.failure:
        return Leg(to, PhoneBehaviour(Manner.UNREACHABLE), began, to.failure)
    behaviour = channel.phones.ring(to.number)
    if not behaviour.rings:
        return Leg(to, behaviour, began + SIGNAL_S, REFUSALS[behaviour.manner][0])
    if behaviour.manner is Manner.ANSWERS and behaviour.answer_after_s < to.leg_timeout_s:
        return Leg(to, behaviour, began + behaviour.answer_after_s, "SUCCESS")
    return Leg(to, behaviour, began + to.leg_timeout_s, "ALLOTTED_TIMEOUT")


def _await_answer(channel: Channel, legs: Sequence[Leg]) -> Leg | None:
    """Pass the time until a leg answers, all have failed, or the caller is gone."""
    for leg in sorted(legs, key=lambda leg: leg.ends):
        channel.pause(leg.ends - channel.clock.now())
        if channel.down or channel.restarted:
            return None
        if leg.answers:
            channel.tell("phone_answers", number=leg.to.number)
            return leg
        channel.tell("phone_fails", number=leg.to.number, cause=leg.cause)
    return None


def _report(channel: Channel, legs: Sequence[Leg], winner: Leg | None) -> None:
    """Set the variables that say how the round went."""
    causes = [_final_cause(channel, leg, winner) for leg in legs]
    result = "SUCCESS" if winner else causes[-1]
    channel.set("originate_disposition", result)
    channel.set("DIALSTATUS", DIALSTATUS.get(result, result))
    told = zip(legs, causes, strict=True)
    channel.set_list("originate_causes", [f"{leg.to.uuid};{cause}" for leg, cause in told])
    channel.set_list("originated_legs", [f"{leg.to.uuid};Outbound Call;{leg.to.number}" for leg in legs])
    if not winner:
        channel.set("originate_failed_cause", result)


DIALSTATUS = {
    "USER_BUSY": "BUSY",
    "NO_ANSWER": "NOANSWER",
    "ORIGINATOR_CANCEL": "CANCEL",
    "ALLOTTED_TIMEOUT": "NOANSWER",
}


def _final_cause(channel: Channel, leg: Leg, winner: Leg | None) -> str:
    if leg is winner:
        return "NONE"
    if winner and leg.ends >= winner.ends:
        return LOST
    return CANCELLED if channel.down and leg.ends > channel.clock.now() else leg.cause


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
    channel.fire("CHANNEL_UNBRIDGE", first=joined)
    channel.rest()


def _join(channel: Channel, leg: Leg) -> None:
    now = str(channel.clock.wall_us())
    channel.bridged_us = int(now)
    caller = {"ani": channel.caller.ani, "name": channel.caller.name}
    values = {"leg": leg.to.uuid, "callee": leg.to.number, "now_us": now, **caller}
    channel.other_leg = template.filled("other_leg", **values)
    for name, value in template.filled("bridged", **values).items():
        channel.variables.setdefault(name, value)
    channel.set("signal_bond", leg.to.uuid)
    called = {"Caller-Callee-ID-Name": "Outbound Call", "Caller-Callee-ID-Number": leg.to.number}
    channel.caller_fields |= called
    channel.tell("talking")
    channel.enter(Phase.TALKING)


def _pass_talk(channel: Channel, leg: Leg) -> None:
    callee, caller = leg.behaviour.talk_s, channel.caller.talk_s
    ends = min((seconds for seconds in (callee, caller) if seconds is not None), default=None)
    channel.pause(ends)
    if channel.down or channel.restarted:
        return
    if caller is not None and (callee is None or caller < callee):
        channel.caller_hangs_up()
    else:
        channel.tell("callee_hangs_up")


def _part(channel: Channel, leg: Leg) -> None:
    channel.variables |= template.filled("unbridged", leg=leg.to.uuid, callee=leg.to.number)
