from __future__ import annotations

from redis import Redis

from app.live import snapshots
from app.store import numbers
from tests.support.shop import Shop
from tests.web.browser import Browser


def test_the_list_shows_each_number_with_its_carrier_and_flow(alice: Browser) -> None:
    page = alice.page("/numbers")
    assert "400 800 1234" in page
    assert "中国电信" in page
    assert "总线" in page
    assert "流程未发布" in page


def test_the_picture_leads_from_the_number_to_the_phones(alice: Browser) -> None:
    alice.edit("/publish", live=False, revision="0")
    page = alice.page("/numbers/4008001234")
    way = ["400 800 1234", "办公时间", "营业时间内", "欢迎语", "售后请按1。", "售后组", "139 0000 0003"]
    places = [page.find(text, page.find('class="tree"')) for text in way]
    assert -1 not in places
    assert places == sorted(places)


def test_without_a_published_flow_it_says_what_to_do(alice: Browser) -> None:
    assert "来电还没有去处" in alice.page("/numbers/4008001234")


def test_it_leads_the_number_to_another_flow_at_once(alice: Browser, shop: Shop, redis: Redis) -> None:
    alice.edit("/publish", live=False, revision="0")
    answer = alice.post("/numbers/4008001234/edit", {"label": "专线", "flow": "main", "fallback": "care2"})
    assert answer.status_code == 302
    assert "已保存，立即生效" in alice.page("/numbers/4008001234")
    number = numbers.find(shop.company, "4008001234")
    assert (number.label, number.fallback and number.fallback.slug) == ("专线", "care2")
    assert snapshots.revisions(redis)["4008001234"] == number.revision


def test_a_flow_that_is_not_there_is_refused(alice: Browser, shop: Shop) -> None:
    assert (
        alice.post("/numbers/4008001234/edit", {"label": "", "flow": "nobodys", "fallback": ""}).status_code
        == 200
    )
    flow = numbers.find(shop.company, "4008001234").flow
    assert flow
    assert flow.slug == "main"


def test_it_is_suspended_and_resumed(alice: Browser, shop: Shop) -> None:
    alice.post("/numbers/4008001234/suspend")
    assert "已停用" in alice.page("/numbers/4008001234")
    alice.post("/numbers/4008001234/resume")
    assert numbers.find(shop.company, "4008001234").state == "active"
