"""Cases as data: tests/cases/<kind>.json holds what goes in and what must come out.

says      what the case shows
nodes     the flow, starting at its first node; the company is tests/flow/company.py
now       when the call begins, Shanghai time; Monday 14:03 when left out
seed      the call's chance
ani       the caller's number, "" when withheld
region    where it is from: [province, city, carrier, area code], null when that cannot be told
company   what is different in the company: its closures, its emergency phone
outcomes  what the world answers, one by one; {"is": "hung_up"} for a caller who hangs up, "with" what had come of the
          command until then
commands, trail, ended   the expectation, rewritten by `make snapshots` and then read by a person
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from app.errors import CallerHungUp
from app.flow.commands import Command
from app.flow.interpreter import Walk
from app.flow.outcomes import Outcome, decode
from app.routing.regions import Region
from tests.flow.company import MONDAY_14_03, SHANGHAI, company_with, facts, flow_of, snapshot_of

FOLDER = Path(__file__).parents[1] / "cases"
HUNG_UP = "hung_up"


@dataclass(frozen=True)
class Case:
    file: str
    says: str
    data: dict[str, Any]

    def walk(self) -> Walk:
        now = self.data.get("now")
        at = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI) if now else MONDAY_14_03
        snapshot = snapshot_of(flow_of(**self.data["nodes"]), company_with(**self.data.get("company", {})))
        return Walk(snapshot, replace(facts(at, self.data.get("seed", 42)), **self._caller()))

    def _caller(self) -> dict[str, Any]:
        caller: dict[str, Any] = {key: self.data[key] for key in ("ani", "region") if key in self.data}
        if caller.get("region"):
            caller["region"] = Region(*caller["region"])
        return caller

    def outcomes(self) -> list[Outcome]:
        """What the world answers before the caller hangs up, if he does."""
        return [decode(item) for item in takewhile(_is_outcome, self.data["outcomes"])]


def all_cases() -> list[Case]:
    return [
        Case(path.name, item["says"], item)
        for path in sorted(FOLDER.glob("*.json"))
        for item in json.loads(path.read_text())
    ]


def play(case: Case) -> dict[str, Any]:
    """What comes out: the commands, the trail and the end."""
    walk, commands, ended = case.walk(), [], "waiting"
    run = walk.run()
    try:
        commands.append(next(run))
        commands.extend(
            run.send(decode(item)) if _is_outcome(item) else run.throw(_hung_up(item))
            for item in case.data["outcomes"]
        )
        if type(commands[-1]).__name__ == "Hangup":
            run.send(None)
    except StopIteration as done:
        ended = done.value.ended
    except CallerHungUp:
        ended = "caller"
    trail = [" ".join(filter(None, (step.node, step.exit, step.problem))) for step in walk.trail]
    return {"commands": [show(command) for command in commands], "trail": trail, "ended": ended}


def _is_outcome(item: dict[str, Any]) -> bool:
    return bool(item["is"] != HUNG_UP)


def _hung_up(item: dict[str, Any]) -> CallerHungUp:
    return CallerHungUp(outcome=decode(item["with"]) if "with" in item else None)


def show(command: Command) -> str:
    """A command on one line, defaults left out."""
    plain = type(command).__dataclass_fields__
    given = {name: value for name, value in asdict(command).items() if value != plain[name].default}
    return " ".join([type(command).__name__, *(f"{name}={_plain(value)}" for name, value in given.items())])


def _plain(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def rewrite() -> None:
    """Write what comes out now as the expectation; the difference is for a person to read."""
    for path in sorted(FOLDER.glob("*.json")):
        cases = [Case(path.name, item["says"], item) for item in json.loads(path.read_text())]
        written = [{**case.data, **play(case)} for case in cases]
        path.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    rewrite()
