from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.store import hours, phones
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def form(**changes: object) -> dict[str, object]:
    """Office hours with a break on Mondays, and Saturday nights."""
    typed = {"name": "办公时间", "closed": "", "open": ""}
    monday = {"mon_from": ["9:00", "13:30"], "mon_to": ["12:00", "18：00"]}
    return typed | monday | {"sat_from": ["22", ""], "sat_to": ["200", ""]} | changes


def test_the_list_shows_the_week_and_whether_it_is_open(
    alice: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.hours.views.now", lambda: datetime(2026, 11, 23, 4, 0, tzinfo=UTC))
    page = alice.page("/hours")
    assert "09:00–18:00" in page
    assert "现在营业" in page
    monkeypatch.setattr("app.web.hours.views.now", lambda: datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    assert "下次营业 11-24 09:00" in alice.page("/hours")


def test_what_is_typed_becomes_a_document(alice: Browser, shop: Shop) -> None:
    dates = {"closed": "2026-10-01 至 2026-10-03\n2026-1-1", "open": "2026-10-10 09:00-12:00 13:00-18:00"}
    assert alice.post("/hours/office/edit", form(**dates)).status_code == 302
    assert hours.find(shop.company, "office").document == {
        "weekly": {"mon": ["09:00-12:00", "13:30-18:00"], "sat": ["22:00-02:00"]},
        "closed": ["2026-01-01", "2026-10-01", "2026-10-02", "2026-10-03"],
        "open": {"2026-10-10": ["09:00-12:00", "13:00-18:00"]},
    }


def test_the_form_shows_what_was_saved(alice: Browser) -> None:
    alice.post("/hours/office/edit", form(closed="2026-10-01 至 2026-10-03"))
    page = alice.page("/hours/office/edit")
    assert "2026-10-01 至 2026-10-03" in page
    assert 'name="sat_from" value="22:00"' in page
    assert page.count('name="sun_from" value=""') == 2


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"mon_from": ["9:00"], "mon_to": ["25:00"]}, "周一：9:00-25:00 超出"),
        (
            {"mon_from": ["9:00", "10:00"], "mon_to": ["12:00", "11:00"]},
            "周一：09:00-12:00 10:00-11:00 有重叠",
        ),
        ({"mon_from": ["9:00"], "mon_to": [""]}, "周一："),
        ({"tue_from": ["early"], "tue_to": ["late"]}, "周二：“early-late” 不是时间段"),
        ({"closed": "国庆节"}, "“国庆节” 不是日期"),
        ({"closed": "2026-02-30"}, "不是日期"),
        ({"closed": "2026-10-07 至 2026-10-01"}, "应从早到晚"),
        ({"closed": "2026-01-01 至 2027-01-01"}, "最多 60 天"),
        ({"open": "2026-10-10"}, "应写成 2026-10-10 09:00-18:00"),
        ({"open": "2026-10-10 9点"}, "不是时间段"),
        ({"closed": "2026-10-10", "open": "2026-10-10 09:00-18:00"}, "2026-10-10 既写成休息又写了特别的时间"),
        ({"mon_from": ["09:00"], "mon_to": ["08:00"]}, "周一：“09:00-08:00” 结束早于开始"),
        ({"mon_from": ["09:00"], "mon_to": ["09:00"]}, "周一：“09:00-09:00” 结束早于开始"),
        ({"open": "2026-10-10 18:00-17:59"}, "“18:00-17:59” 结束早于开始"),
        ({"name": ""}, "请填写名称"),
    ],
)
def test_it_refuses_with_words_and_keeps_what_was_typed(
    alice: Browser, shop: Shop, changes: dict[str, object], why: str
) -> None:
    before = hours.find(shop.company, "office").document
    answer = alice.post("/hours/office/edit", form(**changes))
    assert answer.status_code == 200
    assert why in text(answer)
    assert 'value="22"' in text(answer)
    assert hours.find(shop.company, "office").document == before


def test_new_ones_begin_with_office_hours(alice: Browser, shop: Shop) -> None:
    assert 'name="fri_to" value="18:00"' in alice.page("/hours/new")
    alice.post("/hours/new", form(name="夜班"))
    assert hours.find(shop.company, "hours").name == "夜班"


def test_hours_in_a_flow_are_not_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/hours/office/delete")
    assert "还在使用，不能删除：流程「总线」" in alice.page("/hours/office/edit")


def test_others_are_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/hours/new", form(name="夜班"))
    alice.post("/hours/hours/delete")
    assert [row.slug for row in hours.every(shop.company)] == ["office"]


def test_a_company_without_hours_is_invited_to_set_some(charlie: Browser) -> None:
    assert "营业时间" in charlie.page("/hours")


def test_hours_of_a_phone_or_a_group_are_not_removed(alice: Browser, shop: Shop) -> None:
    hours.create(shop.company, "own", "值班时间", {"weekly": {"mon-sun": ["18:00-23:00"]}})
    phones.change(shop.company, "care1", number="13900000003", name="售后一号", hours="own")
    assert alice.post("/hours/own/delete").location == "/hours/own/edit"
    assert "还有电话或接听组在用" in alice.page("/hours/own/edit")
