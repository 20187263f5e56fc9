"""Who answers when: the heat table, the hours without anybody, what one call comes to; and the editor's list of checks."""

from __future__ import annotations

import re
from typing import Any

from app.store import flows, groups, lists
from app.store.lists import Entry
from tests.support.shop import DOCUMENT, Shop
from tests.web.browser import Browser, text


def draft(shop: Shop, **nodes: Any) -> None:
    """Put other nodes in the draft of the shop's flow."""
    flow = flows.find(shop.company, "main")
    flows.save_draft(
        shop.company, "main", DOCUMENT | {"nodes": DOCUMENT["nodes"] | nodes}, flow.draft_revision
    )


def cells(page: str) -> list[str]:
    """What a screen reader says of the cells."""
    return re.findall(r'class="heat-cell [^>]*aria-label="([^"]+)"', page)


def test_each_kind_of_day_is_a_row_of_cells_in_words(alice: Browser) -> None:
    found = cells(alice.page("/flows/main/coverage"))
    assert [cell for cell in found if cell.startswith("周一")] == [
        "周一 00:00–09:00：没有人接",
        "周一 09:00–18:00：2 个电话",
        "周一 18:00–24:00：没有人接",
    ]
    assert "周日 00:00–24:00：没有人接" in found
    assert "节假日 00:00–09:00：没有人接" in found


def test_the_hours_without_anybody_lead_to_the_step(alice: Browser) -> None:
    page = alice.page("/flows/main/coverage")
    assert (
        "周一至周五、节假日 00:00–09:00、18:00–24:00，周六、周日全天没有电话响铃：来电者听到“下班提示”"
        in page
    )
    assert 'href="/flows/main/?open=closed#step-closed"' in page


def test_a_call_shows_who_rings_when_and_how_it_ends(alice: Browser) -> None:
    page = alice.page("/flows/main/coverage?day=mon&minute=600")
    assert "周一 10:00 打进来" in page
    assert "按 1" in page
    assert re.search(r"<time>0:01</time> 售后一号 139 0000 0003 <small>响 20 秒", page)
    assert re.search(r"<time>0:21</time> 售后二号 139 0000 0004 <small>响 20 秒", page)
    assert "来电者听到“对不起，暂时无人接听，请稍后再拨。”" in page


def test_a_call_at_night_rings_nobody(alice: Browser) -> None:
    assert "没有电话响铃：来电者听到“下班提示”" in alice.page("/flows/main/coverage?day=sun&minute=0")


def test_an_address_that_makes_no_sense_shows_an_hour_with_somebody(alice: Browser) -> None:
    for query in ("day=never&minute=9999", "day=mon&minute=-1", "caller=99&minute=x", "minute=1440&day=mon"):
        assert "周一 09:00 打进来" in alice.page(f"/flows/main/coverage?{query}")


def test_callers_whom_the_flow_tells_apart_can_be_chosen(alice: Browser, shop: Shop) -> None:
    exits = {"area_1": "care", "other": "closed"}
    draft(shop, menu={"kind": "region", "areas": ["华东: 浙江 上海"], "exits": exits})
    page = alice.page("/flows/main/coverage")
    assert re.findall(r"<option[^>]*>([^<]+)</option>", page) == ["其他地区", "华东"]
    assert cells(page)[0] == "周一 00:00–24:00：没有人接"
    assert "周一 09:00–18:00：2 个电话" in cells(alice.page("/flows/main/coverage?caller=1"))[1]


def test_a_list_of_callers_is_a_choice(alice: Browser, shop: Shop) -> None:
    lists.create(shop.company, "gold", "金牌客户", "vip")
    lists.add(shop.company, "gold", [Entry("number", "13900009999", "")])
    draft(shop, menu={"kind": "caller", "vip": "gold", "exits": {"vip": "care", "other": "closed"}})
    assert '<option value="1" >金牌客户</option>' in alice.page("/flows/main/coverage")


def test_keys_that_lead_to_nobody_at_some_hours_are_marked(alice: Browser, shop: Shop) -> None:
    groups.create(shop.company, "late", "晚班组", ("care1",))
    menu = {"kind": "menu", "prompt": "welcome", "exits": {"1": "care", "2": "office"}}
    office = {"kind": "schedule", "hours": "office", "exits": {"open": "late", "closed": "closed"}}
    flow = flows.find(shop.company, "main")
    nodes = {
        "menu": menu,
        "care": DOCUMENT["nodes"]["care"],
        "office": office,
        "closed": DOCUMENT["nodes"]["closed"],
    }
    nodes["late"] = {"kind": "hunt", "group": "late"}
    flows.save_draft(shop.company, "main", DOCUMENT | {"start": "menu", "nodes": nodes}, flow.draft_revision)
    assert cells(alice.page("/flows/main/coverage"))[:2] == [
        "周一 00:00–09:00：2 个电话，有的按键没有人接",
        "周一 09:00–18:00：2 个电话",
    ]


def test_a_draft_with_errors_says_what_to_mend_first(alice: Browser, shop: Shop) -> None:
    draft(shop, care={"kind": "hunt"})
    page = alice.page("/flows/main/coverage")
    assert "草稿还有错误" in page
    assert 'href="/flows/main/?open=care#step-care"' in page
    assert "heat" not in page.split("<main")[1]


def test_the_page_speaks_english(alice: Browser) -> None:
    alice.post("/language", {"language": "en"})
    page = alice.page("/flows/main/coverage?day=mon&minute=600")
    assert "Mon 09:00–18:00: 2 phones" in page
    assert "Mon–Fri, Holiday 00:00–09:00, 18:00–24:00; Sat, Sun all day: no phone rings" in page
    assert "press 1" in page


def test_companies_see_their_own_flow(alice: Browser, charlie: Browser, visitor: Browser, shop: Shop) -> None:
    draft(shop, care={"kind": "hunt", "phones": ["care1"]})
    assert "周一 09:00–18:00：1 个电话" in alice.page("/flows/main/coverage")
    assert "周一 09:00–18:00：2 个电话" in charlie.page("/flows/main/coverage")
    assert visitor.get("/flows/main/coverage").location.startswith("/sign-in")
    assert alice.get("/flows/none/coverage").status_code == 404


def test_a_member_may_look(bob: Browser) -> None:
    assert "周一 09:00–18:00：2 个电话" in bob.page("/flows/main/coverage")


class TestChecks:
    def test_findings_stand_in_groups_the_gravest_first(self, alice: Browser, shop: Shop) -> None:
        draft(shop, care={"kind": "hunt", "phones": ["17012345678"]})
        page = alice.page("/flows/main/").split('id="check"')[1]
        assert page.index("请留意 <b>1</b>") < page.index("是虚拟运营商号段")
        assert page.index("是虚拟运营商号段") < page.index("供参考 <b>1</b>")
        assert "可以发布，请留意" in page

    def test_a_finding_leads_to_its_step_unfolded(self, alice: Browser) -> None:
        page = alice.page("/flows/main/")
        link = 'href="/flows/main/?open=closed#step-closed" data-jump="closed" data-opens data-place="nodes.closed"'
        assert link in page

    def test_errors_block_and_hide_what_cannot_be_known_yet(self, alice: Browser, shop: Shop) -> None:
        draft(shop, care={"kind": "hunt"})
        page = alice.page("/flows/main/")
        assert "错误，不能发布 <b>1</b>" in page
        assert "没有电话响铃" not in page

    def test_notes_alone_do_not_ask_for_attention(self, alice: Browser) -> None:
        page = alice.page("/flows/main/")
        assert "检查通过，可以发布" in page
        assert "供参考 <b>1</b>" in page

    def test_a_changed_draft_is_looked_at_anew(self, alice: Browser) -> None:
        answer = alice.edit("/nodes/closed/remove")
        assert "下班提示" not in text(answer).split('id="check"')[1]
        assert "现在是非工作时间" in text(answer).split('id="check"')[1]
