"""The menu editor: cards, changes, and what is refused."""

from __future__ import annotations

import pytest

from app.store import flows, users
from tests.support.shop import Shop
from tests.web.browser import Browser, text
from tests.web.conftest import BOB


def draft_of(shop: Shop) -> dict[str, dict[str, object]]:
    nodes: dict[str, dict[str, object]] = flows.find(shop.company, "main").draft["nodes"]
    return nodes


def test_each_step_is_a_card_in_the_order_of_the_call(alice: Browser) -> None:
    page = alice.page("/flows/main/")
    places = [page.find(f'<article id="step-{node}"') for node in ("open", "menu", "care", "closed")]
    assert -1 not in places
    assert places == sorted(places)


def test_the_prompts_text_stands_beside_its_sound(alice: Browser) -> None:
    page = alice.page("/flows/main/")
    assert "售后请按1。" in page
    assert 'data-play="/prompts/welcome/sound"' in page


def test_an_unfolded_card_has_a_widget_for_each_field(alice: Browser) -> None:
    card = text(alice.get("/flows/main/nodes/care?open=care", headers={"HX-Request": "true"}))
    for name in ("title", "group", "phones", "strategy", "ring_timeout_s", "next_on"):
        assert f'name="{name}"' in card
    assert "无法接通" in card


def test_without_scripts_a_card_is_the_editor_with_it_unfolded(alice: Browser) -> None:
    answer = alice.get("/flows/main/nodes/care?open=care")
    assert answer.location == "/flows/main/?open=care#step-care"


def test_fields_are_saved(alice: Browser, shop: Shop) -> None:
    answer = alice.edit("/nodes/care", title="售后", group="care", strategy="random", ring_timeout_s="30")
    assert answer.status_code == 200
    assert draft_of(shop)["care"] == {
        "kind": "hunt",
        "title": "售后",
        "group": "care",
        "strategy": "random",
        "ring_timeout_s": 30,
        "next_on": [],
    }


def test_a_small_change_leaves_the_outline_alone(alice: Browser) -> None:
    answer = alice.edit("/nodes/care", group="care", ring_timeout_s="30", next_on=["busy"])
    assert answer.headers["HX-Reswap"] == "none"
    assert 'id="state"' in text(answer)
    assert "<article" not in text(answer)


def test_another_name_shows_everywhere(alice: Browser) -> None:
    answer = alice.edit("/nodes/care", title="售后", group="care")
    assert text(answer).count("售后</") >= 2


def test_typed_phones_join_ticked_ones_in_the_order_of_the_page(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care", phones=["care2"], phones_typed="138 0013 8000")
    page = alice.page("/flows/main/?open=care")
    places = [page.index(f'name="phones" value="{phone}"') for phone in ("care2", "13800138000", "care1")]
    assert places == sorted(places)  # those that ring come first
    alice.edit("/nodes/care", phones=["13800138000", "care2", "care1"], phones_typed="")
    assert draft_of(shop)["care"]["phones"] == ["13800138000", "care2", "care1"]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"ring_timeout_s": "999"}, "每个电话振铃：应是 5 到 120 的整数"),
        ({"strategy": "loudest"}, "接听方式：只能是"),
        ({"phones_typed": "12345678"}, "不是电话号码"),
        ({"phones_typed": "12345"}, "没有开通，请联系服务商开通"),
        ({"title": "长" * 51}, "最多 50 个字"),
    ],
)
def test_a_wrong_value_is_refused_with_words(
    alice: Browser, shop: Shop, fields: dict[str, str], why: str
) -> None:
    before = draft_of(shop)
    answer = alice.edit("/nodes/care", True, "main", **{"group": "care", **fields})
    assert answer.status_code == 422
    assert answer.headers["HX-Retarget"] == "#notice"
    assert why in text(answer)
    assert draft_of(shop) == before


def test_without_scripts_the_refusal_is_on_the_page(alice: Browser) -> None:
    alice.edit("/nodes/care", live=False, group="care", ring_timeout_s="999")
    assert "应是 5 到 120 的整数" in alice.page("/flows/main/")


def test_a_step_is_added_and_unfolded(alice: Browser, shop: Shop) -> None:
    answer = alice.edit("/nodes", kind="menu")
    assert "menu2" in draft_of(shop)
    assert 'id="step-menu2-prompt"' in text(answer)
    assert "还没有接上的步骤" in text(answer)


def test_removing_asks_what_would_be_disconnected(alice: Browser) -> None:
    page = alice.page("/flows/main/nodes/menu/remove")
    assert "办公时间「营业时间内」" in page
    assert "售后组" in page  # nothing would reach it


def test_a_step_is_removed(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/care/remove")
    assert "care" not in draft_of(shop)
    assert "exits" not in draft_of(shop)["menu"] or not draft_of(shop)["menu"]["exits"]


def test_the_step_at_which_calls_begin_is_not_removed(alice: Browser, shop: Shop) -> None:
    assert "请先在另一步的菜单里选" in alice.page("/flows/main/nodes/open/remove")
    assert alice.edit("/nodes/open/remove").status_code == 422
    assert "open" in draft_of(shop)


def test_calls_begin_elsewhere(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/menu/start")
    assert flows.find(shop.company, "main").draft["start"] == "menu"


def test_a_step_moves_among_its_siblings(alice: Browser, shop: Shop) -> None:
    alice.edit("/nodes/closed/move", way="up")
    assert list(draft_of(shop)).index("closed") < list(draft_of(shop)).index("menu")


def test_the_flows_name_and_fallback(alice: Browser, shop: Shop) -> None:
    alice.edit("/settings", name="新总线", fallback="138 0013 8000")
    flow = flows.find(shop.company, "main")
    assert (flow.name, flow.draft["fallback"]) == ("新总线", "13800138000")
    assert alice.edit("/settings", name="新总线", fallback="前台").status_code == 422


def test_problems_are_listed_and_lead_to_their_step(alice: Browser) -> None:
    page = text(alice.edit("/nodes", kind="announce"))
    assert "发布前要解决" in page
    assert 'data-jump="announce"' in page


def test_a_change_of_an_old_draft_is_refused_with_who_and_when(alice: Browser, shop: Shop) -> None:
    bob = users.with_email(BOB)
    flows.save_draft(shop.company, "main", {**flows.find(shop.company, "main").draft, "name": "别的"}, 0, bob)
    answer = alice.post("/flows/main/nodes/care", {"live_revision": "0", "title": "售后"}, live=True)
    assert answer.status_code == 409
    assert "店员 在今天" in text(answer)
    assert 'href="/flows/main/"' in text(answer)
    assert "title" not in draft_of(shop)["care"]


@pytest.mark.parametrize("revision", ["", "-1", "x", "99999999999999999999"])
def test_a_form_without_a_right_revision_changes_nothing(alice: Browser, shop: Shop, revision: str) -> None:
    answer = alice.post("/flows/main/nodes/care", {"revision": revision, "title": "售后"}, live=True)
    assert answer.status_code == 409
    assert "title" not in draft_of(shop)["care"]


def test_a_step_that_is_gone_is_said(alice: Browser) -> None:
    answer = alice.edit("/nodes/nobody", title="x")
    assert answer.status_code == 422
    assert "这一步已经不在了" in text(answer)
    assert alice.get("/flows/main/nodes/nobody/remove").status_code == 302


def test_members_see_the_editor_without_its_buttons(bob: Browser) -> None:
    page = bob.page("/flows/main/?open=care")
    assert "修改需要管理员" in page
    assert 'hx-post="/flows/main/undo"' not in page
    assert "<fieldset disabled>" in page
