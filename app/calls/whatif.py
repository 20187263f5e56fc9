"""What real calls would have come to under another flow: each gone through once more, and compared. Pure.

What cannot be known is assumed and said so (observed.py); calls that never came to the flow are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from statistics import median
from typing import Any

from app.calls.begin import facts_of
from app.calls.causes import IN_OUR_CALL
from app.calls.conduct import conduct
from app.calls.habits import Agenda, Habits
from app.calls.observed import SLACK_MS, Cdr, Observed, Towards
from app.calls.scripted import World
from app.calls.trial import record
from app.flow.document import Document
from app.flow.interpreter import Walk
from app.flow.nodes.menu import KEYS
from app.flow.nodes.queue import Queue
from app.flow.snapshot import Snapshot

LEFT_OUT = frozenset({"over_limit", "no_flow", "switch_lost", "no_controller"})
WAIT_MATTERS_MS = 5000
SHOWN = 200
KINDS = ("result", "answerer", "wait", "way")
"""In which way a call would differ, the most important first."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How a call went for the caller: result and wait, who answered, and the steps that he passed."""

    result: str
    wait_ms: int
    number: str
    name: str
    way: tuple[str, ...]
    last: str

    def to_json(self) -> dict[str, Any]:
        return {
            "result": self.result,
            "wait_ms": self.wait_ms,
            "number": self.number,
            "name": self.name,
            "last": self.last,
        }


@dataclass(frozen=True, slots=True)
class Replayed:
    """One call before and after; `differs` is one of KINDS, "" when it would have gone the same way."""

    call_id: str
    began_at: datetime
    ani: str
    before: Seen
    after: Seen
    differs: str
    guesses: frozenset[str]


class Replay:
    """Goes through calls, in the order in which they began, under a draft.

    former  what they ran on, where that is known: of a queue that was there it tells the phones
    """

    def __init__(self, draft: Snapshot, habits: Habits, former: Snapshot | None = None) -> None:
        self._draft, self._habits = draft, habits
        self._agenda = Agenda()
        self._towards = towards(draft.document)
        self._new = _new_phones(draft, former) if former else {}

    def replay(self, cdr: Cdr, began_at: datetime) -> Replayed:
        """One call. `cdr` has the fields of a record; `began_at` is aware."""
        began_ms = round(began_at.timestamp() * 1000)
        people = Observed(cdr, began_ms, self._habits, self._agenda, self._towards, self._new)
        header = {"Caller-Caller-ID-Number": cdr["ani"], "Unique-ID": cdr["call_id"]}
        facts = facts_of(lambda name: header.get(name, ""), cdr["did"], self._draft, began_at)
        walk = Walk(self._draft, facts)
        hangs_up = cdr["duration_ms"] if cdr["result"] == "abandoned" else None
        world = World(walk, people, hangs_up)
        after = record(walk, conduct(walk, world.do), world.now_ms)
        self._note(after, began_ms)
        return _compared(cdr, after, began_at, people.guesses)

    def _note(self, cdr: Cdr, began_ms: int) -> None:
        for leg in cdr["legs"]:
            length = leg["ring_ms"] + leg["talk_ms"]
            if length and leg["cause"] != IN_OUR_CALL:
                since = began_ms + leg["at_ms"]
                self._agenda.take(leg["number"], since, since + length)


def is_replayable(cdr: Cdr) -> bool:
    """Whether the call came to a flow at all."""
    return cdr["ended"] not in LEFT_OUT


def _compared(before: Cdr, after: Cdr, began_at: datetime, guesses: set[str]) -> Replayed:
    was, would = _seen(before), _seen(after)
    if would.result != "abandoned" and would.wait_ms > was.wait_ms + SLACK_MS:
        guesses.add("longer")
    return Replayed(
        before["call_id"], began_at, before["ani"], was, would, _difference(was, would), frozenset(guesses)
    )


def _seen(cdr: Cdr) -> Seen:
    answered: Iterator[Mapping[str, Any]] = (leg for leg in cdr["legs"] if leg["result"] == "answered")
    leg = next(answered, {})
    trail = cdr["trail"]
    return Seen(
        result=cdr["result"],
        wait_ms=cdr["wait_ms"],
        number=leg.get("number", ""),
        name=leg.get("name", ""),
        way=tuple(step["node"] for step in trail),
        last=trail[-1]["label"] if trail else "",
    )


def _difference(was: Seen, would: Seen) -> str:
    if was.result != would.result:
        return "result"
    if was.number != would.number:
        return "answerer"
    if was.result == "answered" and abs(was.wait_ms - would.wait_ms) > WAIT_MATTERS_MS:
        return "wait"
    return "way" if was.way != would.way else ""


def _new_phones(draft: Snapshot, former: Snapshot) -> Mapping[str, set[str]]:
    """Numbers that the draft's queues have and those of the same name had not."""
    found: dict[str, set[str]] = {}
    for id, node in draft.document.nodes.items():
        before = former.document.nodes.get(id)
        if isinstance(node, Queue) and isinstance(before, Queue):
            found[id] = _numbers(node, draft) - _numbers(before, former)
    return found


def _numbers(node: Queue, snapshot: Snapshot) -> set[str]:
    phones = snapshot.assets.phones
    return {phones[id].number for id in node.line(snapshot.assets, snapshot.did).phones if id in phones}


def towards(document: Document) -> Towards:
    """How the menus of a flow lead on: (menu, node) -> the key behind which the node is, "" for none."""

    @cache
    def reached(start: str) -> frozenset[str]:
        found, waiting = {start}, [start]
        while waiting:
            node = document.nodes.get(waiting.pop())
            targets = set(node.exits.values()) - found if node else set()
            found |= targets
            waiting += targets
        return frozenset(found)

    @cache
    def key(menu: str, target: str) -> str:
        node = document.nodes.get(menu)
        ways = {name: to for name, to in node.exits.items() if name in KEYS} if node else {}
        direct = (name for name, to in ways.items() if to == target)
        further = (name for name, to in ways.items() if menu not in reached(to) and target in reached(to))
        return next(direct, "") or next(further, "")

    return key


# All of them together


@dataclass
class Summary:
    """The sums of many calls; `differences` are the most important of those that would go in another way."""

    calls: int = 0
    left_out: int = 0
    guessed: int = 0

    def __post_init__(self) -> None:
        self.before, self.after = Counter[str](), Counter[str]()
        self.guesses, self.differing = Counter[str](), Counter[str]()
        self._waits: tuple[list[int], list[int]] = ([], [])
        self._shown: dict[str, list[Replayed]] = {kind: [] for kind in KINDS}

    def add(self, replayed: Replayed) -> None:
        self.calls += 1
        self.guessed += bool(replayed.guesses)
        self.guesses.update(replayed.guesses)
        for seen, counted, waits in zip(
            (replayed.before, replayed.after), (self.before, self.after), self._waits, strict=True
        ):
            counted[seen.result] += 1
            if seen.result == "answered":
                waits.append(seen.wait_ms)
        if replayed.differs:
            self.differing[replayed.differs] += 1
            if len(self._shown[replayed.differs]) < SHOWN:
                self._shown[replayed.differs].append(replayed)

    def to_json(self) -> dict[str, Any]:
        """What pages show."""
        before, after = (round(median(waits)) if waits else 0 for waits in self._waits)
        return {
            "calls": self.calls,
            "left_out": self.left_out,
            "guessed": self.guessed,
            "guesses": dict(self.guesses),
            "before": {**self.before, "wait_ms": before},
            "after": {**self.after, "wait_ms": after},
            "differing": dict(self.differing),
            "differences": [_row(replayed) for replayed in self._important()],
        }

    def _important(self) -> Iterable[Replayed]:
        return (replayed for kind in KINDS for replayed in self._shown[kind])


def _row(replayed: Replayed) -> dict[str, Any]:
    return {
        "call_id": replayed.call_id,
        "began_at": replayed.began_at.isoformat(timespec="seconds"),
        "ani": replayed.ani,
        "differs": replayed.differs,
        "before": replayed.before.to_json(),
        "after": replayed.after.to_json(),
        "guesses": sorted(replayed.guesses),
    }


def replay_all(replay: Replay, calls: Iterable[tuple[Cdr, datetime]], summary: Summary) -> Iterator[int]:
    """Add all calls, in the order in which they began, to the summary; tells after each how many that were."""
    for n, (cdr, began_at) in enumerate(calls, 1):
        if is_replayable(cdr):
            summary.add(replay.replay(cdr, began_at))
        else:
            summary.left_out += 1
        yield n
