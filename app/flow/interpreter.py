"""Walks a call through its flow.

    walk = Walk(snapshot, facts)
    run = walk.run()
    command = next(run)
    while True:
        outcome = driver.do(command)       # or run.throw(CallerHungUp(...))
        command = run.send(outcome)        # StopIteration.value is the Ending

`walk.trail` tells at any moment which way the call went. The walk is pure: the same snapshot, facts and outcomes give
the same commands, so `replay` puts a walk back where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import CallerHungUp, FlowError, ReplayError
from app.flow.commands import (
    Answer,
    CallWebhook,
    Collect,
    Command,
    Dial,
    Hangup,
    Join,
    Leave,
    LookUpAgent,
    NextTurn,
    Notify,
    Play,
    PromiseCallback,
    RankIdle,
    Rate,
    RecallPhone,
    Record,
    SetAgent,
    WaitTurn,
)
from app.flow.document import Document
from app.flow.facts import CallFacts
from app.flow.nodes.base import BACK, Call, Node, Run, exits_of
from app.flow.nodes.hunt import Hunt
from app.flow.outcomes import (
    AgentFound,
    AgentSet,
    Answered,
    Collected,
    Dialled,
    Joined,
    Left,
    Outcome,
    Played,
    Promised,
    Ranked,
    Rated,
    Recalled,
    Recorded,
    Replied,
    Sent,
    Turn,
    Waited,
)
from app.flow.snapshot import Assets, Snapshot

MAX_STEPS = 200
NEEDS_ANSWER = (Play, Collect, Record, WaitTurn)
OUTCOME_OF: dict[type[Command], type[Outcome]] = {
    Answer: Answered,
    Play: Played,
    Collect: Collected,
    Dial: Dialled,
    NextTurn: Turn,
    Record: Recorded,
    RankIdle: Ranked,
    RecallPhone: Recalled,
    Join: Joined,
    WaitTurn: Waited,
    Leave: Left,
    PromiseCallback: Promised,
    LookUpAgent: AgentFound,
    SetAgent: AgentSet,
    CallWebhook: Replied,
    Notify: Sent,
    Rate: Rated,
}


@dataclass(slots=True)
class Step:
    """One node on the way. `exit` stays empty when the caller hung up in it; `at_ms` counts from the call's begin."""

    node: str
    kind: str
    label: str
    at_ms: int
    end_ms: int = 0
    exit: str = ""
    outcomes: list[Outcome] = field(default_factory=list)
    problem: str = ""
    secret: bool = False  # the keys pressed here are for nobody's eyes


@dataclass(frozen=True, slots=True)
class Ending:
    """How a walk ended by itself: "flow", or "flow_error" when the fallback had to be used. A hang-up raises instead."""

    ended: str


class Walk:
    """One call on its way through one snapshot."""

    def __init__(self, snapshot: Snapshot, facts: CallFacts) -> None:
        self.snapshot = snapshot
        self.call = Call(facts, snapshot.assets, enter=self._enter, elapsed=lambda: self._now_ms)
        self.trail: list[Step] = []
        self.answered = False
        self._now_ms = 0

    def run(self) -> Generator[Command, Any, Ending]:
        """The call's commands; is sent their outcomes; lets CallerHungUp through."""
        try:
            if not (yield from self._emergency()):
                yield from self._walk(self.snapshot.document)
            ended = "flow"
        except CallerHungUp:
            raise
        except Exception as bad:  # whatever a node does wrong, the caller must not hear silence
            self._note(f"{type(bad).__name__}: {bad}")
            yield from self._fall_back()
            ended = "flow_error"
        yield Hangup()
        return Ending(ended)

    def _emergency(self) -> Generator[Command, Any, bool]:
        """Ring the company's emergency phone first, unless the flow has its own way; whether that was all."""
        phone = self.call.assets.emergency
        if not phone or any("emergency" in node.exits for node in self.snapshot.document.nodes.values()):
            return False
        way = yield from self._step(Hunt(id="emergency", title="紧急切换", phones=(phone,)))
        return way == "answered"

    def _enter(self, flow: str) -> Run:
        """Walk a sub-flow; its steps stand in the trail as FLOW.NODE."""
        self.trail[
            -1
        ].exit = "end"  # until it comes back: a caller who hangs up does so in a step of the sub-flow
        return self._walk(self.call.assets.flows[flow], f"{flow}.")

    def _walk(self, document: Document, within: str = "") -> Run:
        """Walk a flow; the way back that a sub-flow takes, "" when the call is over."""
        target, before = document.start, list[str]()
        while len(self.trail) < MAX_STEPS:
            node = node_of(document, target, self.call.assets)
            way = yield from self._step(node, within)
            if node.returns or (way == BACK and within and not before):
                return way if within else ""
            if way == BACK:
                target = before.pop() if before else target
            elif way not in node.exits:
                yield from self._farewell(node, way)
                return ""
            else:
                remember(before, node)
                target = node.exits[way]
        raise FlowError(f"more than {MAX_STEPS} steps")

    def _step(self, node: Node, within: str = "") -> Run:
        name, labels = within + node.id, self.snapshot.labels
        label = labels.get(name) or labels.setdefault(name, node.label(self.call.assets))
        step = Step(name, node.kind, label, self._now_ms, secret=node.secret)
        self.trail.append(step)
        step.exit = drawn((yield from self._recorded(node.run(self.call), step)), node)
        step.end_ms = self._now_ms
        if row := node.row_name(step.exit):
            step.label = f"{label}：{row}"
        return step.exit

    def _recorded(self, run: Run, step: Step) -> Run:
        """Pass commands out and outcomes in, keeping the outcomes; pick the call up before it has to hear or press."""
        try:
            command = next(run)
            while True:
                if isinstance(command, NEEDS_ANSWER) and not self.answered:
                    self._heard((yield Answer()), step)
                try:
                    outcome = yield command
                except CallerHungUp as gone:
                    if gone.outcome:
                        self._heard(gone.outcome, step)
                    command = run.throw(gone)
                    continue
                self._heard(outcome, step)
                command = run.send(outcome)
        except StopIteration as done:
            return str(done.value)

    def _heard(self, outcome: Outcome, step: Step) -> None:
        if step is not self.trail[-1]:
            return  # it belongs to a step of the sub-flow that this step has entered
        self._now_ms = step.end_ms = max(self._now_ms, outcome.at_ms)
        step.outcomes.append(outcome)
        if isinstance(outcome, Answered) or (isinstance(outcome, Dialled) and outcome.phone):
            self.answered = True
        if isinstance(outcome, Dialled) and outcome.phone:
            self.call.variables["answered_by"] = outcome.phone
        if isinstance(outcome, Played | Collected | Replied | Dialled) and outcome.problem:
            step.problem = outcome.problem

    def _farewell(self, node: Node, way: str) -> Run:
        """The call ends because an exit leads nowhere; say why, unless there is nothing to say."""
        exit = exits_of(type(node)).get(way)
        if exit and exit.farewell:
            yield from self._recorded(_play(exit.farewell), self.trail[-1])
        return "end"

    def _fall_back(self) -> Run:
        phone = self.snapshot.fallback
        if phone:
            title = self.call.assets.phones[phone].name or phone
            way = yield from self._step(Hunt(id="fallback", title=title, phones=(phone,)))
            if way == "answered":
                return way
        if not self.trail:
            self.trail.append(Step("start", "", "", self._now_ms))
        return (yield from self._recorded(_play("sys.sorry"), self.trail[-1]))

    def _note(self, problem: str) -> None:
        if not self.trail:
            self.trail.append(Step(self.snapshot.document.start, "", "", self._now_ms))
        self.trail[-1].problem = problem


def node_of(document: Document, target: str, assets: Assets) -> Node:
    """The node that a target names; a phone number is a hunt of one phone."""
    if target in document.nodes:
        return document.nodes[target]
    return Hunt(id=f"tel{target}", title=assets.phones[target].name or target, phones=(target,))


def drawn(way: str, node: Node) -> str:
    """The exit to take: one without a target gives way to the one that stands in for it."""
    ways = exits_of(type(node))
    while way not in node.exits and way in ways and ways[way].otherwise:
        way = ways[way].otherwise
    return way


def remember(before: list[str], node: Node) -> None:
    """Keep the menus on the way, each once: a caller who came back to one forgets those that he met after it."""
    if node.is_menu:
        if node.id in before:
            del before[before.index(node.id) :]
        before.append(node.id)


def _play(prompt: str) -> Run:
    yield Play((prompt,))
    return "done"


def replay(
    walk: Walk, outcomes: Sequence[Outcome], watch: Callable[[Command, Outcome], object] | None = None
) -> tuple[Generator[Command, Any, Ending], Command]:
    """Bring a fresh walk to where these outcomes had brought it; returns the run and the command it waits on.

    `watch` is shown each command with its outcome. ReplayError when the outcomes are not those of this walk.
    """
    run = walk.run()
    command = next(run)
    for outcome in outcomes:
        if not isinstance(outcome, OUTCOME_OF.get(type(command), ())):
            raise ReplayError(f"{type(outcome).__name__} does not answer {command}")
        if watch:
            watch(command, outcome)
        try:
            command = run.send(outcome)
        except StopIteration as done:
            raise ReplayError("the walk ended before the outcomes did") from done
    return run, command
