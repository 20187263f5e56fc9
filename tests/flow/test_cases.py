"""Every case in tests/cases gives the commands, the trail and the end that stand there; every kind keeps the contract."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

from app.errors import CallerHungUp, ReplayError
from app.flow.commands import Command, Leave, Notify
from app.flow.interpreter import replay
from app.flow.kinds import KINDS
from app.flow.nodes.base import Node, exits_of
from app.flow.outcomes import Left, Played, decode, encode
from tests.flow.cases import FOLDER, Case, all_cases, play, show

CASES = all_cases()
NEED_NO_CALLER = (Leave, Notify)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.file}: {case.says}")


@each_case
def test_the_case_goes_as_written(case: Case) -> None:
    expected = {key: case.data.get(key) for key in ("commands", "trail", "ended")}
    assert play(case) == expected


@each_case
def test_the_same_call_twice_gives_the_same_commands(case: Case) -> None:
    assert play(case) == play(case)


@each_case
def test_after_a_hang_up_at_any_command_only_those_come_that_need_no_caller(case: Case) -> None:
    for cut in range(len(case.outcomes()) + 1):
        run, _ = replay(case.walk(), case.outcomes()[:cut])
        with pytest.raises(CallerHungUp):
            hang_up(run)


@each_case
def test_a_walk_can_be_dropped_at_every_command(case: Case) -> None:
    for cut in range(len(case.outcomes()) + 1):
        run, _ = replay(case.walk(), case.outcomes()[:cut])
        run.close()
        with pytest.raises(StopIteration):
            next(run)


@each_case
def test_a_replay_cut_at_every_outcome_goes_on_with_the_same_commands(case: Case) -> None:
    outcomes = case.outcomes()
    for cut in range(len(outcomes) + 1):
        walk = case.walk()
        run, command = replay(walk, [decode(encode(outcome)) for outcome in outcomes[:cut]])
        commands = [command, *(run.send(outcome) for outcome in outcomes[cut:])]
        assert [show(command) for command in commands] == case.data["commands"][cut : len(outcomes) + 1]


def hang_up(run: Generator[Command, Any, Any]) -> None:
    """Throw the hang-up in and carry out the one thing that may still be asked for."""
    assert isinstance(run.throw(CallerHungUp()), NEED_NO_CALLER)
    run.send(Left())


def test_outcomes_of_another_walk_are_refused() -> None:
    walk = CASES[0].walk()
    with pytest.raises(ReplayError):
        replay(walk, [Played(), Played(), Played()])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
class TestEveryKind:
    def test_has_a_docstring_words_and_a_case_file(self, kind: type[Node]) -> None:
        assert kind.__doc__
        assert not kind.__doc__.startswith(kind.__name__ + "(")
        assert all(kind.words)
        assert kind.words.zh != kind.words.en
        assert (FOLDER / f"{kind.kind}.json").exists()

    def test_has_a_case_for_every_exit_that_is_not_a_key(self, kind: type[Node]) -> None:
        cases = [case for case in CASES if case.file == f"{kind.kind}.json"]
        taken = {step.split()[1] for case in cases for step in case.data["trail"] if len(step.split()) > 1}
        assert {way.name for way in kind.ways_out() if not way.is_key and way.nth < 2} <= taken

    def test_has_stand_ins_for_exits_that_do_not_go_in_a_circle(self, kind: type[Node]) -> None:
        exits = exits_of(kind)
        for exit in exits.values():
            seen = [exit.name]
            while stand_in := exits[seen[-1]].otherwise:
                assert stand_in not in seen
                seen.append(stand_in)
