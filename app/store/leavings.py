"""What a call leaves behind beside its legs: from its record into the tables, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.store.models import Call, CallVariable, Company, SurveyMark, Task, Voicemail
from app.store.models.call import PROVISIONAL
from app.store.texts import cut

UNANSWERED = ("missed", "abandoned")
MAX_MARKS = 20
MAX_VARIABLES = 50


@dataclass(frozen=True, slots=True)
class Leavings:
    """The rows, which still lack the call and the company."""

    voicemail: dict[str, Any] | None
    marks: list[dict[str, Any]]
    variables: list[dict[str, Any]]
    tasks: list[dict[str, Any]]


def of(cdr: Mapping[str, Any]) -> Leavings:
    """The rows of a record; records of earlier releases leave nothing. ValueError and the like when it is broken."""
    ended_at = datetime.fromisoformat(cdr["began_at"]) + timedelta(milliseconds=cdr["duration_ms"])
    marks = [
        _mark(mark, position, ended_at) for position, mark in enumerate(cdr.get("survey", ())[:MAX_MARKS])
    ]
    message = cdr.get("voicemail")
    return Leavings(
        voicemail=_message(message, ended_at) if message else None,
        marks=marks,
        variables=list(_variables(cdr.get("variables", {}))),
        tasks=[task | {"created_at": ended_at} for task in _tasks(cdr, marks)],
    )


def keep(call: Call, company_id: int | None, left: Leavings) -> None:
    """Store the rows with their call, in its transaction; of calls that belong to nobody only the variables."""
    mine = {"call": call, "company": company_id}
    if left.variables:
        CallVariable.insert_many([row | {"call": call} for row in left.variables]).execute()
    if company_id is None:
        return
    if left.voicemail:
        told = left.voicemail | {"company": company_id}
        once = Voicemail.insert(told | mine)
        once.on_conflict(conflict_target=[Voicemail.call], update=told).execute()
    if left.marks:
        SurveyMark.insert_many([row | mine for row in left.marks]).execute()
    tell(company_id, left)


def tell(company: Company | int, left: Leavings) -> None:
    """Put down what is to be done, unless it is there already."""
    for task in left.tasks:
        Task.insert(task | {"company": company}).on_conflict_ignore().execute()


def take_back(company_id: int | None, call_id: str, call: Call, left: Leavings) -> None:
    """Remove what a less sure record of the call said, before `keep` of what is surer.

    What people did meanwhile stays: a message that is heard or deleted, a task that is done. So does a message of
    which the surer record does not know: the caller has spoken.
    """
    CallVariable.delete().where(CallVariable.call == call).execute()
    SurveyMark.delete().where(SurveyMark.call == call).execute()
    if left.voicemail:
        another = Voicemail.file != left.voicemail["file"]
        Voicemail.delete().where(Voicemail.call == call, another).execute()
    told = {f"low_mark:{call_id}:{position}" for position in range(MAX_MARKS)} | {f"missed_call:{call_id}"}
    gone = told - {task["key"] for task in left.tasks}
    Task.delete().where(Task.company == company_id, Task.key.in_(gone), Task.done_at.is_null()).execute()


def back(call: Call) -> dict[str, Any]:
    """What the record said of them."""
    message = Voicemail.get_or_none(Voicemail.call == call, Voicemail.deleted_at.is_null())
    marks = SurveyMark.select().where(SurveyMark.call == call).order_by(SurveyMark.position).limit(MAX_MARKS)
    variables = CallVariable.select().where(CallVariable.call == call)
    kept = variables.order_by(CallVariable.id).limit(MAX_VARIABLES)
    return {
        "queued_ms": sum(step.get("queue_ms", 0) for step in call.trail),
        "survey": [_fields(mark, ("survey", "label", "mark", "phone", "told")) for mark in marks],
        "voicemail": _fields(message, ("file", "length_ms", "node", "label")) if message else None,
        "variables": {variable.name: variable.value for variable in kept},
    }


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _message(message: Mapping[str, Any], left_at: datetime) -> dict[str, Any]:
    return cut(Voicemail, message) | {"length_ms": int(message["length_ms"]), "left_at": left_at}


def _mark(mark: Mapping[str, Any], position: int, given_at: datetime) -> dict[str, Any]:
    numbers = {"mark": int(mark["mark"]), "told": bool(mark["told"]), "position": position}
    return cut(SurveyMark, mark) | numbers | {"given_at": given_at}


def _variables(variables: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    texts = [cut(CallVariable, {"name": name, "value": value}) for name, value in variables.items()]
    yield from {text["name"]: text for text in texts[:MAX_VARIABLES]}.values()


def _tasks(cdr: Mapping[str, Any], marks: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    about = {"call_id": cdr["call_id"], "ani": cdr["ani"]}
    for mark in marks:
        if mark["told"]:
            key, text = f"low_mark:{cdr['call_id']}:{mark['position']}", f"{mark['label']} {mark['mark']}"
            yield cut(Task, about | {"kind": "low_mark", "key": key, "text": text, "phone": mark["phone"]})
    if _is_to_call_back(cdr):
        yield cut(Task, about | {"kind": "missed_call", "key": f"missed_call:{cdr['call_id']}"})


def _is_to_call_back(cdr: Mapping[str, Any]) -> bool:
    """Whether nobody answered a caller who has a number, left no message and waits for no call-back.

    While the record is provisional, he may still be on the line (store/unsure.py has the last word then).
    """
    if cdr.get("standing") == PROVISIONAL:
        return False
    promised = any(step.get("exit") == "callback" for step in cdr["trail"])
    return bool(cdr["result"] in UNANSWERED and cdr["ani"] and not cdr.get("voicemail") and not promised)
