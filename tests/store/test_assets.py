"""Phones, groups, hours, prompts and numbers: what may be changed, and what the tables forbid."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from peewee import IntegrityError

from app.errors import StoreError
from app.flow.snapshot import Group, Phone, Prompt
from app.store import assets, flows, groups, hours, numbers, phones, prompts
from app.store.db import Conflict, NotFound, writing
from app.store.models import Company, GroupMember, Number
from tests.support.shop import WEEKDAYS, Shop, open_shop

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shop() -> Shop:
    return open_shop("甲公司")


@pytest.fixture
def company(shop: Shop) -> Company:
    return shop.company


def members(company: Company, slug: str) -> list[str]:
    return [member.id for member in groups.members(company, groups.find(company, slug))]


def test_assets_are_what_flows_see(company: Company) -> None:
    found = assets.of(company)
    assert found.phones["care1"] == Phone("care1", "13900000003", "售后一号", "803")
    assert found.groups == {"care": Group("care", "售后组", ("care1", "care2"))}
    assert found.hours["office"].name == "办公时间"
    assert found.prompts["welcome"] == Prompt("welcome", "欢迎语", "1/welcome.wav", "售后请按1。", 0)


def test_a_group_keeps_the_order_of_its_phones(company: Company) -> None:
    groups.change(company, "care", name="售后", members=("care2", "care1"))
    assert members(company, "care") == ["care2", "care1"]
    groups.change(company, "care", name="售后", members=("care1",))
    assert members(company, "care") == ["care1"]


def test_a_group_that_cannot_be_changed_stays_as_it_was(company: Company) -> None:
    with pytest.raises(NotFound, match="no phone nobody"):
        groups.change(company, "care", name="新名", members=("care2", "nobody"))
    with pytest.raises(Conflict):
        groups.change(company, "care", name="新名", members=("care2", "care2"))
    assert members(company, "care") == ["care1", "care2"]
    assert groups.find(company, "care").name == "售后组"


@pytest.mark.parametrize(
    "taken",
    [
        lambda company: phones.create(company, "care1", "13911111111", "同编号"),
        lambda company: phones.create(company, "new", "13900000003", "同号码"),
        lambda company: phones.create(company, "new", "13911111111", "同分机", "803"),
        lambda company: groups.create(company, "care", "同编号"),
        lambda company: hours.create(company, "office", "同编号", WEEKDAYS),
        lambda company: prompts.create(company, "welcome", "同编号"),
        lambda company: numbers.create(company, "4008001234"),
    ],
)
def test_names_and_numbers_are_taken_once(company: Company, taken: Callable[[Company], object]) -> None:
    with pytest.raises(Conflict):
        taken(company)


def test_any_number_of_phones_has_no_extension(company: Company) -> None:
    phones.create(company, "a", "13911111111", "甲")
    phones.create(company, "b", "13911111112", "乙")
    assert [phone.slug for phone in phones.every(company)] == ["a", "b", "care1", "care2"]


def test_another_company_may_use_the_same_names() -> None:
    open_shop("甲公司", "4008001111")
    other = open_shop("乙公司", "4008002222")
    assert len(phones.every(other.company)) == 2


@pytest.mark.parametrize(
    ("delete", "slug"), [(groups.delete, "care"), (hours.delete, "office"), (prompts.delete, "closed")]
)
def test_what_a_flow_refers_to_is_not_deleted(
    company: Company, delete: Callable[[Company, str], None], slug: str
) -> None:
    with pytest.raises(Conflict, match="used by: main"):
        delete(company, slug)
    flows.publish(company, "main")
    flows.save_draft(company, "main", {"spec": 1}, 0)
    with pytest.raises(Conflict, match="used by: main"):
        delete(company, slug)


def test_a_phone_in_use_is_not_deleted(company: Company) -> None:
    with pytest.raises(Conflict, match="care1 is in use"):
        phones.delete(company, "care1")
    groups.change(company, "care", name="售后组", members=("care2",))
    numbers.change(company, "4008001234", label="", flow="main", fallback="care1")
    with pytest.raises(Conflict, match="care1 is in use"):
        phones.delete(company, "care1")
    numbers.change(company, "4008001234", label="", flow="main")
    phones.delete(company, "care1")
    with pytest.raises(NotFound):
        phones.find(company, "care1")


def test_hours_that_cannot_be_read_are_refused(company: Company) -> None:
    with pytest.raises(StoreError, match="office"):
        hours.change(company, "office", name="x", document={"weekly": {"mon": ["25:00-26:00"]}})
    assert hours.find(company, "office").document == WEEKDAYS


def test_each_change_of_a_number_raises_its_revision(company: Company) -> None:
    before = numbers.find(company, "4008001234").revision
    assert numbers.suspend(company, "4008001234").state == "suspended"
    assert numbers.resume(company, "4008001234").state == "active"
    assert numbers.change(company, "4008001234", label="x").revision == before + 3


def test_everybodys_numbers_are_read_batch_by_batch(
    monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    monkeypatch.setattr(numbers, "LIMIT", 2)
    for last in range(4):
        numbers.create(company, f"400900000{last}")
    dids = [number.did for number in numbers.everybodys()]
    assert dids == ["4008001234", "4009000000", "4009000001", "4009000002", "4009000003"]


def test_the_tables_forbid_what_belongs_to_two_companies(shop: Shop) -> None:
    other = open_shop("乙公司", "4008002222")
    theirs = phones.find(other.company, "care1")
    group = groups.find(shop.company, "care")
    with pytest.raises(Conflict), writing():
        GroupMember.create(company=shop.company, group=group, phone=theirs, position=9)
    with pytest.raises(Conflict), writing():
        Number.create(company=shop.company, did="4009999999", fallback=theirs)
    with pytest.raises(Conflict), writing():
        Number.create(company=shop.company, did="4009999999", flow=flows.find(other.company, "main"))


@pytest.mark.parametrize("wrong", [{"state": "asleep"}, {"did": ""}, {"revision": -1}], ids=str)
def test_the_tables_forbid_numbers_that_make_no_sense(company: Company, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        Number.create(**({"company": company, "did": "4009999999"} | wrong))
