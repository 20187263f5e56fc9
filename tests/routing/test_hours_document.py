from datetime import date
from typing import Any

import pytest
from hypothesis import given

from app.routing.opening_hours import BadHours, Span, read, write
from tests.routing.office import OFFICE, documents, hours


def test_read() -> None:
    office = hours(OFFICE)
    workday = (Span(540, 720), Span(810, 1080))
    assert (office.id, office.name) == ("office", "办公时间")
    assert office.weekly == {0: workday, 1: workday, 2: workday, 3: workday, 4: workday, 5: (Span(600, 960),)}
    assert office.closed_dates == {date(2026, 10, 1), date(2026, 10, 2)}
    assert office.open_dates == {date(2026, 10, 10): (Span(540, 1080),)}


@pytest.mark.parametrize(
    ("weekly", "written"),
    [
        ({"mon": ["9:00-18:00"]}, {"mon": ["09:00-18:00"]}),
        ({"mon": ["09:00 - 18:00"]}, {"mon": ["09:00-18:00"]}),
        ({"mon": ["13:00-18:00", "09:00-12:00"]}, {"mon": ["09:00-12:00", "13:00-18:00"]}),
        ({"mon": ["09:00-12:00", "12:00-18:00"]}, {"mon": ["09:00-12:00", "12:00-18:00"]}),
        ({"mon": [], "tue": ["09:00-18:00"]}, {"tue": ["09:00-18:00"]}),
        ({"mon-mon": ["09:00-18:00"]}, {"mon": ["09:00-18:00"]}),
        ({"tue": ["9:00-10:00"], "mon": ["9:00-10:00"]}, {"mon-tue": ["09:00-10:00"]}),
        ({"sat-mon": ["00:00-24:00"]}, {"mon": ["00:00-24:00"], "sat-sun": ["00:00-24:00"]}),
        ({"sun": ["22:00-02:00"]}, {"sun": ["22:00-02:00"]}),
    ],
)
def test_days_and_spans_may_be_written_loosely(weekly: dict[str, Any], written: dict[str, Any]) -> None:
    assert write(hours({"weekly": weekly})) == {"weekly": written}


@pytest.mark.parametrize(
    ("document", "zh", "en"),
    [
        ([], "应是一组“名称: 值”", "must be a mapping"),
        (None, "应是一组“名称: 值”", "must be a mapping"),
        (
            {"weekly": {}, "weekdays": {}},
            "weekdays：只能是 weekly closed open holidays",
            "weekdays: must be weekly, closed, open or holidays",
        ),
        ({"weekly": []}, "weekly：应是一组“名称: 值”", "weekly: must be a mapping"),
        (
            {"weekly": {"monday": []}},
            "weekly.monday：不是星期，应是 mon tue wed thu fri sat sun 或如 mon-fri",
            "weekly.monday: not a weekday: use mon tue wed thu fri sat sun, or mon-fri",
        ),
        (
            {"weekly": {"mon-wed-fri": []}},
            "weekly.mon-wed-fri：不是星期，应是 mon tue wed thu fri sat sun 或如 mon-fri",
            "weekly.mon-wed-fri: not a weekday: use mon tue wed thu fri sat sun, or mon-fri",
        ),
        (
            {"weekly": {1: []}},
            "weekly.1：不是星期，应是 mon tue wed thu fri sat sun 或如 mon-fri",
            "weekly.1: not a weekday: use mon tue wed thu fri sat sun, or mon-fri",
        ),
        (
            {"weekly": {"mon-fri": [], "wed": []}},
            "weekly.wed：wed 出现了两次",
            "weekly.wed: wed stands twice",
        ),
        ({"weekly": {"mon": "09:00-18:00"}}, "weekly.mon：应是一个列表", "weekly.mon: must be a list"),
        (
            {"weekly": {"mon": ["9-18"]}},
            "weekly.mon：“9-18” 不是时间段，应如 09:00-18:00",
            "weekly.mon: “9-18” is not a span such as 09:00-18:00",
        ),
        (
            {"weekly": {"mon": [540]}},
            "weekly.mon：“540” 不是时间段，应如 09:00-18:00",
            "weekly.mon: “540” is not a span such as 09:00-18:00",
        ),
        (
            {"weekly": {"mon": ["٠٩:٠٠-١٨:٠٠"]}},
            "weekly.mon：“٠٩:٠٠-١٨:٠٠” 不是时间段，应如 09:00-18:00",
            "weekly.mon: “٠٩:٠٠-١٨:٠٠” is not a span such as 09:00-18:00",
        ),
        (
            {"weekly": {"mon": ["x" * 1_000_000]}},
            f"weekly.mon：“{'x' * 40}…” 不是时间段，应如 09:00-18:00",
            f"weekly.mon: “{'x' * 40}…” is not a span such as 09:00-18:00",
        ),
        (
            {"weekly": {"mon": ["09:00-24:30"]}},
            "weekly.mon：09:00-24:30 超出 00:00 至 24:00",
            "weekly.mon: 09:00-24:30 is beyond 00:00 to 24:00",
        ),
        (
            {"weekly": {"mon": ["24:00-06:00"]}},
            "weekly.mon：24:00-06:00 超出 00:00 至 24:00",
            "weekly.mon: 24:00-06:00 is beyond 00:00 to 24:00",
        ),
        (
            {"weekly": {"mon": ["09:60-18:00"]}},
            "weekly.mon：09:60-18:00 超出 00:00 至 24:00",
            "weekly.mon: 09:60-18:00 is beyond 00:00 to 24:00",
        ),
        (
            {"weekly": {"mon": ["13:00-18:00", "09:00-13:01"]}},
            "weekly.mon：09:00-13:01 13:00-18:00 有重叠",
            "weekly.mon: 09:00-13:01 13:00-18:00 overlap",
        ),
        (
            {"weekly": {"mon": ["20:00-02:00", "22:00-23:00"]}},
            "weekly.mon：20:00-02:00 22:00-23:00 有重叠",
            "weekly.mon: 20:00-02:00 22:00-23:00 overlap",
        ),
        (
            {"weekly": {"mon": ["09:00-18:00", "09:00-18:00"]}},
            "weekly.mon：09:00-18:00 09:00-18:00 有重叠",
            "weekly.mon: 09:00-18:00 09:00-18:00 overlap",
        ),
        (
            {"weekly": {"mon": ["09:00-18:00"] * 13}},
            "weekly.mon：最多 12 项",
            "weekly.mon: at most 12 entries",
        ),
        ({"closed": "2026-10-01"}, "closed：应是一个列表", "closed: must be a list"),
        ({"closed": ["2026-10-01"] * 401}, "closed：最多 400 项", "closed: at most 400 entries"),
        (
            {"closed": ["2026-02-30"]},
            "closed：“2026-02-30” 不是日期，应如 2026-10-01",
            "closed: “2026-02-30” is not a date such as 2026-10-01",
        ),
        (
            {"closed": ["20261001"]},
            "closed：“20261001” 不是日期，应如 2026-10-01",
            "closed: “20261001” is not a date such as 2026-10-01",
        ),
        (
            {"closed": [20261001]},
            "closed：“20261001” 不是日期，应如 2026-10-01",
            "closed: “20261001” is not a date such as 2026-10-01",
        ),
        (
            {"open": {"国庆": ["09:00-18:00"]}},
            "open：“国庆” 不是日期，应如 2026-10-01",
            "open: “国庆” is not a date such as 2026-10-01",
        ),
        (
            {"open": {"2026-10-10": ["9"]}},
            "open.2026-10-10：“9” 不是时间段，应如 09:00-18:00",
            "open.2026-10-10: “9” is not a span such as 09:00-18:00",
        ),
        (
            {"open": {"2026-10-10": []}},
            "open.2026-10-10：没有时间段，休息日请写在 closed 中",
            "open.2026-10-10: has no span: put it in closed",
        ),
        (
            {"closed": ["2026-10-10"], "open": {"2026-10-10": ["09:00-18:00"]}},
            "open.2026-10-10：这一天同时在 closed 中",
            "open.2026-10-10: this date is in closed as well",
        ),
    ],
)
def test_a_wrong_document_is_refused_with_what_and_where(document: Any, zh: str, en: str) -> None:
    with pytest.raises(BadHours) as refused:
        read("office", "办公时间", document)
    assert refused.value.words == (zh, en)
    assert str(refused.value) == en
    assert isinstance(refused.value, ValueError)


@given(documents())
def test_what_is_written_reads_the_same(document: dict[str, Any]) -> None:
    office = hours(document)
    assert read(office.id, office.name, write(office)) == office
