"""Ringing phones, and what becomes of them."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, TypeVar

import gevent

from app.errors import CallerHungUp
from app.flow.commands import Dial
from app.flow.dialling import most_telling
from app.flow.outcomes import Dialled, DialResult, Leg
from app.flow.snapshot import Phone, Prompt
from app.routing.numbers import is_phone
from app.telephony.acts import media
from app.telephony.arguments import Argument
from app.telephony.causes import dial_result
from app.telephony.conversation import Conversation
from app.telephony.dialstring import KEY_WITHIN_MS, DialLeg, Greeting, dial_string, picked_up
from app.telephony.event import Event

if TYPE_CHECKING:
    from app.telephony.driver import Driver

T = TypeVar("T")

MAX_TALK_S = 4 * 3600
IN_OUR_CALL = "IN_OUR_CALL"
NOT_ACCEPTED = "NOT_ACCEPTED"
CONFIRM_PROMPT = "sys.press_one"
TIMES_ASKED = 2
UNKNOWN_PROMPT_S = 4.0
WHISPER_MARGIN_S = 3
LONGEST_GREETING_S = 60


def dial(driver: Driver, command: Dial) -> Dialled:
    """Ring those phones that are in none of our calls; they are ours while they ring and talk."""
    with _held(driver, command.phones) as free:
        busy = tuple(_in_our_call(phone, driver) for phone in command.phones if phone not in free)
        if not free:
            return Dialled(result=DialResult.BUSY, legs=busy, at_ms=driver.elapsed_ms())
        try:
            dialled = _ring(driver, command, free)
        except CallerHungUp as gone:
            raise CallerHungUp(gone.cause, _with(gone.outcome, busy)) from gone
        _tell(driver, dialled)
        return _with(dialled, busy)


@contextmanager
def _held(driver: Driver, phones: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Take the phones that nobody has, and give them back whatever happens; each number once."""
    live, call_id = driver.around.live, driver.channel.uuid
    numbers = driver.numbers(phones)
    driver.introduce()
    try:
        held = live.acquire(driver.company, call_id, numbers)
        first = {driver.phone(phone).number: phone for phone in reversed(phones)}
        yield tuple(first[number] for number in numbers if number in held)
    finally:
        live.release(driver.company, call_id, numbers)
        driver.offered = ()


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
    rung = {leg: driver.phone(phone) for leg, phone in legs.items()}
    with _told_at_once(driver, rung):
        return _bridge(driver, bridge, longest_s, Ringing(rung, driver.elapsed_ms()))


@contextmanager
def _told_at_once(driver: Driver, rung: dict[str, Phone]) -> Iterator[None]:
    """What others need to know as soon as a phone answers, and not only when that talk is over."""

    def answered(event: Event) -> None:
        peer = event.header("Bridge-B-Unique-ID")
        losers = [phone.number for leg, phone in rung.items() if leg != peer]
        if peer in rung and (losers or driver.offered):
            gevent.spawn(_let_go, driver, losers)  # whoever hears events must not wait

    driver.channel.register_handle("CHANNEL_BRIDGE", answered)
    try:
        yield
    finally:
        driver.channel.unregister_handle("CHANNEL_BRIDGE", answered)


def _bridge(driver: Driver, bridge: Argument, longest_s: int, ringing: Ringing) -> Dialled:
    channel = driver.channel
    channel.conversation = None
    # While people talk they must outlive us: with socket_resume FreeSWITCH would take their call apart if we died.
    channel.set(socket_resume=False)
    try:
        done = driver.run("bridge", bridge, longest_s + MAX_TALK_S)
    except CallerHungUp as gone:
        if talk := driver.talk():
            return ringing.talked(talk, driver.elapsed_ms())
        raise CallerHungUp(gone.cause, ringing.given_up(driver.elapsed_ms())) from gone
    channel.set(socket_resume=True)
    if talk := driver.talk():
        return ringing.talked(talk, driver.elapsed_ms())
    return ringing.failed(done, driver.elapsed_ms())


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


def _in_our_call(phone: str, driver: Driver) -> Leg:
    return Leg(phone=phone, result=DialResult.BUSY, cause=IN_OUR_CALL, at_ms=driver.elapsed_ms())


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
    return replace(dialled, legs=legs, result=result)


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
        legs = tuple(
            self._unaccepted(leg)
            if done.header(f"variable_{picked_up(position)}") == uuid
            and leg.result is not DialResult.CANCELLED
            else leg
            for position, (uuid, leg) in enumerate(self._legs(causes, whole, at_ms - self._at_ms).items())
        )
        result = DialResult(most_telling([leg.result for leg in legs]))
        return Dialled(result=result, legs=legs, at_ms=at_ms)

    @staticmethod
    def _unaccepted(leg: Leg) -> Leg:
        """Somebody, or a mailbox, picked up and did not press the key."""
        return replace(leg, result=DialResult.NO_ANSWER, cause=NOT_ACCEPTED)

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
