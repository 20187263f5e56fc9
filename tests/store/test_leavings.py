"""Messages, marks and tasks: stored once with their call, found again, counted right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from app.store import calls, companies, surveys, tasks, users, voicemails
from app.store.db import Conflict, NotFound, database
from app.store.models import CallVariable, Company, SurveyMark, Task, Voicemail
from app.store.records import BadRecord
from app.store.surveys import Result
from tests.support.cdrs import MARK, MESSAGE, cdr

pytestmark = pytest.mark.usefixtures("database")

EVER = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
LEFT: dict[str, Any] = {
    "survey": [MARK, MARK | {"survey": "second", "mark": 5, "told": False}],
    "voicemail": MESSAGE,
    "variables": {"customer_tag": "gold", "hook.level": "7"},
}


@pytest.fixture
def company() -> Company:
    return companies.create("甲公司")


def keep(company: Company, call_id: str, **changes: Any) -> None:
    assert calls.record(cdr(call_id, company.id, **changes))


def kinds(company: Company) -> list[str]:
    return [task.kind for task in tasks.search(company).items]


def test_what_a_call_left_comes_back_as_it_was(company: Company) -> None:
    record = cdr("a", company.id, **LEFT)
    record["trail"] = [{**record["trail"][0], "queue_ms": 4000, "place": 2}]
    assert calls.record(record | {"queued_ms": 4000})
    assert calls.detail(company, "a").cdr == record | {"queued_ms": 4000}


def test_it_is_stored_once_with_its_call_however_many_workers_try(company: Company) -> None:
    records = [cdr(f"call-{n}", company.id, **LEFT) for n in range(10)]

    def work(_: int) -> int:
        with database.connection_context():
            return sum(calls.record(record) for record in records)

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 10
    counted = [table.select().count() for table in (Voicemail, SurveyMark, CallVariable, Task)]
    assert counted == [10, 20, 20, 10]


@pytest.mark.parametrize(
    "wrong",
    [
        {"survey": [MARK | {"mark": 0}]},
        {"survey": [MARK | {"mark": 10}]},
        {"voicemail": MESSAGE | {"file": ""}},
        {"voicemail": MESSAGE | {"length_ms": -1}},
    ],
    ids=str,
)
def test_a_call_is_stored_whole_or_not_at_all(company: Company, wrong: dict[str, Any]) -> None:
    with pytest.raises(Conflict):
        calls.record(cdr("a", company.id, **LEFT) | wrong)
    with pytest.raises(NotFound):
        calls.detail(company, "a")
    assert CallVariable.select().count() == Task.select().count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"survey": 7},
        {"survey": [{}]},
        {"survey": [MARK | {"mark": "good"}]},
        {"voicemail": {"file": "x"}},
        {"variables": ["x"]},
    ],
    ids=str,
)
def test_what_is_no_record_is_refused(company: Company, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRecord, match="no call detail record"):
        calls.record(cdr("a", company.id) | wrong)


def test_a_record_of_an_earlier_release_leaves_nothing(company: Company) -> None:
    record = cdr("a", company.id)
    for name in ("queued_ms", "survey", "voicemail", "variables"):
        del record[name]
    assert calls.record(record)
    assert calls.detail(company, "a").cdr == cdr("a", company.id)


def test_texts_that_no_column_holds_do_not_cost_us_the_call(company: Company) -> None:
    long = {"x" * 300: "y\0" * 900, "x" * 301: "z"}
    keep(
        company,
        "a",
        variables=long,
        survey=[MARK | {"label": "名" * 900}],
        voicemail=MESSAGE | {"label": "x\ud800"},
    )
    kept = calls.detail(company, "a").cdr
    assert kept["variables"] == {"x" * 80: "z"}
    assert kept["survey"][0]["label"] == "名" * 100
    assert kept["voicemail"]["label"] == "x?"


def test_a_call_that_belongs_to_nobody_leaves_nothing_to_do() -> None:
    assert calls.record(cdr("a", 0, did="4009999999", result="no_flow", ended="no_flow", legs=[], **LEFT))
    assert Voicemail.select().count() == SurveyMark.select().count() == Task.select().count() == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"result": "missed"}, ["missed_call"]),
        ({"result": "abandoned"}, ["missed_call"]),
        ({"result": "missed", "ani": ""}, []),
        ({"result": "missed", "voicemail": MESSAGE}, []),
        ({"result": "missed", "trail": [{"node": "q", "exit": "callback"}]}, []),
        ({"survey": [MARK]}, ["low_mark"]),
        ({"survey": [MARK | {"told": False}]}, []),
    ],
    ids=str,
)
def test_a_task_is_there_when_somebody_should_do_something(
    company: Company, changes: dict[str, Any], expected: list[str]
) -> None:
    keep(company, "a", **changes)
    assert kinds(company) == expected


def test_a_task_says_what_it_is_about_and_is_done_once(company: Company) -> None:
    keep(company, "a", survey=[MARK])
    owner, other = (
        users.create(company, f"{name}@example.com", name, "right horse battery") for name in "ab"
    )
    (task,) = tasks.search(company).items
    assert (task.text, task.phone, task.ani, task.call_id) == ("服务评价 1", "care1", "13800138000", "a")
    assert task.created_at == datetime(2026, 11, 23, 6, 4, 7, 250_000, tzinfo=UTC)
    first = tasks.finish(company, task.id, owner).done_at
    again = tasks.finish(company, task.id, other)
    assert (again.done_at, again.done_by) == (first, owner)
    assert kinds(company) == []
    assert [done.id for done in tasks.search(company, done=True).items] == [task.id]
    with pytest.raises(NotFound):
        tasks.finish(company, 999)


def test_the_same_notice_is_kept_once_and_another_beside_it(company: Company) -> None:
    first = tasks.notice(company, "a", "care1", "有人留言")
    assert tasks.notice(company, "a", "care1", "有人留言") == first
    assert tasks.notice(company, "a", "", "有人留言") != first
    assert tasks.notice(company, "b", "care1", "有人留言" * 500) != first
    keep(company, "c", result="missed")
    assert sorted(kinds(company)) == ["missed_call", "notice", "notice", "notice"]
    assert len(tasks.search(company, kind="notice").items) == 3


def test_messages_newest_first_and_who_heard_them(company: Company) -> None:
    owner = users.create(company, "owner@example.com", "店主", "right horse battery")
    keep(company, "old", began_at="2026-11-22T06:00:00Z", voicemail=MESSAGE)
    keep(company, "new", voicemail=MESSAGE)
    keep(company, "none")
    assert [message.call.call_id for message in voicemails.search(company).items] == ["new", "old"]
    heard = voicemails.mark_heard(company, "old", owner)
    assert voicemails.mark_heard(company, "old").heard_at == heard.heard_at
    assert voicemails.find(company, "old").heard_by == owner
    assert [message.call.call_id for message in voicemails.search(company, unheard=True).items] == ["new"]
    assert voicemails.count_unheard(company) == 1
    assert voicemails.mark_unheard(company, "old").heard_by is None
    assert voicemails.count_unheard(company) == 2


def test_a_deleted_message_is_nowhere_until_it_is_brought_back(company: Company) -> None:
    keep(company, "new", voicemail=MESSAGE)
    owner = users.create(company, "owner@example.com", "店主", "right horse battery")
    voicemails.mark_heard(company, "new", owner)
    assert voicemails.delete(company, "new", owner).file == MESSAGE["file"]
    assert [message.deleted_by for message in voicemails.deleted(company).items] == [owner]
    assert voicemails.find_any(company, "new")
    assert voicemails.count_unheard(company) == len(voicemails.search(company).items) == 0
    with pytest.raises(NotFound):
        voicemails.find(company, "new")
    assert calls.detail(company, "new").cdr["voicemail"] is None
    assert voicemails.restore(company, "new").deleted_at is None
    assert voicemails.find(company, "new").heard_by == owner
    assert voicemails.deleted(company).items == []


def test_marks_are_counted_by_survey_and_phone(company: Company) -> None:
    given = [("care1", 1, True), ("care1", 4, False), ("care2", 5, False)]
    for number, (phone, mark, told) in enumerate(given):
        keep(company, f"c{number}", survey=[MARK | {"phone": phone, "mark": mark, "told": told}])
    keep(company, "late", began_at="2101-01-01T00:00:00Z", survey=[MARK])
    assert surveys.results(company, *EVER) == [
        Result("survey", "服务评价", "care2", 1, 5.0, 0),
        Result("survey", "服务评价", "care1", 2, 2.5, 1),
    ]
    assert [mark.mark for mark in surveys.marks(company, phone="care1").items] == [1, 4, 1]
    assert surveys.marks(company).items[0].call.call_id == "late"
