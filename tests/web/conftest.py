"""A console with two companies: alice owns a shop, bob works there, charlie owns another one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.settings import load
from app.store import db, users
from app.web import create_app, live
from tests.support.redis_server import RedisServer
from tests.support.shop import PASSWORD, Shop, open_shop
from tests.web.browser import Browser

ALICE = "owner@4008001234.example"
BOB = "bob@shop.example"
CHARLIE = "owner@4008009999.example"


@pytest.fixture(scope="session", autouse=True)
def cheap_nobody(cheap_passwords: None) -> None:
    """Unknown addresses are checked against a hash, too; it was made when `users` was loaded."""
    users._NOBODY = users._hasher.hash("nobody has this password")


@pytest.fixture(scope="session")
def console(redis_server: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One console for all tests: to read all its templates anew for each would take most of the time."""
    home = tmp_path_factory.mktemp("console")
    settings = {"HOTLINE_REDIS_URL": redis_server.url, "HOTLINE_SECRET_KEY": "k" * 40}
    return create_app(load({"HOTLINE_HOME": str(home), **settings}))


@pytest.fixture
def app(console: Flask, sqlite_url: str) -> Iterator[Flask]:
    """The console on an empty database."""
    db.connect(sqlite_url)
    live.redis_of(console).flushall()
    yield console
    db.disconnect()


@pytest.fixture
def shop(app: Flask) -> Shop:
    """Alice's shop."""
    shop = open_shop("示例公司")
    users.create(shop.company, BOB, "店员", PASSWORD)
    return shop


@pytest.fixture
def other_shop(app: Flask) -> Shop:
    """Charlie's shop: the same slugs, other things."""
    return open_shop("别家公司", "4008009999")


@pytest.fixture
def visitor(app: Flask, shop: Shop) -> Browser:
    """Somebody who is not signed in."""
    return Browser(app)


@pytest.fixture
def alice(app: Flask, shop: Shop) -> Browser:
    return Browser(app).signed_in_as(ALICE)


@pytest.fixture
def bob(app: Flask, shop: Shop) -> Browser:
    return Browser(app).signed_in_as(BOB)


@pytest.fixture
def charlie(app: Flask, other_shop: Shop) -> Browser:
    return Browser(app).signed_in_as(CHARLIE)
