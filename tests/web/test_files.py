from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from app.flow import text as documents
from app.store import flows
from tests.support.shop import DOCUMENT, Shop
from tests.web.browser import Browser, text


def upload(browser: Browser, content: bytes) -> Any:
    return browser.edit("/import", live=False, file=(BytesIO(content), "flow.yaml"))


def test_an_export_is_imported_again(alice: Browser, shop: Shop) -> None:
    exported = alice.get("/flows/main/export.yaml")
    assert exported.headers["Content-Disposition"] == 'attachment; filename="main.yaml"'
    changed = exported.get_data(as_text=True).replace("总线", "新总线").encode()
    assert upload(alice, changed).status_code == 302
    assert flows.find(shop.company, "main").draft["name"] == "新总线"


def test_json_is_read_as_well(alice: Browser, shop: Shop) -> None:
    upload(alice, b'\xef\xbb\xbf{"spec": 1, "start": "a", "nodes": {"a": {"kind": "hangup"}}}')
    assert list(flows.find(shop.company, "main").draft["nodes"]) == ["a"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "这不是流程文档"),
        (b"\xff\xfe\x00", "不是 UTF-8"),
        (b"nodes: [", "读不懂"),
        (b"a: &a [*a]", "读不懂"),
        (documents.dump({**DOCUMENT, "colour": "red"}).encode(), "没有这个设置"),
        (documents.dump({**DOCUMENT, "nodes": {"x": {"kind": "fax"}}}).encode(), "没有这种步骤"),
    ],
)
def test_what_cannot_be_read_is_refused_with_all_its_problems(
    alice: Browser, shop: Shop, content: bytes, why: str
) -> None:
    answer = upload(alice, content)
    assert why in text(answer)
    assert flows.find(shop.company, "main").draft == DOCUMENT


def test_what_this_company_does_not_have_is_imported_and_listed(alice: Browser) -> None:
    upload(alice, b"spec: 1\nstart: a\nnodes: {a: {kind: hunt, group: nobodys}}\n")
    assert "没有这个接听组：nobodys" in alice.page("/flows/main/")


def test_a_file_that_is_too_large(alice: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10_000)
    answer = upload(alice, b"x" * 10_001)
    assert answer.status_code == 413
    assert "文件太大" in text(answer)


def test_a_member_gets_no_file_for_passwords_stand_in_it(bob: Browser) -> None:
    assert bob.get("/flows/main/export.yaml").status_code == 403
    assert "export.yaml" not in bob.page("/flows/main/")
