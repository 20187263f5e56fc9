from __future__ import annotations

import pytest

from app.routing.dialling_rules import DiallingRules
from app.store import companies, numbers, phones
from tests.support.shop import Shop
from tests.web.browser import Browser, text


def test_the_list_shows_where_each_number_is_from_and_who_rings_it(alice: Browser) -> None:
    page = alice.page("/phones")
    for shown in ("售后一号", "139 0000 0003", "中国移动", "803", "售后组"):
        assert shown in page


def test_a_typed_number_is_saved_as_it_is_dialled(alice: Browser, shop: Shop) -> None:
    answer = alice.post("/phones/new", {"name": "前台", "number": "（0571）8888-8888", "extension": ""})
    assert answer.status_code == 302
    phone = next(phone for phone in phones.every(shop.company) if phone.name == "前台")
    assert (phone.number, phone.slug) == ("057188888888", "phone")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"number": "88888888"}, "请填手机号，或带区号的座机号"),
        ({"number": "4008001234"}, "转过去会绕回来"),
        ({"number": "139 0000 0003"}, "「售后一号」已经在用这个号码"),
        ({"extension": "803"}, "「售后一号」已经在用这个分机号"),
        ({"extension": "0803"}, "不以 0 开头"),
        ({"extension": "八零一"}, "1 到 6 位数字"),
        ({"name": ""}, "请填写名称"),
        ({"name": "长" * 51}, "最多 50 个字"),
    ],
)
def test_it_refuses_with_words(alice: Browser, shop: Shop, changes: dict[str, str], why: str) -> None:
    form = {"name": "前台", "number": "13800138000", "extension": "", **changes}
    answer = alice.post("/phones/new", form)
    assert why in text(answer)
    assert len(phones.every(shop.company)) == 2


def test_a_phone_keeps_its_own_number_and_extension(alice: Browser, shop: Shop) -> None:
    answer = alice.post("/phones/care1/edit", {"name": "值班", "number": "13900000003", "extension": "803"})
    assert answer.status_code == 302
    assert phones.find(shop.company, "care1").name == "值班"


def test_a_phone_in_a_group_or_behind_a_number_is_not_removed(alice: Browser, shop: Shop) -> None:
    numbers.change(shop.company, shop.did, label="", flow="main", fallback="care1")
    alice.post("/phones/care1/delete")
    page = alice.page("/phones/care1/edit")
    assert "接听组「售后组」、号码 400 800 1234 的备用电话" in page


def test_a_phone_that_nothing_rings_is_removed(alice: Browser, shop: Shop) -> None:
    phones.create(shop.company, "spare", "13800138000", "备用")
    assert alice.post("/phones/spare/delete").status_code == 302
    assert "spare" not in {phone.slug for phone in phones.every(shop.company)}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("138 0013 8000", "138 0013 8000 · 北京"),
        ("13900000003", "售后一号"),
        ("1380013800", "还不是能拨通的号码"),
        ("138", ""),
        ("<b>x</b>前台前台", "还不是能拨通的号码"),
    ],
)
def test_while_typing_it_tells_what_the_number_is(alice: Browser, typed: str, said: str) -> None:
    shown = text(alice.get("/phones/look", query_string={"number": typed}))
    assert said in shown
    assert "<b>x</b>" not in shown


def test_members_only_look(bob: Browser, shop: Shop) -> None:
    assert "添加电话" not in bob.page("/phones")
    assert bob.post("/phones/care1/delete").status_code == 403
    assert bob.post("/phones/new", {"name": "x", "number": "13800138000"}).status_code == 403


def test_a_number_abroad_is_bound_once_it_is_open(alice: Browser, shop: Shop) -> None:
    form = {"name": "香港办", "number": "+852 9123 4567"}
    assert "是境外号码，没有开通，请联系服务商开通" in text(alice.post("/phones/new", form))
    looked = text(alice.get("/phones/look", query_string={"number": form["number"]}))
    assert "没有开通，请联系服务商开通" in looked
    companies.open_dialling(shop.company, DiallingRules(abroad=("852",)))
    assert "+85291234567" in text(alice.get("/phones/look", query_string={"number": form["number"]}))
    alice.post("/phones/new", form)
    assert "0085291234567" in {phone.number for phone in phones.every(shop.company)}
