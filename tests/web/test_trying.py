"""Trial calls of a draft, and the tests that are kept of them."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.test import TestResponse

from app.store import flow_tests, flows, groups, prompts
from tests.support.shop import Shop
from tests.web.browser import Browser, text

MONDAY = "2026-11-23T10:00"
SUNDAY = "2026-11-22T10:00"
PRESSED_1: list[dict[str, Any]] = [{"kind": "keys", "keys": "1", "seconds": 1}]
TALKED = [*PRESSED_1, {"kind": "ring"}, {"kind": "talk", "seconds": 9}]


def situation(**changes: Any) -> dict[str, Any]:
    usual = {"at": MONDAY, "ani": "13800138000", "did": "4008001234", "acts": [], "revision": 0}
    return usual | changes


def send(browser: Browser, data: Any) -> TestResponse:
    return browser.client.post("/flows/main/try/step", json=data, headers={"X-CSRFToken": browser.token()})


def step(browser: Browser, **changes: Any) -> dict[str, Any]:
    answer = send(browser, situation(**changes))
    told: dict[str, Any] = answer.get_json()
    return told | {"status": answer.status_code}


def save(browser: Browser, name: str, **changes: Any) -> str:
    data = {"name": name, "situation": json.dumps(situation(**changes))}
    return text(browser.post("/flows/main/try/tests", data, live=True))


def test_the_page_shows_the_phones_and_the_way(alice: Browser, shop: Shop) -> None:
    page = alice.page("/flows/main/try")
    assert "售后一号" in page
    assert 'data-node="menu"' in page
    assert "节假日 10:00" in page
    assert 'href="/flows/main/?open=menu#step-menu"' in page


def test_it_waits_for_a_key_and_says_what_is_heard(alice: Browser) -> None:
    told = step(alice)
    assert [(scene["kind"], scene["text"]) for scene in told["scenes"]] == [("ask", "售后请按1。")]
    assert (told["wait"]["kind"], told["wait"]["most"], told["wait"]["patience"]) == ("keys", 1, 5000)
    assert told["way"] == [
        {"node": "open", "exit": "营业时间内", "by": "open"},
        {"node": "menu", "exit": "", "by": ""},
    ]
    assert told["caller"] == "北京 中国移动"


def test_it_goes_on_with_all_that_was_done(alice: Browser) -> None:
    assert step(alice, acts=PRESSED_1)["wait"]["who"] == "售后一号"
    assert step(alice, acts=[*PRESSED_1, {"kind": "ring"}])["wait"]["kind"] == "talk"
    told = step(alice, acts=TALKED)
    assert told["wait"] is None
    assert "售后一号接听，通话 9 秒，接听方先挂机" in told["record"]


def test_phones_do_what_they_are_told(alice: Browser) -> None:
    told = step(alice, acts=TALKED[:2], phones={"care1": "busy", "care2": "off"})
    assert told["scenes"][-1]["kind"] in ("ring", "rung")
    assert any(scene["text"] == "没有接通：售后一号 占线" for scene in told["scenes"])


def test_the_caller_hangs_up(alice: Browser) -> None:
    told = step(alice, hangs_up_ms=2000)
    assert "在「欢迎语」时挂机" in told["record"]


def test_the_clock_is_set(alice: Browser) -> None:
    told = step(alice, at=SUNDAY)
    assert [entry["node"] for entry in told["way"]] == ["open", "closed"]
    assert "下班了。" in told["scenes"][0]["text"]


def test_a_draft_that_was_changed_meanwhile_is_told(alice: Browser) -> None:
    alice.edit("/nodes/care", title="售后", group="care")
    told = step(alice)
    assert (told["status"], "草稿刚刚被修改" in told["problem"]) == (422, True)


def test_nonsense_is_refused(alice: Browser) -> None:
    for wrong in (
        {"at": "heute"},
        {"ani": "abc"},
        {"acts": [{"kind": "fly"}]},
        {"acts": [{"kind": "keys", "keys": "<b>"}]},
        {"acts": PRESSED_1 * 301},
        {"phones": {"care1": "explodes"}, "acts": "x"},
        {"seed": -1},
        {"seed": True},
        {"hangs_up_ms": float("inf")},
        {"answer_s": 1e9},
    ):
        assert step(alice, **wrong)["status"] == 422, wrong
    assert send(alice, ["at"]).status_code == 422
    assert alice.post("/flows/main/try/step", data={"raw": "x"}).status_code == 422


def test_a_draft_with_errors_cannot_be_tried(alice: Browser) -> None:
    alice.edit("/nodes/menu/exits/2", target="new:announce")
    assert "草稿还有错误" in alice.page("/flows/main/try")
    assert "草稿还有错误" in step(alice, revision=1)["problem"]


def test_sounds_that_are_not_there(alice: Browser, shop: Shop) -> None:
    prompts.create(shop.company, "mute", "还没有录", text="欢迎。", file="1/mute.wav")
    assert alice.get("/flows/main/try/sounds/mute").status_code == 404
    assert alice.get("/flows/main/try/sounds/..%2Fsecret").status_code == 404


def test_members_try_and_keep_nothing(bob: Browser, shop: Shop) -> None:
    assert step(bob)["status"] == 200
    assert bob.post("/flows/main/try/tests", {"name": "x", "situation": "{}"}).status_code == 403
    assert flow_tests.every(shop.company, "main") == []


def test_nobody_tries_anothers_flow(charlie: Browser, shop: Shop) -> None:
    flows.create(shop.company, "own", "自己的", flows.find(shop.company, "main").draft)
    assert charlie.get("/flows/own/try").status_code == 404


def test_a_trial_is_kept_and_run_again(alice: Browser, shop: Shop) -> None:
    assert "还没有测试" in alice.page("/flows/main/try/tests")
    assert "售后有人接" in save(alice, "售后有人接", acts=TALKED)
    (test,) = flow_tests.every(shop.company, "main")
    assert test.expected["answered_by"] == "care1"
    assert [way[:2] for way in test.expected["way"]] == [
        ["open", "open"],
        ["menu", "1"],
        ["care", "answered"],
    ]
    assert "通过" in alice.page("/flows/main/try/tests")
    assert "已经有一个叫「售后有人接」的测试" in save(alice, "售后有人接", acts=TALKED)
    assert "请给测试起个名字" in save(alice, "  ", acts=TALKED)


def test_a_failing_test_blocks_publishing_until_it_is_mended_or_accepted(alice: Browser, shop: Shop) -> None:
    save(alice, "售后有人接", acts=TALKED)
    groups.change(shop.company, "care", name="售后组", members=["care2"])
    assert "应是「售后一号」接听，现在「售后二号」接听" in alice.page("/flows/main/try/tests")
    page = alice.page("/flows/main/publish")
    assert "应是「售后一号」接听，现在「售后二号」接听" in page
    assert "立即发布" not in page
    alice.edit("/publish", live=False)
    assert "测试「售后有人接」没有通过" in alice.page("/flows/main/")
    assert flows.published(shop.company, "main") is None
    (test,) = flow_tests.every(shop.company, "main")
    assert "通过" in text(alice.post(f"/flows/main/try/tests/{test.id}/expect", live=True))
    assert "1 个测试都通过了" in alice.page("/flows/main/publish")
    alice.edit("/publish", live=False)
    assert flows.published(shop.company, "main")


def test_a_test_is_removed(alice: Browser, bob: Browser, shop: Shop) -> None:
    save(alice, "售后有人接", acts=TALKED)
    (test,) = flow_tests.every(shop.company, "main")
    assert bob.post(f"/flows/main/try/tests/{test.id}/remove").status_code == 403
    assert "还没有测试" in text(alice.post(f"/flows/main/try/tests/{test.id}/remove", live=True))
    assert alice.post(f"/flows/main/try/tests/{test.id}/remove").status_code == 404
