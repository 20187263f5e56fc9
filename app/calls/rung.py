"""Phones that ring together in a world that is made up, and how that ends. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.calls.causes import IN_OUR_CALL, NOT_ACCEPTED, NOT_RUNG, dial_result, troubles
from app.calls.decisions import Behaviour, Manner
from app.flow.dialling import most_telling
from app.flow.outcomes import Dialled, DialResult, Leg

REFUSALS = {
    Manner.BUSY: "USER_BUSY",
    Manner.OFF: "NO_USER_RESPONSE",
    Manner.REJECTS: "CALL_REJECTED",
    Manner.IN_OUR_CALL: IN_OUR_CALL,
}
SIGNAL_MS = 40  # from ringing a phone to its refusal
TIMEOUT, SUCCESS = "ALLOTTED_TIMEOUT", "SUCCESS"
MAILBOX_S = 12  # in which nobody presses 1


@dataclass(frozen=True, slots=True)
class Rung:
    """One phone: after how many milliseconds it would end to ring by itself, and why."""

    phone: str
    ends_ms: int
    cause: str
    talk_s: float = 0.0

    @property
    def result(self) -> DialResult:
        return dial_result(self.cause)


def fate(phone: str, behaves: Behaviour, ring_s: int, *, asks_key: bool = False) -> Rung:
    """What would become of one phone if it rang alone."""
    if refusal := REFUSALS.get(behaves.manner):
        return Rung(phone, SIGNAL_MS, refusal)
    if behaves.manner is Manner.NO_ANSWER or behaves.after_s >= ring_s:
        return Rung(phone, ring_s * 1000, TIMEOUT)
    after_ms = round(behaves.after_s * 1000)
    if behaves.manner is Manner.MAILBOX and asks_key:
        return Rung(phone, after_ms + MAILBOX_S * 1000, NOT_ACCEPTED)
    return Rung(phone, after_ms, SUCCESS, behaves.talk_s)


@dataclass(frozen=True, slots=True)
class Round:
    """All phones of one round: since when, how long until it is over, and who answers, if anybody."""

    phones: tuple[Rung, ...]
    since_ms: int
    ring_ms: int
    winner: Rung | None

    def legs(self, talk_ms: int = 0) -> tuple[Leg, ...]:
        """The legs after the round was over."""
        return tuple(self._leg(rung, talk_ms) for rung in self.phones)

    def failed(self, at_ms: int) -> Dialled:
        """Nobody answered."""
        legs = self.legs()
        result = DialResult(most_telling([leg.result for leg in legs]))
        return Dialled(result=result, legs=legs, problem=troubles(leg.cause for leg in legs), at_ms=at_ms)

    def given_up(self, at_ms: int) -> Dialled:
        """The caller hung up before."""
        rang = at_ms - self.since_ms
        legs = tuple(
            self._leg_of(rung, rung.cause, 0)
            if rung.cause in NOT_RUNG
            else self._leg_of(rung, "ORIGINATOR_CANCEL", rang)
            for rung in self.phones
        )
        return Dialled(result=DialResult.CANCELLED, legs=legs, at_ms=at_ms)

    def _leg(self, rung: Rung, talk_ms: int) -> Leg:
        if rung.cause in NOT_RUNG:
            return self._leg_of(rung, rung.cause, 0)
        if rung is self.winner:
            return self._leg_of(rung, SUCCESS, self.ring_ms, talk_ms)
        lost = self.winner is not None and rung.ends_ms >= self.winner.ends_ms
        return self._leg_of(rung, "LOSE_RACE" if lost else rung.cause, self.ring_ms)

    def _leg_of(self, rung: Rung, cause: str, ring_ms: int, talk_ms: int = 0) -> Leg:
        return Leg(
            phone=rung.phone,
            result=dial_result(cause),
            cause=cause,
            at_ms=self.since_ms,
            ring_ms=ring_ms,
            talk_ms=talk_ms,
        )


def gather(phones: Sequence[Rung], since_ms: int, greeting_ms: int = 0) -> Round:
    """One round of phones; `greeting_ms` is what the one who answers hears before he is joined with the caller."""
    answering = [rung for rung in phones if rung.cause == SUCCESS]
    winner = min(answering, key=lambda rung: rung.ends_ms, default=None)
    rang = [rung.ends_ms for rung in phones if rung.cause not in NOT_RUNG]
    ring_ms = winner.ends_ms + greeting_ms if winner else max(rang, default=0)
    return Round(tuple(phones), since_ms, ring_ms, winner)
