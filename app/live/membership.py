"""Being one of several controllers: heartbeat, those that died, offers from Redis, joining up again."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import structlog
from redis import RedisError
from redis.client import PubSub

from app.errors import LiveError
from app.live import keys
from app.live.company import AVAILABLE, GIVE_UP
from app.live.connection import live_errors, subscribed
from app.live.link import Link
from app.live.places import Pair
from app.live.scripts import read_pair

log = structlog.get_logger()

BEAT_S = 1.0
ALIVE_US = 10_000_000  # without a beat for so long a controller is dead
LOOK_BEATS = 10  # so many beats from one look for strays to the next
MOST = 200  # dead controllers or due things that one beat is told of
CHUNK = 100  # things that one script gives back
PAUSE_S = 0.5  # before listening again
ORDER = {
    "wait": 0,
    "call": 1,
    "phone": 2,
    "agent": 3,
}  # a dead controller's callers go before its phones can be given to them


class Membership:
    """Keeps the link joined up. `run` in a thread or greenlet of its own; `touch` is one beat of it."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._joined = False
        self._beats = 0
        self._strays: set[str] = set()
        self._disputed: set[tuple[int, str]] = set()
        self._stopped = threading.Event()

    def run(self) -> None:
        """Beat and listen until `stop`."""
        while not self._stopped.is_set():
            try:
                with live_errors(), subscribed(self._link.scripts.redis, self._channel) as inbox:
                    self._joined = False  # offers may have gone past us
                    self._follow(inbox)
            except LiveError as away:
                self._link.cut_off(away)
                self._link.tick()
                self._stopped.wait(PAUSE_S)

    def stop(self) -> None:
        """Let `run` return, within BEAT_S."""
        self._stopped.set()

    def touch(self) -> None:
        """One beat: we are alive, what we hold is ours; whoever is not alive gives back."""
        link = self._link
        link.tick()
        try:
            known, dead, due = link.scripts.beat(link.script_now(), link.controller, ALIVE_US, MOST)
            if link.alone or not known or not self._joined:
                self._join_up()
            else:
                with link.lock:
                    link.local.take_changed()
                self._settle_disputes()
                self._beats += 1
                if self._beats % LOOK_BEATS == 0:
                    self._give_strays_back()
            for controller in dead:
                if controller != link.controller:
                    self._bury(controller)
            for company, items in _by_company(due):
                link.scripts.tick(company, link.script_now(), items)
            self._learn_states()
        except RedisError as away:
            link.cut_off(away)

    @property
    def _channel(self) -> str:
        return keys.INBOX + self._link.controller

    def _follow(self, inbox: PubSub) -> None:
        beat = time.monotonic()
        self.touch()
        while not self._stopped.is_set():
            left = beat + BEAT_S - time.monotonic()
            if left <= 0:
                beat = time.monotonic()
                self.touch()
            elif message := inbox.get_message(timeout=left):
                self._link.received(*read_pair(self._link.controller, message["data"]))

    def _bury(self, dead: str) -> None:
        link = self._link
        log.warning("controller_dead", controller=dead)
        items = sorted(link.scripts.held(dead), key=lambda item: ORDER[item.split(" ")[1]])
        for company, some in _by_company(items):
            link.scripts.give_back(company, link.script_now(), dead, link.controller, some)
        link.scripts.forget(dead)

    def _learn_states(self) -> None:
        """Agents' states of the companies that wait here, for when Redis goes away."""
        link = self._link
        with link.lock:
            waiting = [number for number, company in link.local.companies.items() if company.waiters]
        for number in waiting:
            states = link.scripts.states(number)
            with link.lock:
                link.local.learn_states(number, states)

    def _join_up(self) -> None:
        """Say everything again, then what changed meanwhile, until nothing did: then Redis decides again."""
        link = self._link
        held = link.scripts.held(link.controller)
        with link.lock:
            changed = link.local.take_changed()
            todo = link.local.items() | held | changed
        while True:
            for item in sorted(todo, key=lambda item: -ORDER[item.split(" ")[1]]):
                self._say(item, item in changed)
            with link.lock:
                todo = changed = link.local.take_changed()
                if not todo:
                    link.local.join_up()
                    link.alone = False
                    break
        self._joined = True

    def _settle_disputes(self) -> None:
        """Phones that a call of ours and another's both took while we were alone: ours as soon as they are given back."""
        link = self._link
        for company, phone in list(self._disputed):
            with link.lock:
                lease = link.local.of(company).leases.get(phone)
            self._disputed.discard((company, phone))
            if lease:
                self._say_phone(company, phone, ours=False)
                self._say_waiter(company, lease.call_id, ours=False)

    def _give_strays_back(self) -> None:
        """What Redis believes to be ours and is not, the second time that it is seen: a command whose reply was lost."""
        link = self._link
        held = link.scripts.held(link.controller)
        with link.lock:
            strays = held - link.local.items()
        for item in strays & self._strays:
            self._say(item, ours=False)
        self._strays = strays

    def _say(self, item: str, ours: bool) -> None:
        """Let Redis have one thing as it is here. `ours`: if it is not here, it is because we ended it."""
        company, kind, name = item.split(" ")
        say = {
            "phone": self._say_phone,
            "wait": self._say_waiter,
            "call": self._say_call,
            "agent": self._say_agent,
        }
        say[kind](int(company), name, ours)

    def _say_phone(self, company: int, phone: str, ours: bool) -> None:
        link = self._link
        with link.lock:
            lease = link.local.of(company).leases.get(phone)
        if lease:
            mine = link.scripts.restore_phone(company, link.script_now(), link.controller, phone, lease)
            self._disputed.discard((company, phone))
            if not mine:
                self._disputed.add((company, phone))
            return
        found = link.scripts.lease(company, phone)
        if not found or found.owner != link.controller:
            return
        waiter = link.scripts.waiter(company, found.call_id)
        if not waiter or waiter.phone != phone:
            link.scripts.release(company, link.script_now(), link.controller, found.call_id, [phone])
        elif waiter.number:  # any other who was offered it is told by restoring him
            pair = Pair(found.owner, found.call_id, phone, found.queue, waiter.number, waiter.tries)
            link.received(company, pair)

    def _say_waiter(self, company: int, call_id: str, ours: bool) -> None:
        link = self._link
        with link.lock:
            found = link.local.waiter(company, call_id)
            lined = link.local.lined(company, call_id) if found else ""
        if found:
            link.scripts.restore_waiter(
                company, link.script_now(), link.controller, call_id, found[0], lined, found[1]
            )
        else:
            link.scripts.leave(company, link.script_now(), link.controller, call_id, GIVE_UP if ours else "")

    def _say_agent(self, company: int, phone: str, ours: bool) -> None:
        link = self._link
        with link.lock:
            state, until = link.local.of(company).states.get(phone, (AVAILABLE, 0))
        link.scripts.agent(company, link.script_now(), phone, state, until)

    def _say_call(self, company: int, call_id: str, ours: bool) -> None:
        link = self._link
        with link.lock:
            live = call_id in link.local.of(company).calls
        if live:
            link.scripts.begin(company, link.script_now(), link.controller, call_id, 0)
        else:
            link.scripts.end(company, link.script_now(), link.controller, call_id)


def _by_company(items: Iterable[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Things written "<company> <kind> <name>", in their order, in chunks that one script takes."""
    chunks: dict[int, list[str]] = defaultdict(list)
    for item in items:
        company, _, rest = item.partition(" ")
        chunks[int(company)].append(rest)
    for number, found in chunks.items():
        for start in range(0, len(found), CHUNK):
            yield number, found[start : start + CHUNK]
