from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from app.store import users
from tests.support.shop import PASSWORD, Shop
from tests.web.browser import Browser, text
from tests.web.conftest import ALICE, BOB


def test_the_right_password_opens_the_day(visitor: Browser) -> None:
    answer = visitor.post("/sign-in", {"email": f" {ALICE.upper()} ", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/")
    assert "店主" in visitor.page("/")


def test_it_remembers_when_somebody_signed_in(alice: Browser, shop: Shop) -> None:
    assert users.find(shop.company, shop.owner.id).last_login_at is not None


@pytest.mark.parametrize(
    ("email", "password"), [(ALICE, "wrong"), ("nobody@shop.example", PASSWORD), (ALICE, PASSWORD.upper())]
)
def test_a_wrong_address_or_password_gives_one_and_the_same_answer(
    visitor: Browser, email: str, password: str
) -> None:
    answer = visitor.post("/sign-in", {"email": email, "password": password})
    assert answer.status_code == 401
    assert "邮箱或密码不对。" in text(answer)


def test_a_closed_account_cannot_sign_in(visitor: Browser, shop: Shop) -> None:
    bob = users.with_email(BOB)
    assert bob
    bob.is_active = False
    bob.save()
    assert visitor.post("/sign-in", {"email": BOB, "password": PASSWORD}).status_code == 401


def test_it_goes_where_the_visitor_wanted_to(visitor: Browser) -> None:
    wanted = visitor.get("/calls?result=missed").location
    assert wanted
    answer = visitor.post(wanted, {"email": ALICE, "password": PASSWORD})
    assert answer.location == "/calls?result=missed"


@pytest.mark.parametrize(
    "next_page", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_it_never_leads_to_another_site(visitor: Browser, next_page: str) -> None:
    data = {"email": ALICE, "password": PASSWORD}
    answer = visitor.post("/sign-in", data, query_string={"next": next_page})
    assert answer.location == "/"


def test_the_first_login_is_shown_on_this_machine_while_its_file_is_there(
    app: Flask, visitor: Browser
) -> None:
    assert "首次登录" not in visitor.page("/sign-in")
    file: Path = app.config["SETTINGS"].first_login
    file.write_text("owner@demo.example s3cret\n")
    try:
        assert "s3cret" in visitor.page("/sign-in")
        elsewhere = visitor.get("/sign-in", environ_base={"REMOTE_ADDR": "203.0.113.9"})
        assert "s3cret" not in elsewhere.get_data(as_text=True)
    finally:
        file.unlink()


def test_one_account_is_tried_only_so_often(visitor: Browser) -> None:
    codes = {visitor.post("/sign-in", {"email": ALICE, "password": "x"}).status_code for _ in range(11)}
    assert codes == {401, 429}
    assert visitor.post("/sign-in", {"email": BOB, "password": PASSWORD}).status_code == 302


def test_one_address_tries_only_so_often(visitor: Browser) -> None:
    codes = {
        visitor.post("/sign-in", {"email": f"{n}@x.example", "password": "x"}).status_code for n in range(21)
    }
    assert codes == {401, 429}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Browser) -> None:
    answer = visitor.post("/sign-in", {"email": ALICE, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http in the shop's own network


def test_over_tls_the_cookie_stays_there(visitor: Browser) -> None:
    data = {"email": ALICE, "password": PASSWORD, "csrf_token": visitor.token()}
    answer = visitor.client.post(
        "/sign-in", data=data, base_url="https://localhost", headers={"Referer": "https://localhost/"}
    )
    assert "Set-Cookie" not in answer.headers or "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers
