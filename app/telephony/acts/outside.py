"""What needs no channel: the state that all controllers share, and messages to people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.commands import NextTurn, Notify, RankIdle, Rate, RecallPhone
from app.flow.outcomes import Ranked, Rated, Recalled, Sent, Turn

if TYPE_CHECKING:
    from app.telephony.driver import Driver


def next_turn(driver: Driver, command: NextTurn) -> Turn:
    return Turn(n=driver.around.next_turn(command.counter), at_ms=driver.elapsed_ms())


def rank_idle(driver: Driver, command: RankIdle) -> Ranked:
    ranking = driver.around.live.rank_idle(driver.company, driver.numbers(command.phones))
    place = {number: position for position, number in enumerate(ranking)}
    phones = sorted(command.phones, key=lambda phone: place.get(driver.phone(phone).number, len(place)))
    return Ranked(phones=tuple(phones), at_ms=driver.elapsed_ms())


def recall_phone(driver: Driver, command: RecallPhone) -> Recalled:
    ani = driver.walk.call.facts.ani
    number = driver.around.live.last_phone(driver.company, ani, command.days) if ani else ""
    return Recalled(phone=driver.with_number(number) if number else "", at_ms=driver.elapsed_ms())


def notify(driver: Driver, command: Notify) -> Sent:
    facts = driver.walk.call.facts
    message = {"to": command.to, "text": command.text, "attachment": command.attachment}
    call = {"company_id": driver.company, "call_id": facts.call_id, "did": facts.did, "ani": facts.ani}
    driver.around.notify(call | message)
    return Sent(at_ms=driver.elapsed_ms())


def rate(driver: Driver, command: Rate) -> Rated:
    """The mark goes with the call's record; nothing is to be done at once."""
    return Rated(at_ms=driver.elapsed_ms())
