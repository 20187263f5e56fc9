"""Random flows of the small company, and calls in which the world answers at random."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from app.flow.check import check
from app.flow.commands import (
    CallWebhook,
    Collect,
    Command,
    Dial,
    Hangup,
    Join,
    PromiseCallback,
    RankIdle,
    RecallPhone,
    Record,
    WaitTurn,
)
from app.flow.facts import CallFacts
from app.flow.interpreter import OUTCOME_OF, Walk
from app.flow.outcomes import (
    Collected,
    Dialled,
    DialResult,
    Joined,
    Leg,
    Outcome,
    Promised,
    Ranked,
    Recalled,
    Recorded,
    Replied,
    Waited,
)
from app.flow.snapshot import Snapshot
from tests.flow.company import ASSETS, snapshot_of

MENU = {"kind": "menu", "prompt": "welcome"}
SETTINGS: tuple[dict[str, Any], ...] = (
    {"kind": "schedule", "hours": "office"},
    {"kind": "schedule", "hours": "civil"},
    MENU,
    MENU | {"tries": 1, "back_key": "*", "repeat_key": "#"},
    MENU | {"extensions": True, "tries": 2},
    {"kind": "region", "areas": ["华东: 浙江 上海", "电信: 中国电信", "苏州: 0512"]},
    {"kind": "caller", "black": "rude", "white": "staff", "vip": "gold"},
    {"kind": "caller", "tag": "金牌", "repeat_days": 30},
    {"kind": "split", "shares": ["甲: 70", "乙: 30"]},
    {"kind": "hunt", "group": "day"},
    {"kind": "hunt", "group": "all", "strategy": "random", "next_on": ["busy"]},
    {"kind": "hunt", "phones": ["care2", "13812345678"], "strategy": "simultaneous"},
    {"kind": "queue", "queue": "care", "hours": "office", "callback_key": "9"},
    {"kind": "queue", "group": "sales", "max_wait_s": 60, "every_s": 20, "reminder": "reminder"},
    {"kind": "extension", "prompt": "extension", "tries": 2},
    {"kind": "password", "prompt": "password", "password": "2468", "tries": 2},
    {"kind": "agent", "pin": "1357"},
    {"kind": "subflow", "flow": "service"},
    {"kind": "webhook", "url": "https://crm.example.com/who"},
    {"kind": "survey", "prompt": "question"},
    {"kind": "voicemail"},
    {"kind": "announce", "prompt": "closed"},
    {"kind": "notify"},
    {"kind": "hangup", "prompt": "closed"},
)
PRESSED = ("", "", "1", "1", "2", "3", "4", "0", "9", "*", "#", "801", "802", "8", "2468", "1357")


def random_flow(random: Random) -> dict[str, Any] | None:
    """A flow without errors, or none when the dice fell badly."""
    from app.flow.kinds import KINDS

    names = [f"n{number}" for number in range(random.randint(2, 9))]
    nodes: dict[str, dict[str, Any]] = {}
    for name in names:
        settings = dict(random.choice(SETTINGS))
        ways = [way.name for way in KINDS[settings["kind"]].ways_out()]
        ways = [
            way for way in ways if way not in ("emergency", "*", "#", "9", "8") and _has_row(settings, way)
        ]
        targets = [*names, "13812345678"]
        exits = {way: random.choice(targets) for way in ways if _must_lead(way) or random.random() < 0.6}
        nodes[name] = settings | ({"exits": exits} if exits else {})
    data = {"spec": 1, "name": "随机", "start": names[0], "nodes": nodes}
    return _without_unreachable(data)


def _has_row(settings: Mapping[str, Any], way: str) -> bool:
    """Rows that there are, and rules that are set."""
    rows = len(settings.get("areas", settings.get("shares", ())))
    if way.startswith(("area_", "share_")):
        return int(way.rpartition("_")[2]) <= rows
    return way not in ("white", "vip", "tagged") or ("tag" if way == "tagged" else way) in settings


def _must_lead(way: str) -> bool:
    return way.startswith(("area_", "share_")) or way in ("white", "vip", "tagged", "1")


def _without_unreachable(data: dict[str, Any]) -> dict[str, Any] | None:
    for _ in range(len(data["nodes"])):
        errors = [problem for problem in check(data, ASSETS)[1] if problem.is_error]
        loose = {problem.node for problem in errors if problem.code == "unreachable"}
        if not loose:
            return None if errors else data
        data = {**data, "nodes": {key: node for key, node in data["nodes"].items() if key not in loose}}
    return None


def random_snapshot(random: Random) -> Snapshot | None:
    data = random_flow(random)
    return snapshot_of(data) if data else None


class World:
    """Answers commands at random, in an order of time; `known` is the phone that a caller may have talked to."""

    def __init__(self, random: Random, known: str, tag: str) -> None:
        self.random, self.known, self.tag = random, known, tag
        self.ms = 0
        self.line: tuple[str, ...] = ()
        self.dialled: list[str] = []

    def answer(self, command: Command) -> Outcome:
        self.ms += self.random.choice((0, 500, 3000))
        answers: dict[type[Command], Callable[[Any], Outcome]] = {
            Collect: self._collected,
            Dial: self._dialled,
            Join: self._joined,
            WaitTurn: self._waited,
            RankIdle: lambda asked: Ranked(phones=asked.phones[::-1], at_ms=self.ms),
            RecallPhone: lambda _: Recalled(phone=self.random.choice(("", self.known)), at_ms=self.ms),
            Record: lambda _: Recorded(file=self.random.choice(("", "m.wav")), at_ms=self.ms),
            PromiseCallback: lambda _: Promised(kept=self.random.random() < 0.5, at_ms=self.ms),
            CallWebhook: self._replied,
        }
        answer = answers.get(type(command), lambda asked: OUTCOME_OF[type(asked)](at_ms=self.ms))
        return answer(command)

    def _collected(self, command: Collect) -> Outcome:
        return Collected(digits=self.random.choice(PRESSED)[: command.max_digits], at_ms=self.ms)

    def _dialled(self, command: Dial) -> Outcome:
        self.dialled += command.phones
        failing = [
            result for result in DialResult if result not in (DialResult.ANSWERED, DialResult.CANCELLED)
        ]
        if self.random.random() < 0.15:
            return Dialled(result=DialResult.ANSWERED, phone=command.phones[0], at_ms=self.ms)
        legs = tuple(Leg(phone=p, result=self.random.choice(failing), cause="") for p in command.phones)
        return Dialled(result=legs[-1].result, legs=legs, at_ms=self.ms)

    def _joined(self, command: Join) -> Outcome:
        self.line = command.phones
        place = self.random.choice((1, 1, 0))
        full = not place and command.max_size > 0 and self.random.random() < 0.5
        return Joined(place=place, full=full, at_ms=self.ms)

    def _waited(self, command: WaitTurn) -> Outcome:
        kind = self.random.choice(("phone", "key", "time", "time", "nobody"))
        if kind == "phone":
            return Waited(phone=self.random.choice(self.line), place=1, at_ms=self.ms)
        if kind == "key" and command.keys:
            return Waited(pressed=self.random.choice(command.keys), place=1, at_ms=self.ms)
        self.ms += command.seconds * 1000
        return Waited(place=0 if kind == "nobody" else 1, at_ms=self.ms)

    def _replied(self, command: CallWebhook) -> Outcome:
        variables = (("customer_tag", self.tag),) if self.random.random() < 0.5 else ()
        return Replied(exit=self.random.choice(("", "a", "b", "d")), variables=variables, at_ms=self.ms)


def walk_at_random(snapshot: Snapshot, facts: CallFacts, world: World, most: int = 300) -> Walk:
    """A call to its end, or as far as so many commands bring it."""
    walk = Walk(snapshot, facts)
    run = walk.run()
    command = next(run)
    for _ in range(most):
        if isinstance(command, Hangup):
            break
        command = run.send(world.answer(command))
    run.close()
    return walk
