"""Whatever happens in whatever order, nobody waits in vain, nobody is overtaken and no phone has two calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from redis import Redis

from tests.live.hubbub import Hubbub

MODEL_STEPS, REDIS_STEPS = 200_000, 8_000
A_WHILE = 60  # steps of one rule: what happens in a while is drawn as one text of bytes, three for each step
RULES = 25

SMALL = st.integers(0, 255)


def machine(new: Callable[[], Hubbub], done: list[int]) -> type[RuleBasedStateMachine]:
    """A state machine over a company; `done` receives how many steps each run took."""

    class Machine(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.company = new()

        @rule(what=SMALL, whom=SMALL, how=SMALL)
        def something_happens(self, what: int, whom: int, how: int) -> None:
            self.company.step(what, whom, how)

        @rule(things=st.binary(min_size=3 * A_WHILE, max_size=3 * A_WHILE))
        def much_happens(self, things: bytes) -> None:
            for at in range(0, len(things), 3):
                self.company.step(*things[at : at + 3])

        def teardown(self) -> None:
            done.append(self.company.steps)

    return Machine


def run(new: Callable[[], Hubbub], steps: int, phases: tuple[Phase, ...]) -> int:
    """Runs until at least so many steps were taken."""
    done: list[int] = []
    rounds = settings(
        max_examples=10,
        stateful_step_count=RULES,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    while sum(done) < steps:
        run_state_machine_as_test(machine(new, done), settings=rounds)
    return sum(done)


@pytest.mark.timeout(300)
def test_the_rules_hold_in_the_model() -> None:
    assert run(Hubbub, MODEL_STEPS, (Phase.generate, Phase.shrink)) >= MODEL_STEPS


@pytest.mark.timeout(300)
def test_redis_does_exactly_what_the_model_does(redis: Redis) -> None:
    def fresh() -> Hubbub:
        redis.flushdb()
        return Hubbub(redis)

    assert run(fresh, REDIS_STEPS, (Phase.generate,)) >= REDIS_STEPS
