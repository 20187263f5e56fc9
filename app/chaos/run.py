"""One run: failure after failure under load, then the records of all calls, then the verdict."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from app.chaos.callers import Crowd
from app.chaos.failures import FAILURES, Failure, Scene
from app.chaos.hotline import Lines
from app.chaos.installation import Installation
from app.chaos.load import Load
from app.chaos.records import RESEND_MARGIN_S, await_records
from app.chaos.verdict import Outcome, Row, judge, outcome_of
from app.simulator.clock import Clock
from app.simulator.phones import Phones
from app.simulator.switch import SimulatedSwitch
from app.simulator.switch_cdr import RecordKeeper

WARM_UP_S = 4.0  # until calls are in all places

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do.

    only        names of failures, all when empty
    strikes     how often each happens
    rate        calls a second
    seconds     how long a failure lasts that lasts
    pause_s     from the end of one strike to the next, on average
    mixed       failures follow one another at once; a call counts for the last that it saw
    patience_s  how long to wait, after the last call, for records before the missing ones are made from the switch's
    """

    only: tuple[str, ...] = ()
    strikes: int = 3
    rate: float = 5.0
    seconds: float = 5.0
    pause_s: float = 2.0
    seed: int = 0
    mixed: bool = False
    patience_s: float = RESEND_MARGIN_S
    database_url: str = ""

    @property
    def failures(self) -> tuple[Failure, ...]:
        chosen = tuple(failure for failure in FAILURES if not self.only or failure.name in self.only)
        return _alternating(chosen) if self.mixed else chosen


def _alternating(failures: Sequence[Failure]) -> tuple[Failure, ...]:
    """Those of controllers with others in between: a call is offered to so many controllers and not to more."""
    of_controllers = [failure for failure in failures if failure.name.startswith("controller")]
    others = [failure for failure in failures if failure not in of_controllers]
    pairs = zip_longest(of_controllers, others)
    return tuple(failure for pair in pairs for failure in pair if failure is not None)


def run(plan: Plan, home: Path, say: Say) -> list[Row]:
    """Carry a plan out in an empty folder; progress is told to `say`."""
    lines = Lines(plan.rate)
    with Installation(home, lines, plan.database_url) as installation:
        outcomes = _outcomes(plan, _scene(plan, lines, installation), say)
        wanted = [outcome.call_id for outcome in outcomes]
        say(f"waiting for the records of {len(wanted)} calls")
        records = await_records(installation, wanted, plan.patience_s)
    return [
        judge(
            failure,
            plan.strikes,
            [outcome for outcome in outcomes if outcome.failure == failure.name],
            records,
        )
        for failure in plan.failures
    ]


def _scene(plan: Plan, lines: Lines, installation: Installation) -> Scene:
    clock, rng = Clock(), random.Random(plan.seed)
    switch = SimulatedSwitch(
        installation.addresses,
        clock,
        Phones(lines.behaviours()),
        keep_record=RecordKeeper(installation.json_cdr_dir),
    )
    load = Load(switch, Crowd(random.Random(plan.seed), lines.dids), plan.rate, rng)
    return Scene(installation, load, clock, rng)


def _outcomes(plan: Plan, scene: Scene, say: Say) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for failure in plan.failures:
        outcomes += _suffer(failure, plan, scene)
        if not plan.mixed:
            outcomes += _end(scene.load)
        say(f"{failure.name}: done")
    return outcomes + _end(scene.load)


def _suffer(failure: Failure, plan: Plan, scene: Scene) -> list[Outcome]:
    """So many strikes, under load; what the calls saw that ended meanwhile."""
    outcomes: list[Outcome] = []
    if not scene.load.live():
        scene.load.start(failure.name)
        scene.clock.sleep(WARM_UP_S)
    scene.load.start(failure.name)
    for _ in range(plan.strikes):
        failure.strike(scene)
        if failure.lasts:
            scene.clock.sleep(plan.seconds)
        failure.mend(scene)
        scene.load.mended()
        scene.clock.sleep(scene.rng.uniform(0.5, 1.5) * plan.pause_s)
        outcomes += map(outcome_of, scene.load.take_ended())
    return outcomes


def _end(load: Load) -> list[Outcome]:
    """No more calls; what those saw that there were, also those that do not end."""
    load.stop()
    outcomes = [outcome_of(call) for call in load.placed]
    load.placed.clear()
    return outcomes
