"""Ringing phones, and what becomes of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.errors import CallerHungUp
from app.flow.commands import Dial
from app.flow.dialling import most_telling
from app.flow.outcomes import Dialled, DialResult, Leg
from app.flow.snapshot import Phone
from app.telephony.causes import dial_result
from app.telephony.conversation import Conversation
from app.telephony.dialstring import DialLeg, dial_string
from app.telephony.event import Event

if TYPE_CHECKING:
    from app.telephony.driver import Driver

MAX_TALK_S = 4 * 3600


def dial(driver: Driver, command: Dial) -> Dialled:
    phones = {str(uuid.uuid4()): driver.phone(phone) for phone in command.phones}
    legs = [DialLeg(leg, phone.number, command.ring_timeout_s) for leg, phone in phones.items()]
    ringing = Ringing(phones, driver.elapsed_ms())
    channel = driver.channel
    channel.conversation = None
    bridge = dial_string(legs, driver.around.trunk)
    # While people talk they must outlive us: with socket_resume FreeSWITCH would take their call apart if we died.
    channel.set(socket_resume=False)
    try:
        done = driver.run("bridge", bridge, command.ring_timeout_s + MAX_TALK_S)
    except CallerHungUp as gone:
        if talk := driver.talk():
            return ringing.talked(talk, driver.elapsed_ms())
        raise CallerHungUp(gone.cause, ringing.given_up(driver.elapsed_ms())) from gone
    channel.set(socket_resume=True)
    if talk := driver.talk():
        return ringing.talked(talk, driver.elapsed_ms())
    return ringing.failed(done, driver.elapsed_ms())


class Ringing:
    """The phones that ring, by the UUID of their leg, and what becomes of them."""

    def __init__(self, phones: dict[str, Phone], at_ms: int) -> None:
        self._phones, self._at_ms = phones, at_ms

    def talked(self, talk: Conversation, at_ms: int) -> Dialled:
        """One answered. `at_ms` is now, after the talk."""
        ring_ms = max(0, at_ms - talk.talk_ms - self._at_ms)
        legs = self._legs(talk.causes, "LOSE_RACE", ring_ms)
        answerer = talk.peer if talk.peer in self._phones else next(iter(self._phones))
        phone = self._phones[answerer]
        legs[answerer] = self._leg(phone, "SUCCESS", ring_ms, talk.talk_ms)
        return Dialled(
            result=DialResult.ANSWERED,
            phone=phone.id,
            talk_ms=talk.talk_ms,
            ended_by=talk.ended_by if talk.ended_by != "controller" else "",
            legs=tuple(legs.values()),
            at_ms=at_ms,
        )

    def failed(self, done: Event, at_ms: int) -> Dialled:
        """None answered; each phone has its own cause."""
        whole = done.header("variable_originate_disposition") or "NONE"
        causes = done.texts("variable_originate_causes") if len(self._phones) > 1 else ()
        legs = tuple(self._legs(causes, whole, at_ms - self._at_ms).values())
        result = DialResult(most_telling([leg.result for leg in legs]))
        return Dialled(result=result, legs=legs, at_ms=at_ms)

    def given_up(self, at_ms: int) -> Dialled:
        """The caller hung up while they rang."""
        legs = tuple(self._legs((), "ORIGINATOR_CANCEL", at_ms - self._at_ms).values())
        return Dialled(result=DialResult.CANCELLED, legs=legs, at_ms=at_ms)

    def _legs(self, causes: Iterable[str], otherwise: str, ring_ms: int) -> dict[str, Leg]:
        """The legs by UUID, each with its own cause where FreeSWITCH gave one."""
        given = dict(
            text.split(";", 1) for text in causes if ";" in text and not text.endswith((";NONE", ";SUCCESS"))
        )
        return {
            leg: self._leg(phone, given.get(leg, otherwise), ring_ms) for leg, phone in self._phones.items()
        }

    def _leg(self, phone: Phone, cause: str, ring_ms: int, talk_ms: int = 0) -> Leg:
        return Leg(
            phone=phone.id,
            result=dial_result(cause),
            cause=cause,
            at_ms=self._at_ms,
            ring_ms=ring_ms,
            talk_ms=talk_ms,
        )
