"""Which phones a call may ring: those that the company may dial, that are in no other call, and not too many a minute.

The rules are the snapshot's. They were looked at when the flow was published; here they hold for whatever may have
come between: an older snapshot, rules that were changed since, a number that somebody slipped in.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from app.calls.causes import BARRED, IN_OUR_CALL, RATE_LIMITED, dial_result
from app.flow.outcomes import Leg
from app.live.company import WRAP_UP
from app.routing.dialling_rules import may_dial

if TYPE_CHECKING:
    from app.telephony.driver import Driver

log = structlog.get_logger()

PAUSE = timedelta(seconds=10)  # until a queue offers a phone again that could not be rung for the limit
_alarmed: dict[int, int] = {}  # company -> minute of the last alarm


@dataclass(frozen=True, slots=True)
class Taken:
    """Numbers that are the call's to ring now; `is_over` when the company has rung as many as it may."""

    numbers: frozenset[str]
    is_over: bool = False


def dialable(driver: Driver, phones: Iterable[str]) -> tuple[str, ...]:
    """The numbers of those phones that the company may dial, each once."""
    return tuple(number for number in driver.numbers(phones) if _is_dialable(driver, number))


def take(driver: Driver, phones: Sequence[str]) -> Taken:
    """Take what may be rung; to be released when the ringing and talking is over, whatever comes of it."""
    live, rules = driver.around.live, driver.walk.snapshot.assets.dialling
    numbers = dialable(driver, phones)
    if not numbers:
        return Taken(frozenset())
    held = live.ring(driver.company, driver.channel.uuid, numbers, driver.caller(), rules.per_minute)
    if held is not None:
        return Taken(held)
    _over(driver, rules.per_minute)
    return Taken(frozenset(), is_over=True)


def not_rung(driver: Driver, phone: str, taken: Taken) -> Leg:
    """The leg of a phone that was left out, with the reason."""
    may = _is_dialable(driver, driver.phone(phone).number)
    cause = (RATE_LIMITED if taken.is_over else IN_OUR_CALL) if may else BARRED
    return Leg(phone=phone, result=dial_result(cause), cause=cause, at_ms=driver.elapsed_ms())


def _is_dialable(driver: Driver, number: str) -> bool:
    return may_dial(number, driver.walk.snapshot.assets.dialling) is None


def _over(driver: Driver, limit: int) -> None:
    """Tell the operator, once a minute, and keep a queue from offering the same phones again at once."""
    minute = int(time.time()) // 60
    if _alarmed.get(driver.company) != minute:
        _alarmed[driver.company] = minute
        log.error("too_many_phones_rung", alarm=True, company=driver.company, per_minute=limit)
    for number in driver.offered:
        driver.around.live.set_agent(driver.company, number, WRAP_UP, datetime.now(UTC) + PAUSE)
