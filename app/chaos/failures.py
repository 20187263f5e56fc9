"""What is done to an installation under load, and what is promised about it. A row here is a row of docs/reliability.md."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial

from app.chaos.installation import Installation
from app.chaos.load import Load
from app.chaos.parts import Part
from app.errors import HotlineError
from app.simulator.clock import Clock

FIND_S = 20.0  # until a call is where it is to be struck
RESTART_S = 0.5  # the pause of `hotline400 run` before it starts a process anew

CALLERS, CONVERSATIONS, RECORDS, SILENCE = "callers", "conversations", "records", "silence"
EVERYTHING = frozenset({CALLERS, CONVERSATIONS, RECORDS, SILENCE})
"""What can be promised: no caller lost, no conversation cut, no record lost, doubled or wrong, p99 of silence under 1 s."""


@dataclass(slots=True)
class Scene:
    """Where failures happen. `victim` is the controller that was chosen last."""

    installation: Installation
    load: Load
    clock: Clock
    rng: random.Random
    victims: list[Part] = field(default_factory=list)

    def choose(self, place: str) -> Part:
        """A controller that has a call in this place; HotlineError when there is none for FIND_S."""
        waited = 0.0
        while not (calls := self.load.at(place)):
            if (waited := waited + 0.01) > FIND_S:
                raise HotlineError(f"no call came to be in: {place}")
            self.clock.sleep(0.01)
        return self.installation.controllers[self.rng.choice(calls).channel.controller]


Act = Callable[[Scene], object]


@dataclass(frozen=True, slots=True)
class Failure:
    """`strike` makes it happen, `mend` ends it, `lasts` says whether it goes on for a while in between."""

    name: str
    what: str
    strike: Act
    mend: Act
    lasts: bool = True
    promised: frozenset[str] = EVERYTHING


def _kill_controller(place: str, scene: Scene) -> None:
    scene.victims = [scene.choose(place)]
    scene.load.strike()
    scene.victims[0].kill()


def _kill_controllers(scene: Scene) -> None:
    scene.victims = list(scene.installation.controllers.values())
    scene.load.strike()
    for victim in scene.victims:
        victim.kill()


def _restart_controllers(scene: Scene) -> None:
    """As `hotline400 run` does."""
    scene.clock.sleep(RESTART_S)
    _start(scene.victims)


def _pause_controller(scene: Scene) -> None:
    scene.victims = [scene.choose("any")]
    scene.load.strike()
    scene.victims[0].pause()


def _wake_controller(scene: Scene) -> None:
    scene.victims[0].go_on()


def _strike(act: Callable[[Installation], object]) -> Act:
    def strike(scene: Scene) -> None:
        scene.load.strike()
        act(scene.installation)

    return strike


def _mend(act: Callable[[Installation], object]) -> Act:
    return lambda scene: act(scene.installation)


def _start(parts: Iterable[Part]) -> None:
    parts = list(parts)
    for part in parts:
        part.start()
    for part in parts:
        part.wait_ready()


def _empty(installation: Installation) -> None:
    with installation.redis_client() as client:
        client.flushall()


def _redis_and_database_away(installation: Installation) -> None:
    installation.lock_database()
    installation.redis.kill()


def _redis_and_database_back(installation: Installation) -> None:
    installation.unlock_database()
    _start([installation.redis])


def _nothing(_: object) -> None:
    """For failures that need no mending, and for the row without a failure."""


def _controller_in(place: str, what: str) -> Failure:
    return Failure(
        f"controller-{place}", what, partial(_kill_controller, place), _restart_controllers, lasts=False
    )


FAILURES = (
    Failure("none", "nothing fails", _strike(_nothing), _nothing),
    _controller_in("menu", "a controller is killed, somebody is in a menu"),
    _controller_in("queue", "a controller is killed, somebody waits in a queue"),
    _controller_in("ringing", "a controller is killed, a phone rings"),
    _controller_in("talk", "a controller is killed, two people talk"),
    _controller_in("survey", "a controller is killed, somebody gives a mark"),
    _controller_in("any", "a controller is killed at a random moment"),
    Failure(
        "controller-paused",
        "a controller stands still",
        _pause_controller,
        _wake_controller,
        promised=EVERYTHING - {SILENCE},
    ),
    Failure(
        "controllers",
        "all controllers are killed",
        _kill_controllers,
        _restart_controllers,
        lasts=False,
        promised=frozenset({CONVERSATIONS, RECORDS}),
    ),
    Failure("redis-killed", "Redis is killed", _strike(lambda i: i.redis.kill()), _mend(lambda i: _start([i.redis]))),
    Failure("redis-paused", "Redis stands still", _strike(lambda i: i.redis.pause()), _mend(lambda i: i.redis.go_on())),
    Failure("redis-emptied", "Redis loses everything", _strike(_empty), _nothing, lasts=False),
    Failure(
        "database-locked",
        "the database takes no records",
        _strike(lambda i: i.lock_database()),
        _mend(lambda i: i.unlock_database()),
    ),
    Failure("workers-away", "no worker", _strike(lambda i: i.worker.kill()), _mend(lambda i: _start([i.worker]))),
    Failure(
        "redis-and-database",
        "Redis and database are away",
        _strike(_redis_and_database_away),
        _mend(_redis_and_database_back),
    ),
)  # fmt: skip

NAMES = tuple(failure.name for failure in FAILURES)
