"""Phones that ring for a caller, by the UUID of their leg, and what becomes of them. Pure.

What became of them is told by the completion of `bridge`, or, where nobody was there to hear of it, by the variables
that it left on the caller's channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.calls.causes import NOT_ACCEPTED, dial_result
from app.calls.conversation import Conversation
from app.flow.dialling import most_telling
from app.flow.outcomes import Dialled, DialResult, Leg

PICKED_UP = "hotline_picked_up"


class Told(Protocol):
    """What FreeSWITCH tells of a channel; a channel variable `x` is called `variable_x`."""

    def header(self, name: str) -> str:
        """The text of a field, "" when it is not there."""

    def texts(self, name: str) -> Sequence[str]:
        """All texts of a field that can have several."""


def picked_up(position: int) -> str:
    """The caller's variable that holds the UUID of the leg at `position` from when that picks up."""
    return f"{PICKED_UP}_{position}"


@dataclass(frozen=True, slots=True)
class Ringing:
    """`phones` are pairs of a leg's UUID and the phone's id, in order; they ring since `at_ms` of the call."""

    phones: tuple[tuple[str, str], ...]
    at_ms: int

    def talked(self, talk: Conversation, at_ms: int) -> Dialled:
        """One answered. `at_ms` is now, after the talk."""
        ring_ms = max(0, at_ms - talk.talk_ms - self.at_ms)
        legs = self._legs(talk.causes, "LOSE_RACE", ring_ms)
        phones = dict(self.phones)
        answerer = talk.peer if talk.peer in phones else next(iter(phones))
        legs[answerer] = self._leg(phones[answerer], "SUCCESS", ring_ms, talk.talk_ms)
        return Dialled(
            result=DialResult.ANSWERED,
            phone=phones[answerer],
            talk_ms=talk.talk_ms,
            ended_by=talk.ended_by if talk.ended_by != "controller" else "",
            legs=tuple(legs.values()),
            at_ms=at_ms,
        )

    def failed(self, told: Told, at_ms: int) -> Dialled:
        """None answered; each phone has its own cause."""
        whole = told.header("variable_originate_disposition") or "NONE"
        causes = told.texts("variable_originate_causes") if len(self.phones) > 1 else ()
        legs = tuple(
            _unaccepted(leg)
            if told.header(f"variable_{picked_up(position)}") == uuid
            and leg.result is not DialResult.CANCELLED
            else leg
            for position, (uuid, leg) in enumerate(self._legs(causes, whole, at_ms - self.at_ms).items())
        )
        result = DialResult(most_telling([leg.result for leg in legs]))
        return Dialled(result=result, legs=legs, at_ms=at_ms)

    def given_up(self, at_ms: int) -> Dialled:
        """The caller hung up while they rang."""
        legs = tuple(self._legs((), "ORIGINATOR_CANCEL", at_ms - self.at_ms).values())
        return Dialled(result=DialResult.CANCELLED, legs=legs, at_ms=at_ms)

    def left_behind(
        self, told: Told, bridged_us: int, began_us: int, ended_us: int, by: str
    ) -> Dialled | None:
        """What came of them while no controller was there; None when they were not even rung.

        `ended_us` is when ringing and talking were over, `by` who ended the talk, `bridged_us` when it began.
        """
        rung = {text.partition(";")[0] for text in told.texts("variable_originated_legs")}
        if not rung & {leg for leg, _ in self.phones}:
            return None  # these variables are of an earlier bridge
        at_ms = max(self.at_ms, (ended_us - began_us) // 1000)
        causes = tuple(told.texts("variable_originate_causes"))
        if told.header("variable_originate_disposition") == "SUCCESS" and bridged_us:
            peer = told.header("variable_last_bridge_to")
            return self.talked(Conversation(peer, bridged_us, causes, ended_us, by), at_ms)
        return self.failed(told, at_ms)

    def _legs(self, causes: Iterable[str], otherwise: str, ring_ms: int) -> dict[str, Leg]:
        """The legs by UUID, each with its own cause where FreeSWITCH gave one."""
        given = _causes_by_leg(causes)
        return {leg: self._leg(phone, given.get(leg, otherwise), ring_ms) for leg, phone in self.phones}

    def _leg(self, phone: str, cause: str, ring_ms: int, talk_ms: int = 0) -> Leg:
        return Leg(
            phone=phone,
            result=dial_result(cause),
            cause=cause,
            at_ms=self.at_ms,
            ring_ms=ring_ms,
            talk_ms=talk_ms,
        )


def _causes_by_leg(causes: Iterable[str]) -> Mapping[str, str]:
    """Of texts "UUID;CAUSE"; the one that won has the cause NONE."""
    return dict(
        text.split(";", 1) for text in causes if ";" in text and not text.endswith((";NONE", ";SUCCESS"))
    )


def _unaccepted(leg: Leg) -> Leg:
    return replace(leg, result=dial_result(NOT_ACCEPTED), cause=NOT_ACCEPTED)
