from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from redis import Redis

from app.calls import flow_tests as flow_trials
from app.calls import planned, situation, trial
from app.errors import LiveError
from app.flow import compile as compiler
from app.flow.snapshot import Snapshot
from app.live import published
from app.live.connection import connect
from app.live.keys import snapshot
from app.store import flow_tests, flows, groups, phones, plans
from app.web import live
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def in_force(redis: Redis) -> str:
    """The document that the next call runs on, as text."""
    return str(_snapshot(redis).document)


def _snapshot(redis: Redis) -> Snapshot:
    found = redis.get(snapshot("4008001234"))
    assert isinstance(found, bytes)
    number = published.decode("4008001234", found.decode())
    assert number.snapshot
    return number.snapshot


def test_the_sheet_says_what_changes(alice: Browser) -> None:
    alice.edit("/nodes/menu/exits/2", target="closed")
    alice.edit("/publish", live=False)
    alice.edit("/nodes/menu/exits/2", number="13800138000")
    page = alice.page("/flows/main/publish")
    assert "「按 2」改为 138 0013 8000（原来：下班提示）" in page
    assert "400 800 1234" in page


def test_the_next_call_follows_the_published_flow(alice: Browser, shop: Shop, redis: Redis) -> None:
    alice.edit("/nodes/menu/exits/2", number="13800138000")
    alice.edit("/publish", live=False, note="  国庆  ")
    assert "已发布第 1 版" in alice.page("/flows/main/")
    assert "13800138000" in in_force(redis)
    version = flows.published(shop.company, "main")
    assert version
    assert (version.note, version.published_by) == ("国庆", shop.owner)


def test_the_sheet_names_the_flows_and_numbers_that_a_shared_one_changes(
    alice: Browser, shop: Shop, redis: Redis
) -> None:
    closed = {"kind": "announce", "prompt": "closed"}
    shared = {"spec": 1, "name": "共用菜单", "start": "only", "nodes": {"only": closed}}
    flows.create(shop.company, "shared", "共用菜单", shared)
    alice.edit("/publish", flow="shared", live=False)
    entering = {"only": {"kind": "subflow", "flow": "shared", "exits": {"returned": "care"}}}
    main = {
        "spec": 1,
        "name": "总线",
        "start": "only",
        "nodes": entering | {"care": {"kind": "hunt", "group": "care"}},
    }
    flows.save_draft(shop.company, "main", main, 0)
    alice.edit("/publish", live=False)
    alice.edit("/nodes/only", flow="shared", title="下班了", prompt="welcome")
    page = alice.page("/flows/shared/publish")
    assert "没有号码直接使用这个流程" in page
    assert "400 800 1234" in page.partition("这些流程用到它")[2]
    groups.change(shop.company, "care", name="售后组", members=[])
    page = alice.page("/flows/shared/publish")
    assert "用到它的流程有错误" in page
    assert "接听组「售后组」里没有电话" in page
    assert "立即发布" not in page
    alice.edit("/publish", flow="shared", live=False)
    groups.change(shop.company, "care", name="售后组", members=["care1"])
    assert "prompt='closed'" in str(_snapshot(redis).assets.flows)
    alice.edit("/publish", flow="shared", live=False)
    assert "prompt='welcome'" in str(_snapshot(redis).assets.flows)


def test_errors_block_it(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/menu/exits/2", target="new:announce")
    assert "立即发布" not in alice.page("/flows/main/publish")
    alice.edit("/publish", live=False)
    assert "还有错误没有解决" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main") is None


def test_a_sheet_of_an_old_draft_publishes_nothing(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", title="售后", group="care")
    alice.post("/flows/main/publish", {"revision": "0"})
    assert "修改了这份草稿" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main") is None


def test_without_changes_there_is_nothing_to_press(alice: Browser) -> None:
    alice.edit("/publish", live=False)
    assert "没有要发布的更改" in alice.page("/flows/main/publish")


def test_while_redis_is_away_it_is_published_late(
    alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise LiveError("Redis: away")

    monkeypatch.setattr("app.calls.publish.put_in_force", away)
    alice.edit("/publish", live=False)
    assert "恢复后一分钟内自动生效" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main")


def test_changed_phones_and_groups_wait_to_be_published(alice: Browser, shop: Shop, redis: Redis) -> None:
    alice.edit("/publish", live=False)
    assert "有未发布的更改" not in alice.page("/phones")
    phones.change(shop.company, "care1", number="13900000009", name="售后一号", extension="803")
    groups.change(shop.company, "care", name="售后组", members=["care1"])
    page = alice.page("/phones")
    assert "售后一号：号码 139 0000 0003 → 139 0000 0009" in page
    assert "售后组：移出 售后二号 139 0000 0004" in page
    assert alice.post("/flows/publish-assets", {"back": "hours"}).location == "/hours"
    assert "有未发布的更改" not in alice.page("/phones")
    assert redis.get(snapshot("4008001234")) is not None


def test_what_would_break_a_published_flow_is_not_put_in_force(alice: Browser, shop: Shop) -> None:
    alice.edit("/publish", live=False)
    groups.change(shop.company, "care", name="售后组", members=[])
    alice.post("/flows/publish-assets")
    assert "不能生效：接听组「售后组」里没有电话" in alice.page("/phones")


def test_members_may_not_publish(bob: Browser, shop: Shop) -> None:
    answer = bob.post("/flows/main/publish", {"revision": "0"})
    assert answer.status_code == 403
    assert "只有管理员可以修改" in text(answer)
    assert flows.published(shop.company, "main") is None


def test_a_console_without_redis_opens(alice: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "hotline_redis", connect(live.NOWHERE))
    assert alice.get("/flows/main/").status_code == 200
    assert alice.edit("/nodes/care", title="售后", group="care").status_code == 200


def test_the_sheet_tells_warnings_and_notes(alice: Browser) -> None:
    assert "条提示" in alice.page("/flows/main/publish")
    alice.edit("/nodes/menu/exits/3", target="closed")
    assert "请留意" in alice.page("/flows/main/publish")


SOON = {"when": "later", "at_date": "2027-01-02", "at_time": "08:30"}
UNTIL = {"returns": "1", "until_date": "2027-01-09", "until_time": "08:30"}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon of the last day of 2026 in China."""
    monkeypatch.setattr("app.web.flows.when.now", lambda: datetime(2026, 12, 31, 4, 0, tzinfo=UTC))


@pytest.mark.usefixtures("clock")
class TestPlans:
    @pytest.fixture(autouse=True)
    def published(self, alice: Browser) -> None:
        """Version 1, and a changed draft."""
        alice.edit("/publish", live=False)
        alice.edit("/nodes/menu/exits/2", target="closed")

    def test_it_is_planned_on_the_companys_clock(self, alice: Browser, shop: Shop) -> None:
        alice.edit("/publish", live=False, note="元旦", **SOON, **UNTIL)
        (plan,) = plans.waiting(shop.company, "main")
        assert plan.due_at == datetime(2027, 1, 2, 0, 30, tzinfo=UTC)
        assert plan.return_at == datetime(2027, 1, 9, 0, 30, tzinfo=UTC)
        assert (plan.note, plan.made_by) == ("元旦", shop.owner)
        assert len(flows.versions(shop.company, "main")) == 1
        page = alice.page("/flows/main/versions")
        assert "2027年1月2日 08:30" in page
        assert "2027年1月9日 08:30 自动恢复" in page
        assert "已计划发布另一份" in alice.page("/flows/main/publish")

    def test_it_is_published_now_until_a_time(self, alice: Browser, shop: Shop) -> None:
        alice.edit("/publish", live=False, **UNTIL)
        assert len(flows.versions(shop.company, "main")) == 2
        assert plans.waiting(shop.company, "main")[0].restores == 1
        assert "自动恢复第 1 版" in alice.page("/flows/main/versions")
        assert "原定自动恢复第 1 版" in alice.page("/flows/main/publish")

    @pytest.mark.parametrize(
        ("form", "said"),
        [
            (SOON | {"at_date": ""}, "请填写发布的日期和时间"),
            (SOON | {"at_time": "25:00"}, "请填写发布的日期和时间"),
            (SOON | {"at_date": "2026-12-31"}, "发布的时间已经过去"),
            (SOON | {"at_date": "2029-01-01"}, "最多可以提前一年"),
            (SOON | UNTIL | {"until_date": "2027-01-02"}, "恢复的时间要在发布之后"),
            (UNTIL | {"until_date": "x"}, "请填写恢复的日期和时间"),
        ],
    )
    def test_times_that_make_no_sense(
        self, alice: Browser, shop: Shop, form: dict[str, str], said: str
    ) -> None:
        answer = alice.edit("/publish", live=False, note="元旦", **form)
        assert answer.status_code == 422
        assert said in text(answer)
        assert 'value="元旦"' in text(answer)
        assert plans.waiting(shop.company, "main") == []
        assert len(flows.versions(shop.company, "main")) == 1

    def test_too_many_are_refused_in_words(
        self, alice: Browser, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(plans, "MOST_WAITING", 0)
        assert "请先取消不要的" in text(alice.edit("/publish", live=False, **SOON))

    def test_one_is_taken_back(self, alice: Browser, shop: Shop) -> None:
        alice.edit("/publish", live=False, **SOON)
        (plan,) = plans.waiting(shop.company, "main")
        for said in ("已取消，到时不会发布", "它已经发布或取消了"):
            alice.post(f"/flows/main/plans/{plan.id}/cancel")
            assert said in alice.page("/flows/main/versions")
        assert plans.waiting(shop.company, "main") == []

    def test_only_owners_of_the_company_take_it_back(
        self, alice: Browser, bob: Browser, charlie: Browser, shop: Shop
    ) -> None:
        alice.edit("/publish", live=False, **SOON)
        (plan,) = plans.waiting(shop.company, "main")
        assert bob.post(f"/flows/main/plans/{plan.id}/cancel").status_code == 403
        assert charlie.post(f"/flows/main/plans/{plan.id}/cancel").status_code == 404
        assert plans.waiting(shop.company, "main") == [plan]

    def test_the_history_tells_what_was_not_done(self, alice: Browser, shop: Shop, redis: Redis) -> None:
        alice.edit("/publish", live=False, **SOON)
        groups.change(shop.company, "care", name="售后组", members=[])
        planned.carry_out_due(redis, datetime(2027, 1, 2, 1, 0, tzinfo=UTC))
        page = alice.page("/flows/main/versions")
        assert "没有按计划发布" in page
        assert "接听组「售后组」里没有电话" in page
        assert "没有按计划在 2027 年 1 月 2 日 08:30 发布" in alice.page("/messages/tasks")


def test_a_test_of_a_flow_above_blocks_it_and_is_named(alice: Browser, shop: Shop, redis: Redis) -> None:
    closed = {"kind": "announce", "prompt": "closed"}
    shared = {"spec": 1, "name": "共用菜单", "start": "only", "nodes": {"only": closed}}
    flows.create(shop.company, "shared", "共用菜单", shared)
    alice.edit("/publish", flow="shared", live=False)
    enters = {"only": {"kind": "subflow", "flow": "shared"}}
    flows.save_draft(shop.company, "main", {"spec": 1, "name": "总线", "start": "only", "nodes": enters}, 0)
    alice.edit("/publish", live=False)
    tried = {"at": "2026-11-23T10:00", "phones": {}}
    version = flows.published(shop.company, "main")
    assert version
    snapshot = compiler.load(version.snapshot)
    expected = flow_trials.result_of(trial.run(snapshot, situation.read(tried)), snapshot)
    flow_tests.save(shop.company, "main", "听下班提示", tried, expected)
    flows.save_draft(
        shop.company, "shared", shared | {"nodes": {"only": {"kind": "hunt", "group": "care"}}}, 0
    )
    page = alice.page("/flows/shared/publish")
    assert "有测试没有通过" in page
    assert "流程「总线」 <b>听下班提示</b>" in page
    alice.edit("/publish", flow="shared", live=False)
    assert "测试「听下班提示」没有通过" in alice.page("/flows/shared/")
