"""Lists of callers: filled, searched, read by flows."""

from __future__ import annotations

import pytest

from app.store import assets, lists
from app.store.db import Conflict, NotFound
from app.store.lists import Entry, ListFull
from app.store.models import Company
from tests.support.shop import open_shop

pytestmark = pytest.mark.usefixtures("database")

ENTRIES = [
    Entry("number", "13900009999", "推销"),
    Entry("prefix", "170"),
    Entry("area_code", "0571"),
    Entry("province", "西藏"),
]


@pytest.fixture
def company() -> Company:
    company = open_shop("甲公司").company
    lists.create(company, "black", "骚扰电话", "black")
    return company


def values(company: Company, search: str = "") -> list[str]:
    return [row.value for row in lists.entries(company, "black", search).items]


def test_flows_see_the_entries_by_kind(company: Company) -> None:
    lists.add(company, "black", ENTRIES)
    found = assets.of(company).lists["black"]
    assert (found.name, found.kind, set(found.numbers)) == ("骚扰电话", "black", {"13900009999"})
    assert found.prefixes == ("170",)
    assert (set(found.area_codes), set(found.provinces)) == ({"0571"}, {"西藏"})


def test_what_is_there_already_is_not_added_again(company: Company) -> None:
    assert lists.add(company, "black", ENTRIES[:2]) == 2
    assert lists.add(company, "black", [*ENTRIES, ENTRIES[0]]) == 2
    assert lists.all_entries(company, "black") == ENTRIES


def test_more_entries_than_one_statement_takes(company: Company) -> None:
    many = [Entry("number", str(13900000000 + n)) for n in range(1234)]
    assert lists.add(company, "black", many) == 1234
    assert lists.entries(company, "black").total == 1234
    ids = [row.id for row in lists.entries(company, "black", "139000012").items]
    assert lists.remove(company, "black", ids) == 34
    assert sum(lists.sizes(company).values()) == 1200


def test_a_list_that_would_grow_too_long_stays_as_it_was(
    monkeypatch: pytest.MonkeyPatch, company: Company
) -> None:
    lists.add(company, "black", ENTRIES[:2])
    monkeypatch.setattr(lists, "MAX_ENTRIES", 3)
    with pytest.raises(ListFull):
        lists.add(company, "black", ENTRIES)
    assert lists.sizes(company) == {lists.find(company, "black").id: 2}


@pytest.mark.parametrize(
    ("search", "found"), [("", 4), ("推销", 1), ("9999", 1), ("西", 1), ("x", 0), ("%", 0)]
)
def test_values_and_notes_are_searched(company: Company, search: str, found: int) -> None:
    lists.add(company, "black", ENTRIES)
    assert len(values(company, search)) == found


def test_removing_from_one_list_leaves_the_others(company: Company) -> None:
    lists.create(company, "vip", "老客户", "vip")
    lists.add(company, "vip", ENTRIES[:1])
    lists.add(company, "black", ENTRIES[:1])
    theirs = [row.id for row in lists.entries(company, "vip").items]
    assert lists.remove(company, "black", theirs) == 0
    lists.delete(company, "black")
    assert lists.all_entries(company, "vip") == ENTRIES[:1]


def test_unknown_lists_and_kinds_are_refused(company: Company) -> None:
    with pytest.raises(NotFound):
        lists.add(company, "nothing", ENTRIES)
    with pytest.raises(Conflict):
        lists.create(company, "grey", "灰", "grey")
    with pytest.raises(Conflict):
        lists.add(company, "black", [Entry("city", "杭州")])
