"""Waiting in a queue, with music."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

import gevent
from gevent.event import Event as Signal

from app.errors import CommandRefused, DeadlinePassed, HotlineError
from app.flow.commands import Join, Leave, PromiseCallback, WaitTurn
from app.flow.outcomes import Joined, Left, Promised, Waited
from app.flow.snapshot import Queue
from app.live.places import Offer, Place, QueuePlan
from app.routing.dialling_rules import may_dial
from app.routing.strategies import Strategy
from app.telephony import arguments, promises
from app.telephony.acts import media
from app.telephony.acts.ringable import dialable
from app.telephony.arguments import Argument
from app.telephony.channel import Channel

if TYPE_CHECKING:
    from app.telephony.driver import Driver

Music: TypeAlias = "gevent.Greenlet[..., str | HotlineError]"
"""Gives the key that ended it, "" for none, or the error that did."""

BREAK_AGAIN_S = 0.3  # a break that comes before the music has begun is not heard
LATE_S = 10  # FreeSWITCH keeps the time; when it does not, we do
UNKNOWN_S = 30  # length of a music that nobody has measured


def join(driver: Driver, command: Join) -> Joined:
    plan = driver.plan = queue_plan(driver, command)
    live, call_id = driver.around.live, driver.channel.uuid
    place = live.join(driver.company, plan, call_id, command.priority, driver.caller())
    return Joined(place=place.place, full=place.full, at_ms=driver.elapsed_ms())


def wait_turn(driver: Driver, command: WaitTurn) -> Waited:
    """Wait while music plays. A phone that is held comes before a key that was pressed at the same moment."""
    wake = Signal()
    music: Music = gevent.spawn(_play, driver, command, wake)
    try:
        stands = _stand(driver, command, wake)
        wake.set()  # music that has not begun need not
        pressed = _stop(driver.channel, music)
    finally:
        music.kill(block=False)
    at_ms = driver.elapsed_ms()
    if isinstance(stands, Offer):
        return _offered(driver, stands.phone, at_ms)
    if pressed:
        return Waited(pressed=pressed, at_ms=at_ms)
    return Waited(place=stands.place if stands.staffed else 0, eta_s=stands.eta_s, at_ms=at_ms)


def leave(driver: Driver, command: Leave) -> Left:
    driver.around.live.leave(driver.company, command.queue, driver.channel.uuid, command.why)
    driver.offered = ()
    return Left(at_ms=driver.elapsed_ms())


def promise_callback(driver: Driver, command: PromiseCallback) -> Promised:
    if not driver.around.calls_back or may_dial(command.number, driver.walk.snapshot.assets.dialling):
        return Promised(kept=False, at_ms=driver.elapsed_ms())
    address = promises.write(command.number, driver.walk.call.facts.did)
    live, call_id = driver.around.live, driver.channel.uuid
    kept = live.promise(driver.company, command.queue, call_id, address, command.tries)
    return Promised(kept=kept, at_ms=driver.elapsed_ms())


def queue_plan(driver: Driver, command: Join) -> QueuePlan:
    """The queue that a command is about, as call control needs it."""
    usual = Queue(command.queue, "", ())
    queue = driver.walk.snapshot.assets.queues.get(command.queue, usual)
    numbers = dialable(driver, command.phones)
    weights: dict[str, int] = {}
    for phone, weight in zip(command.phones, command.weights, strict=False):
        weights.setdefault(driver.phone(phone).number, weight)
    return QueuePlan(
        command.queue,
        numbers,
        command.strategy,
        command.max_size,
        queue.wrap_up_s,
        tuple(weights[number] for number in numbers) if weights else (),
        queue.max_misses,
        queue.rest_s,
    )


def _offered(driver: Driver, number: str, at_ms: int) -> Waited:
    """The phone that is held for the caller; in a queue that rings all at once the other free ones as well."""
    plan = driver.plan
    rings_all = plan is not None and plan.strategy == Strategy.SIMULTANEOUS
    live, call_id = driver.around.live, driver.channel.uuid
    held = live.gather(driver.company, call_id) if rings_all else ()
    driver.offered = tuple(dict.fromkeys((number, *held)))
    first, *others = map(driver.with_number, driver.offered)
    return Waited(phone=first, phones=tuple(filter(None, others)), at_ms=at_ms)


def _stand(driver: Driver, command: WaitTurn, wake: Signal) -> Offer | Place:
    plan = driver.plan or QueuePlan(command.queue, ())
    seconds = command.seconds + LATE_S
    return driver.around.live.wait(driver.company, plan, driver.channel.uuid, seconds, wake)  # type: ignore[arg-type]


def _stop(channel: Channel, music: Music) -> str:
    """End the music if it has not ended by itself; the key that did. Raises what ended the call meanwhile."""
    uuid = arguments.channel_uuid(channel.uuid)
    gevent.sleep(0)
    while not music.ready():
        with suppress(
            CommandRefused, DeadlinePassed
        ):  # then the call is over, which the music's greenlet hears
            channel.api("uuid_break", uuid)
        music.join(BREAK_AGAIN_S)
    ended = music.get()
    if isinstance(ended, HotlineError):
        raise ended
    return str(ended)


def _play(driver: Driver, command: WaitTurn, wake: Signal) -> str | HotlineError:
    """Music for the time of the command, on a greenlet of its own."""
    try:
        return "" if wake.is_set() else _key_in_music(driver, command)
    except HotlineError as bad:
        return bad
    finally:
        wake.set()


def _key_in_music(driver: Driver, command: WaitTurn) -> str:
    """Play, with a plain tone for as long as is left when the music cannot be played; the key pressed meanwhile."""
    channel, until_ms = driver.channel, driver.elapsed_ms() + command.seconds * 1000
    for sound in (_music(driver, command), arguments.waiting_tone()):
        left_s = max(arguments.SHORTEST_S, math.ceil((until_ms - driver.elapsed_ms()) / 1000))
        channel.set(arguments.sound_ends(command.keys, left_s))
        done = driver.run("playback", sound, left_s)
        channel.set(arguments.sound_ends(""))
        pressed = done.header("variable_playback_terminator_used")
        if pressed or done.header("Application-Response") != "FILE NOT FOUND":
            return pressed
    return ""


def _music(driver: Driver, command: WaitTurn) -> Argument:
    """The company's music often enough, or the tone."""
    if not command.music:
        return arguments.waiting_tone()
    prompts = driver.prompts((command.music,))
    once_s = media.seconds(prompts) if prompts[0].duration_ms else UNKNOWN_S
    times = min(arguments.MAX_REPEATS, math.ceil(command.seconds / once_s) + 1)
    return arguments.over_and_over(driver.paths(prompts), times)
