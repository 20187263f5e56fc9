"""What is planned is published once, at its time or when the workers are back, and the owner hears when it is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis

from app.calls import flow_tests as flow_trials
from app.calls import planned, situation, trial
from app.calls.publish import publish_flow
from app.errors import DocumentError, StoreError
from app.flow.compile import load
from app.live import snapshots
from app.store import channels, flow_tests, flows, groups, plans, tasks
from app.store.channels import Channel
from app.store.db import database as current
from app.store.models import Delivery
from tests.support.shop import DOCUMENT, Shop, open_shop

NOW = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
EVENING, LATER = NOW + timedelta(hours=4), NOW + timedelta(days=7)
CHANGED = DOCUMENT | {"name": "国庆"}
AFTER = DOCUMENT | {"name": "之后"}


@pytest.fixture
def shop(database: str, redis: Redis) -> Shop:
    """Published as it was, with a changed draft."""
    shop = open_shop("甲公司")
    publish_flow(redis, shop.company, "main", shop.owner)
    flows.save_draft(shop.company, "main", CHANGED, 0)
    channels.put(shop.company, None, [Channel("email", "owner@example.com")])
    return shop


def names(shop: Shop) -> list[str]:
    """What the published versions are called, newest first."""
    return [version.document["name"] for version in flows.versions(shop.company, "main")]


def told(shop: Shop) -> list[str]:
    return [task.text for task in tasks.search(shop.company).items]


def test_it_is_published_when_it_is_time_as_it_was_planned(shop: Shop, redis: Redis) -> None:
    plan = planned.plan(shop.company, "main", EVENING, shop.owner, "值班")
    flows.save_draft(shop.company, "main", AFTER, 1)
    assert planned.carry_out_due(redis, EVENING - timedelta(seconds=1)) == 0
    assert planned.carry_out_due(redis, EVENING) == 1
    assert names(shop) == ["国庆", "总线"]
    version = flows.version(shop.company, "main", 2)
    assert (version.note, version.published_by) == ("值班", shop.owner)
    assert plans.find(shop.company, plan.id).version == 2
    assert snapshots.revisions(redis)[shop.did] == 3
    assert flows.find(shop.company, "main").draft == AFTER
    assert told(shop) == []


def test_it_is_done_once_however_many_look(shop: Shop, redis: Redis) -> None:
    plan = planned.plan(shop.company, "main", EVENING)

    def work(_: int) -> bool:
        with current.connection_context():
            return planned.carry_out(redis, shop.company, plan.id, EVENING)

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(work, range(8))) == [False] * 7 + [True]
    assert names(shop) == ["国庆", "总线"]


def test_what_was_before_comes_back_by_itself(shop: Shop, redis: Redis) -> None:
    planned.plan(shop.company, "main", EVENING, shop.owner, "国庆", return_at=LATER)
    assert planned.carry_out_due(redis, EVENING) == 1
    (back,) = plans.waiting(shop.company, "main")
    assert (back.restores, back.replaces, back.due_at) == (1, 2, LATER)
    assert planned.carry_out_due(redis, LATER) == 1
    assert names(shop) == ["总线", "国庆", "总线"]
    assert plans.waiting(shop.company, "main") == []


def test_published_now_until_a_time(shop: Shop, redis: Redis) -> None:
    planned.publish_until(redis, shop.company, "main", LATER, shop.owner)
    assert names(shop) == ["国庆", "总线"]
    planned.carry_out_due(redis, LATER)
    assert names(shop)[0] == "总线"


def test_a_change_of_phones_meanwhile_does_not_keep_it_from_coming_back(shop: Shop, redis: Redis) -> None:
    planned.publish_until(redis, shop.company, "main", LATER)
    groups.change(shop.company, "care", name="售后组", members=["care2"])
    flows.publish_again(shop.company, "main")
    planned.carry_out_due(redis, LATER)
    assert names(shop) == ["总线", "国庆", "国庆", "总线"]


def test_what_was_published_meanwhile_stays_and_the_owner_is_told(shop: Shop, redis: Redis) -> None:
    planned.publish_until(redis, shop.company, "main", LATER)
    flows.save_draft(shop.company, "main", AFTER, 1)
    publish_flow(redis, shop.company, "main")
    assert planned.carry_out_due(redis, LATER) == 0
    assert names(shop)[0] == "之后"
    (text,) = told(shop)
    assert "没有按计划在 2026 年 11 月 30 日 14:00 恢复第 1 版：期间发布过第 3 版" in text
    assert Delivery.select().count() == 1


def test_when_workers_were_away_it_is_done_late_and_told(shop: Shop, redis: Redis) -> None:
    planned.plan(shop.company, "main", EVENING)
    assert planned.carry_out_due(redis, EVENING + timedelta(hours=2)) == 1
    (text,) = told(shop)
    assert "原定 2026 年 11 月 23 日 18:00 发布" in text
    assert "已在 2026 年 11 月 23 日 20:00 补发，现在是第 2 版" in text


def test_when_its_whole_time_has_passed_nothing_is_published(shop: Shop, redis: Redis) -> None:
    plan = planned.plan(shop.company, "main", EVENING, return_at=LATER)
    assert planned.carry_out_due(redis, LATER) == 0
    assert names(shop) == ["总线"]
    assert plans.find(shop.company, plan.id).state == "refused"
    assert "到恢复的时间还没有发布" in told(shop)[0]


def test_what_cannot_be_published_then_is_not_and_the_owner_is_told_once(shop: Shop, redis: Redis) -> None:
    plan = planned.plan(shop.company, "main", EVENING)
    groups.change(shop.company, "care", name="售后组", members=[])
    for _ in range(3):
        assert planned.carry_out_due(redis, EVENING) == 0
    assert names(shop) == ["总线"]
    assert [zh for zh, _ in plans.find(shop.company, plan.id).problems] == ["接听组「售后组」里没有电话"]
    (text,) = told(shop)
    assert "接听组「售后组」里没有电话" in text
    assert "来电还按现在的版本走" in text


def test_one_that_fails_keeps_nobody_elses_waiting(
    shop: Shop, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_shop("乙公司", "4008002222")
    publish_flow(redis, other.company, "main")
    planned.plan(shop.company, "main", EVENING)
    planned.plan(other.company, "main", EVENING)
    publish = flows.publish

    def fails_for_shop(company: Any, *rest: Any) -> Any:
        if company == shop.company:
            raise StoreError("no space left")
        return publish(company, *rest)

    monkeypatch.setattr(flows, "publish", fails_for_shop)
    assert planned.carry_out_due(redis, EVENING) == 1
    assert len(flows.versions(other.company, "main")) == 2
    assert len(plans.waiting(shop.company, "main")) == 1


def test_what_was_taken_back_is_not_published(shop: Shop, redis: Redis) -> None:
    plans.cancel(shop.company, planned.plan(shop.company, "main", EVENING).id, shop.owner)
    assert planned.carry_out_due(redis, EVENING) == 0
    assert names(shop) == ["总线"]


def test_nothing_is_planned_that_could_not_be_published_now(shop: Shop, redis: Redis) -> None:
    flows.save_draft(shop.company, "main", {"spec": 1, "start": "gone", "nodes": {}}, 1)
    with pytest.raises(DocumentError):
        planned.plan(shop.company, "main", EVENING)
    assert plans.waiting(shop.company, "main") == []
    assert names(shop) == ["总线"]


def test_so_many_and_no_more_are_planned(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MOST_WAITING", 1)
    planned.plan(shop.company, "main", EVENING)
    with pytest.raises(plans.TooManyPlans):
        planned.plan(shop.company, "main", LATER)


def test_an_old_version_comes_back_as_a_new_one(shop: Shop, redis: Redis) -> None:
    publish_flow(redis, shop.company, "main")
    version = planned.roll_back(redis, shop.company, "main", 1, shop.owner, "漏接变多")
    assert (version.version, version.note) == (3, "漏接变多")
    assert names(shop) == ["总线", "国庆", "总线"]
    assert flows.find(shop.company, "main").draft == CHANGED


class TestTestsOfFlowsAbove:
    """main enters the flow shared; a test of main says who answers."""

    @pytest.fixture
    def entered(self, shop: Shop, redis: Redis) -> Shop:
        flows.create(shop.company, "shared", "共用菜单", _flow({"kind": "hunt", "group": "care"}))
        publish_flow(redis, shop.company, "shared")
        flows.save_draft(shop.company, "main", _flow({"kind": "subflow", "flow": "shared"}), 1)
        publish_flow(redis, shop.company, "main")
        return shop

    def kept(self, shop: Shop, **expected: Any) -> None:
        """A test of main: the first phone answers."""
        found = flows.published(shop.company, "main")
        assert found
        tried = {"at": "2026-11-23T10:00", "phones": {"care1": "answers", "care2": "answers"}}
        snapshot = load(found.snapshot)
        stage = trial.run(snapshot, situation.read(tried))
        result = flow_trials.result_of(stage, snapshot)
        flow_tests.save(shop.company, "main", "售后有人接", tried, result | expected)

    def test_one_that_would_fail_keeps_the_sub_flow_from_being_published(
        self, entered: Shop, redis: Redis
    ) -> None:
        self.kept(entered)
        flows.save_draft(entered.company, "shared", _flow({"kind": "announce", "prompt": "closed"}), 0)
        with pytest.raises(DocumentError) as refused:
            publish_flow(redis, entered.company, "shared")
        assert "售后有人接" in refused.value.problems[0].words.zh
        assert len(flows.versions(entered.company, "shared")) == 1

    def test_one_that_fails_as_it_is_does_not(self, entered: Shop, redis: Redis) -> None:
        self.kept(entered, answered_by="care2")
        flows.save_draft(entered.company, "shared", _flow({"kind": "announce", "prompt": "closed"}), 0)
        assert publish_flow(redis, entered.company, "shared").version == 2


def _flow(node: dict[str, Any]) -> dict[str, Any]:
    return {"spec": 1, "name": "流程", "start": "only", "nodes": {"only": node}}
