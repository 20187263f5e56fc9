"""Ringing phones, and what becomes of them."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

from app.calls.causes import troubles
from app.calls.ringing import Ringing
from app.errors import CallerHungUp
from app.flow.commands import Dial
from app.flow.dialling import most_telling
from app.flow.outcomes import Dialled, DialResult, Leg
from app.flow.snapshot import Prompt
from app.routing.numbers import is_phone
from app.telephony.acts import media, ringable
from app.telephony.arguments import Argument
from app.telephony.dialstring import KEY_WITHIN_MS, DialLeg, Greeting, dial_string
from app.telephony.event import Event, moment_us

if TYPE_CHECKING:
    from app.telephony.driver import Driver

T = TypeVar("T")

MAX_TALK_S = 4 * 3600
PHONE_FREE_S = 1.0  # from the caller's hang-up until FreeSWITCH has let go of the phone; 20 ms mostly
CONFIRM_PROMPT = "sys.press_one"
TIMES_ASKED = 2
UNKNOWN_PROMPT_S = 4.0
WHISPER_MARGIN_S = 3
LONGEST_GREETING_S = 60


def dial(driver: Driver, command: Dial) -> Dialled:
    """Ring those phones that are in none of our calls; they are ours while they ring and talk."""
    try:
        taken = ringable.take(driver, command.phones)
        return _dial_free(driver, command, _each_once(driver, command.phones, taken.numbers), taken)
    finally:
        driver.give_back(command.phones)


def _each_once(driver: Driver, phones: Sequence[str], numbers: frozenset[str]) -> tuple[str, ...]:
    """The phones that have these numbers; of several with one number the first."""
    first: dict[str, str] = {}
    for phone in phones:
        first.setdefault(driver.phone(phone).number, phone)
    return tuple(phone for number, phone in first.items() if number in numbers)


def _dial_free(driver: Driver, command: Dial, free: tuple[str, ...], taken: ringable.Taken) -> Dialled:
    busy = tuple(ringable.not_rung(driver, phone, taken) for phone in command.phones if phone not in free)
    if not free:
        return _with(Dialled(result=DialResult.UNREACHABLE, at_ms=driver.elapsed_ms()), busy)
    try:
        dialled = _ring(driver, command, free)
    except CallerHungUp as gone:
        raise CallerHungUp(gone.cause, _with(gone.outcome, busy)) from gone
    _tell(driver, dialled)
    return _with(dialled, busy)


def _ring(driver: Driver, command: Dial, phones: tuple[str, ...]) -> Dialled:
    rings_s = dict(zip(command.phones, command.rings_s, strict=False))
    legs = {str(uuid.uuid4()): phone for phone in phones}
    wanted = [
        DialLeg(leg, driver.phone(phone).number, rings_s.get(phone, command.ring_timeout_s))
        for leg, phone in legs.items()
    ]
    greeting = _greeting(driver, command)
    bridge = dial_string(wanted, driver.around.trunk, _shown(driver, command.show), greeting=greeting)
    longest_s = max(leg.ring_timeout_s for leg in wanted) + (greeting.seconds if greeting else 0)
    ringing = Ringing(tuple(legs.items()), driver.elapsed_ms())
    if len(legs) == 1 and not driver.offered:
        return _bridge(driver, bridge, longest_s, ringing)
    with _told_at_once(driver, ringing):
        return _bridge(driver, bridge, longest_s, ringing)


@contextmanager
def _told_at_once(driver: Driver, ringing: Ringing) -> Iterator[None]:
    """What others need to know as soon as a phone answers, and not only when that talk is over."""

    def answered(event: Event) -> None:
        phones = dict(ringing.phones)
        if phones.pop(event.header("Bridge-B-Unique-ID"), ""):
            _let_go(driver, driver.numbers(phones.values()))

    driver.channel.register_handle("CHANNEL_BRIDGE", answered)
    try:
        yield
    finally:
        driver.channel.unregister_handle("CHANNEL_BRIDGE", answered)


def _bridge(driver: Driver, bridge: Argument, longest_s: int, ringing: Ringing) -> Dialled:
    channel = driver.channel
    channel.conversation = None
    driver.carry(ringing)
    channel.let_be()  # while people talk they must outlive us: else FreeSWITCH would cut them off
    try:
        done = driver.run("bridge", bridge, longest_s + MAX_TALK_S)
    except CallerHungUp as gone:
        if talk := driver.talk():
            channel.await_unbridged(PHONE_FREE_S)
            return ringing.talked(talk, driver.elapsed_ms())
        raise CallerHungUp(gone.cause, ringing.given_up(driver.elapsed_ms())) from gone
    channel.interrupt()
    if talk := driver.talk():
        return ringing.talked(talk, driver.elapsed_ms())
    return ringing.failed(done, driver.elapsed_ms())


def left_behind(driver: Driver, command: Dial, ringing: Ringing) -> Dialled | None:
    """What came of phones that the controller before us had begun to ring; None when it is to be done again."""
    header = driver.channel.header
    bridged_us = moment_us(header("Caller-Channel-Bridged-Time"))
    began_us, over_us = driver.log.begin.began_us, driver.channel.switch_us - driver.waited_ms * 1000
    dialled = ringing.left_behind(driver.channel.variables, bridged_us, began_us, over_us, "callee")
    if dialled:
        _tell(driver, dialled)
        driver.give_back(command.phones)
    return dialled


def _let_go(driver: Driver, losers: Sequence[str]) -> None:
    """Who talks waits no more, and phones that lost the race are free for other calls."""
    live, call_id = driver.around.live, driver.channel.uuid
    if driver.offered:
        live.leave(driver.company, "", call_id, "answered")
    if losers:
        live.release(driver.company, call_id, losers)


def _greeting(driver: Driver, command: Dial) -> Greeting | None:
    """The whisper, and the question for the key behind it."""
    asked = (*command.whisper, *([CONFIRM_PROMPT] if command.confirm else []))
    if not asked:
        return None
    prompts = driver.prompts(asked)
    limit_s = _seconds_to_press(prompts) if command.confirm else media.seconds(prompts) + WHISPER_MARGIN_S
    seconds = min(LONGEST_GREETING_S, math.ceil(limit_s))
    return Greeting(driver.sound(prompts), seconds, driver.channel.uuid, confirm=command.confirm)


def _seconds_to_press(prompts: Sequence[Prompt]) -> float:
    """Until who has pressed nothing is taken for a mailbox: he has been asked TIMES_ASKED times."""
    heard_s = sum(prompt.duration_ms / 1000 or UNKNOWN_PROMPT_S for prompt in prompts)
    return (heard_s + KEY_WITHIN_MS / 1000) * TIMES_ASKED


def _shown(driver: Driver, show: str) -> str:
    """The number that phones show; "" for the caller's own as the dialplan passes it on."""
    facts = driver.walk.call.facts
    if show == "did":
        return facts.did
    return facts.ani if is_phone(facts.ani) else ""


def _tell(driver: Driver, dialled: Dialled) -> None:
    """Let the others know: who has just talked to whom, or who did not take the call that a queue gave them."""
    live, facts = driver.around.live, driver.walk.call.facts
    if dialled.phone:
        ended = facts.now + timedelta(milliseconds=dialled.at_ms)
        live.talked(driver.company, driver.phone(dialled.phone).number, facts.ani, ended)
        return
    rung = driver.numbers(leg.phone for leg in dialled.legs)
    for number in driver.offered:
        if number in rung:
            live.unanswered(driver.company, number)


def _with(dialled: T, busy: tuple[Leg, ...]) -> T:
    """The outcome with the phones that were not even rung."""
    if not isinstance(dialled, Dialled) or not busy:
        return dialled
    legs = (*dialled.legs, *busy)
    result = dialled.result
    if result is not DialResult.ANSWERED and result is not DialResult.CANCELLED:
        result = DialResult(most_telling([leg.result for leg in legs]))
    return replace(dialled, legs=legs, result=result, problem=troubles(leg.cause for leg in busy))
