"""Calls in the store: stored once, found again, counted right."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.store import calls, companies, numbers
from app.store.call_search import count, walk
from app.store.calls import Filters
from app.store.db import Conflict, NotFound, database
from app.store.models import Call, CallLeg, Company
from app.store.records import BadRecord
from tests.support.cdrs import cdr, leg

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def company() -> Company:
    return companies.create("甲公司")


def keep(company: Company, call_id: str, **changes: Any) -> None:
    assert calls.record(cdr(call_id, company.id, **changes))


def ids(found: Any) -> list[str]:
    return [call.call_id for call in found]


def test_a_record_comes_back_as_it_was(company: Company) -> None:
    record = cdr("a", company.id, legs=[leg(result="busy", talk_ms=0), leg(phone="care2")])
    assert calls.record(record)
    assert calls.detail(company, "a").cdr == record


def test_the_same_call_is_stored_once(company: Company) -> None:
    assert calls.record(cdr("a", company.id))
    assert not calls.record(cdr("a", company.id, duration_ms=1))
    assert calls.detail(company, "a").call.duration_ms == 67_000
    assert CallLeg.select().count() == 1


def test_workers_at_the_same_time_store_a_call_once(company: Company) -> None:
    records = [cdr(f"call-{n}", company.id, legs=[leg(), leg(phone="care2")]) for n in range(25)]

    def work(_: int) -> int:
        with database.connection_context():
            return sum(calls.record(record) for record in records)

    with ThreadPoolExecutor(4) as workers:
        stored = sum(workers.map(work, range(4)))
    assert (stored, Call.select().count(), CallLeg.select().count()) == (25, 25, 50)


def test_a_call_that_cannot_be_stored_whole_is_not_stored_at_all(company: Company) -> None:
    for wrong in (leg(result="flew away"), leg(at_ms=None), leg(ring_ms=-1)):
        with pytest.raises(Conflict):
            calls.record(cdr("a", company.id, legs=[leg(), wrong]))
    with pytest.raises(NotFound):
        calls.detail(company, "a")


@pytest.mark.parametrize(
    "wrong",
    [
        {"began_at": "yesterday"},
        {"began_at": None},
        {"duration_ms": "long"},
        {"talk_ms": True},
        {"trail": 7},
        {"wait_ms": 1.5},
        {"talk_ms": 2**31},
        {"legs": None},
        {"legs": ["x"]},
        {"legs": [leg() | {"at_ms": None, "talk_ms": "1"}]},
        {"legs": [{"phone": "care1"}]},
    ],
    ids=str,
)
def test_what_is_no_record_is_refused(company: Company, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadRecord, match="no call detail record"):
        calls.record(cdr("a", company.id) | wrong)


def test_a_record_without_a_field_is_refused(company: Company) -> None:
    record = cdr("a", company.id)
    del record["duration_ms"]
    with pytest.raises(BadRecord, match="duration_ms"):
        calls.record(record)


def test_texts_that_no_column_holds_do_not_cost_us_the_call(company: Company) -> None:
    keep(company, "a", ani="1" * 50, hangup_cause="A\0B", keys="5" * 400, trail=[{"label": "x\0\ud800"}])
    call = calls.detail(company, "a").call
    assert (call.ani, call.hangup_cause, len(call.keys)) == ("1" * 32, "AB", 255)
    assert call.trail == [{"label": "x?"}]


def test_a_call_without_a_snapshot_belongs_to_the_owner_of_the_number(company: Company) -> None:
    numbers.create(company, "4008001234")
    assert calls.record(cdr("a", 0, result="no_flow", ended="no_flow", legs=[]))
    assert calls.record(cdr("b", 0, did="4009999999", result="no_flow", ended="no_flow", legs=[]))
    assert ids(calls.search(company, Filters()).items) == ["a"]
    assert Call.get(Call.call_id == "b").company_id is None


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["late", "quick", "missed", "first"]),
        (Filters(result="missed"), ["missed"]),
        (Filters(ani="0013"), ["quick", "first"]),
        (Filters(ani="%"), []),
        (Filters(phone="care2"), ["missed"]),
        (Filters(did="4008005678"), ["quick"]),
        (Filters(province="江苏"), ["missed"]),
        (Filters(province="江苏", result="answered"), []),
        (Filters(since=date(2026, 11, 24)), ["late", "quick", "missed"]),
        (Filters(until=date(2026, 11, 24)), ["quick", "missed", "first"]),
        (Filters(since=date(2026, 11, 24), until=date(2026, 11, 24)), ["quick", "missed"]),
    ],
)
def test_search_finds_what_fits_newest_first(company: Company, filters: Filters, expected: list[str]) -> None:
    keep(company, "first", began_at="2026-11-23T15:59:59.999Z")  # 23:59 in Shanghai
    keep(
        company,
        "missed",
        began_at="2026-11-23T16:00:00Z",
        ani="02512345678",
        province="江苏",
        result="missed",
        legs=[leg(result="busy"), leg(phone="care2", result="no_answer")],
    )
    keep(company, "quick", began_at="2026-11-24T15:59:59.999Z", did="4008005678")
    keep(company, "late", began_at="2026-11-24T16:00:00.000Z", ani="057112345678")
    assert ids(calls.search(company, filters).items) == expected


def minutes(company: Company, count: int, **changes: Any) -> list[str]:
    """So many calls, three in every minute, oldest first."""
    for n in range(count):
        keep(company, f"{n:03}", began_at=f"2026-11-23T06:{n // 3:02}:00Z", **changes)
    return [f"{n:03}" for n in range(count)]


@pytest.mark.parametrize(
    "filters", [Filters(), Filters(phone="care1"), Filters(result="answered", ani="0013")]
)
def test_pages_go_on_where_the_last_one_ended(company: Company, filters: Filters) -> None:
    newest_first = minutes(company, 25)[::-1]
    pages = [calls.search(company, filters, size=10)]
    while pages[-1].older:
        pages.append(calls.search(company, filters, older=pages[-1].older, size=10))
    assert [ids(page.items) for page in pages] == [newest_first[:10], newest_first[10:20], newest_first[20:]]
    assert not pages[0].newer
    back = calls.search(company, filters, newer=pages[2].newer, size=10)
    assert (ids(back.items), bool(back.newer), bool(back.older)) == (newest_first[10:20], True, True)
    first = calls.search(company, filters, newer=back.newer, size=10)
    assert (ids(first.items), first.newer) == (newest_first[:10], "")


def test_calls_that_come_meanwhile_move_nothing(company: Company) -> None:
    minutes(company, 6)
    first = calls.search(company, Filters(), size=3)
    keep(company, "new", began_at="2026-11-23T07:00:00Z")
    assert ids(calls.search(company, Filters(), older=first.older, size=3).items) == ["002", "001", "000"]


@pytest.mark.parametrize("place", ["x", "1-", "-1", "9" * 30 + "-1", "1-2-3", "1-" + "9" * 30])
def test_a_place_that_is_none_gives_the_newest(company: Company, place: str) -> None:
    minutes(company, 2)
    assert ids(calls.search(company, Filters(), older=place).items) == ["001", "000"]


def test_counting_stops_where_nobody_reads_on(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.call_search.COUNT_LIMIT", 3)
    minutes(company, 5)
    page = calls.search(company, Filters(), size=2)
    assert (page.total, page.is_more) == (3, True)
    assert calls.search(company, Filters(ani="0013"), size=2).total is None
    assert calls.search(company, Filters(ani="0013")).total == 5


def test_a_phone_that_was_rung_twice_in_a_call_finds_it_once(company: Company) -> None:
    keep(company, "a", legs=[leg(result="busy", talk_ms=0), leg()])
    assert ids(calls.search(company, Filters(phone="care1")).items) == ["a"]


def test_a_phone_of_the_same_name_elsewhere_is_another_one(company: Company) -> None:
    other = companies.create("乙公司")
    keep(other, "theirs")
    assert ids(calls.search(company, Filters(phone="care1")).items) == []


def test_walking_meets_every_call_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.call_search.BATCH", 4)
    newest_first = minutes(company, 10)[::-1]
    walked = [call.call_id for batch in walk(company, Filters()) for call in batch]
    assert walked == newest_first
    assert count(company, Filters()) == 10


def test_who_was_reached_later_is_known(company: Company) -> None:
    keep(company, "early", ani="1", began_at="2026-11-22T06:00:00Z")
    keep(company, "a", ani="1", began_at="2026-11-23T06:00:00Z")
    keep(company, "b", ani="1", began_at="2026-11-23T07:00:00Z")
    keep(company, "c", ani="2", result="missed")
    since = datetime(2026, 11, 23, tzinfo=UTC)
    assert calls.reached_last(company, ["1", "2"], since) == {"1": since.replace(hour=7)}


def test_today_counts_the_local_day(company: Company) -> None:
    keep(company, "yesterday", began_at="2026-11-23T15:59:59Z")
    keep(company, "midnight", began_at="2026-11-23T16:00:00Z", wait_ms=1000)
    keep(company, "nine", began_at="2026-11-24T01:30:00Z", wait_ms=4000)
    keep(company, "busy", began_at="2026-11-24T01:59:59.999Z", result="missed", legs=[])
    keep(company, "gone", began_at="2026-11-24T15:59:59Z", result="abandoned", legs=[])
    keep(company, "tomorrow", began_at="2026-11-24T16:00:00Z")
    day = calls.today(company, datetime(2026, 11, 24, 4, tzinfo=UTC))
    assert (day.calls, day.answered, day.missed, day.abandoned) == (4, 2, 1, 1)
    assert day.average_wait_ms == 2500
    busy_hours = [(hour.hour, hour.calls, hour.answered) for hour in day.by_hour if hour.calls]
    assert busy_hours == [(0, 1, 1), (9, 2, 1), (23, 1, 0)]
    assert len(day.by_hour) == 24


def test_a_day_without_calls_is_all_zeros(company: Company) -> None:
    day = calls.today(company, datetime(2026, 11, 24, 4, tzinfo=UTC))
    assert (day.calls, day.average_wait_ms, {hour.calls for hour in day.by_hour}) == (0, 0, {0})


def test_missed_lists_callers_to_call_back(company: Company) -> None:
    keep(company, "old", began_at="2026-11-22T16:00:00Z", result="missed", legs=[])
    keep(company, "busy", began_at="2026-11-23T17:00:00Z", result="missed", legs=[])
    keep(company, "gone", began_at="2026-11-23T18:00:00Z", result="abandoned", legs=[])
    keep(company, "answered", began_at="2026-11-23T19:00:00Z")
    since = calls.start_of_day(company, date(2026, 11, 24))
    assert ids(calls.missed(company, since)) == ["gone", "busy"]


def test_provinces_are_those_that_calls_came_from(company: Company) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    for call_id, province in (("a", "江苏"), ("b", "浙江"), ("c", "浙江"), ("d", "")):
        keep(company, call_id, province=province, began_at=now)
    assert calls.provinces(company) == ["江苏", "浙江"]
