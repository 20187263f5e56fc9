"""Flows in the store: drafts that do not overwrite each other, versions that stay."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.errors import DocumentError, StoreError
from app.flow import compile as compiler
from app.store import flows, groups, numbers, phones
from app.store.db import Conflict, NotFound, database
from app.store.flows import DraftConflict
from tests.support.shop import DOCUMENT, Shop, open_shop

pytestmark = pytest.mark.usefixtures("database")

BROKEN = {"spec": 1, "start": "gone", "nodes": {}}


@pytest.fixture
def shop() -> Shop:
    return open_shop("甲公司")


def renamed(name: str) -> dict[str, Any]:
    return DOCUMENT | {"name": name}


def test_a_draft_keeps_the_order_it_was_written_in(shop: Shop) -> None:
    document = {"nodes": {"z": {"kind": "x", "b": 1, "a": 2}, "a": {}}, "spec": 1}
    flows.save_draft(shop.company, "main", document, 0)
    assert json.dumps(flows.find(shop.company, "main").draft) == json.dumps(document)


def test_saving_raises_the_revision_and_takes_the_name_over(shop: Shop) -> None:
    flow = flows.save_draft(shop.company, "main", renamed("新总线"), 0, shop.owner)
    assert (flow.draft_revision, flow.name, flow.updated_by) == (1, "新总线", shop.owner)
    assert flows.save_draft(shop.company, "main", BROKEN, 1).name == "新总线"


def test_a_draft_that_somebody_else_saved_is_not_overwritten(shop: Shop) -> None:
    flows.save_draft(shop.company, "main", renamed("先"), 0)
    with pytest.raises(DraftConflict) as refused:
        flows.save_draft(shop.company, "main", renamed("后"), 0)
    assert refused.value.revision == 1
    assert flows.find(shop.company, "main").name == "先"


def test_of_two_who_save_at_once_one_wins(shop: Shop) -> None:
    def save(name: str) -> int:
        with database.connection_context():
            try:
                return flows.save_draft(shop.company, "main", renamed(name), 0).draft_revision
            except DraftConflict:
                return 0

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(save, "甲乙丙丁")) == [0, 0, 0, 1]


def test_a_huge_document_is_refused(shop: Shop) -> None:
    with pytest.raises(StoreError, match="256 KB"):
        flows.save_draft(shop.company, "main", {"name": "x" * 300_000}, 0)


def test_publishing_numbers_the_versions_and_keeps_them(shop: Shop) -> None:
    first = flows.publish(shop.company, "main", shop.owner, "第一版")
    flows.save_draft(shop.company, "main", renamed("二"), 0)
    second = flows.publish(shop.company, "main")
    assert [version.version for version in flows.versions(shop.company, "main")] == [2, 1]
    assert flows.published(shop.company, "main") == second
    kept = flows.version(shop.company, "main", 1)
    assert (kept.note, kept.published_by, kept.document, kept.snapshot) == (
        "第一版",
        shop.owner,
        DOCUMENT,
        first.snapshot,
    )


def test_the_snapshot_of_a_version_can_be_run(shop: Shop) -> None:
    snapshot = compiler.load(flows.publish(shop.company, "main").snapshot)
    assert (snapshot.version, snapshot.company_id, snapshot.flow_id) == (1, shop.company.id, "main")
    assert snapshot.assets.groups["care"].phones == ("care1", "care2")
    assert snapshot.assets.phones["care2"].number == "13900000004"
    assert snapshot.timezone == "Asia/Shanghai"


def test_a_draft_with_errors_is_not_published(shop: Shop) -> None:
    flows.publish(shop.company, "main")
    flows.save_draft(shop.company, "main", BROKEN, 0)
    with pytest.raises(DocumentError) as refused:
        flows.publish(shop.company, "main")
    assert refused.value.problems
    assert [version.version for version in flows.versions(shop.company, "main")] == [1]


def test_publishing_at_once_gives_each_a_version(shop: Shop) -> None:
    def publish(_: int) -> int:
        with database.connection_context():
            return flows.publish(shop.company, "main").version

    with ThreadPoolExecutor(3) as people:
        assert sorted(people.map(publish, range(6))) == [1, 2, 3, 4, 5, 6]


def test_restoring_puts_an_old_version_in_the_draft(shop: Shop) -> None:
    flows.publish(shop.company, "main")
    flows.save_draft(shop.company, "main", renamed("二"), 0)
    flow = flows.restore(shop.company, "main", 1, shop.owner)
    assert (flow.draft, flow.draft_revision) == (DOCUMENT, 2)
    assert flows.published(shop.company, "main").version == 1  # type: ignore[union-attr]


def test_restoring_what_never_was(shop: Shop) -> None:
    with pytest.raises(NotFound, match="no version 7"):
        flows.restore(shop.company, "main", 7)


def test_publishing_again_brings_changed_phones_and_leaves_the_draft(shop: Shop) -> None:
    flows.publish(shop.company, "main")
    flows.save_draft(shop.company, "main", BROKEN, 0)
    phones.change(shop.company, "care1", number="13911111111", name="售后一号")
    again = flows.publish_again(shop.company, "main", shop.owner, "电话变更")
    assert again is not None
    assert (again.version, again.document) == (2, DOCUMENT)
    assert compiler.load(again.snapshot).assets.phones["care1"].number == "13911111111"
    assert flows.find(shop.company, "main").draft == BROKEN


def test_publishing_again_without_a_change_does_nothing(shop: Shop) -> None:
    assert flows.publish_again(shop.company, "main") is None
    flows.publish(shop.company, "main")
    assert flows.publish_again(shop.company, "main") is None


def test_publishing_raises_the_revision_of_the_flows_numbers_only(shop: Shop) -> None:
    numbers.create(shop.company, "4008005678")
    before = numbers.find(shop.company, shop.did).revision
    flows.publish(shop.company, "main")
    assert numbers.find(shop.company, shop.did).revision == before + 1
    assert numbers.find(shop.company, "4008005678").revision == 0


def test_a_flow_that_a_number_leads_to_is_not_deleted(shop: Shop) -> None:
    flows.publish(shop.company, "main")
    with pytest.raises(Conflict):
        flows.delete(shop.company, "main")
    numbers.change(shop.company, shop.did, label="", flow="")
    flows.delete(shop.company, "main")
    assert flows.every(shop.company) == []


def test_a_slug_is_taken_once(shop: Shop) -> None:
    with pytest.raises(Conflict):
        flows.create(shop.company, "main", "又一个", DOCUMENT)
    groups.create(shop.company, "main", "别的东西可以叫这个")
