"""Real-name proofs: sent in, kept private, answered by the carrier, asked for by the flow's checks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.flow.advice import advice
from app.flow.document import read
from app.store import assets, phones, proofs
from tests.support.shop import DOCUMENT, Shop
from tests.web.browser import Browser, text

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 30 + b"\0\0\0\0IEND\xaeB`\x82"
PDF = b"%PDF-1.4\n" + b"0" * 30 + b"\n%%EOF\n"


def send(browser: Browser, content: bytes, name: str = "bill.png", kind: str = "bill") -> str:
    file = (BytesIO(content), name)
    answer = browser.post("/phones/care1/proof", {"kind": kind, "file": file})
    answer.request.environ["wsgi.input"].close()  # the client's own copy of what it sent
    return browser.page("/phones/care1") if answer.status_code == 302 else text(answer)


def kept(app: Flask, shop: Shop) -> list[Path]:
    return list((app.config["SETTINGS"].home / "proofs" / str(shop.company.id)).glob("*"))


@pytest.fixture(autouse=True)
def no_files(app: Flask, shop: Shop) -> None:
    for file in kept(app, shop):
        file.unlink()


def test_a_proof_is_sent_in_seen_by_owners_and_replaced(
    alice: Browser, bob: Browser, charlie: Browser, app: Flask, shop: Shop
) -> None:
    assert "没有凭证" in alice.page("/phones/care1")
    page = send(alice, PNG, "../../evil.pdf")
    assert "已提交" in page
    (file,) = kept(app, shop)
    assert (file.suffix, oct(file.stat().st_mode)[-3:], oct(file.parent.stat().st_mode)[-3:]) == (
        ".png",
        "600",
        "700",
    )
    with alice.get("/phones/care1/proof/file") as shown:
        assert (shown.data, shown.mimetype) == (PNG, "image/png")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert bob.get("/phones/care1/proof/file").status_code == 403
    assert charlie.get("/phones/care1/proof/file").status_code == 404
    send(alice, PDF, kind="letter")
    assert [file.suffix for file in kept(app, shop)] == [".pdf"]
    assert proofs.find(shop.company, "care1").kind == "letter"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html><script>alert(1)</script></html>", "不是图片或 PDF"),
        (b"GIF89a" + PNG, "不是图片或 PDF"),
        (PNG[:20], "文件不完整"),
        (b"\xff\xd8\xff" + b"0" * 5000, "文件不完整"),
        (PNG + b"0" * (10 * 1024 * 1024), "超过 10 MB"),
    ],
)
def test_files_that_are_no_scans_are_refused(
    alice: Browser, app: Flask, shop: Shop, content: bytes, why: str
) -> None:
    assert why in send(alice, content)
    assert kept(app, shop) == []


def test_what_is_far_too_large_is_refused_before_it_is_read(alice: Browser, app: Flask, shop: Shop) -> None:
    assert "文件太大" in send(alice, PNG + b"0" * (12 * 1024 * 1024))
    assert kept(app, shop) == []


@pytest.mark.parametrize("data", [{"kind": "bill"}, {"kind": "x", "file": (BytesIO(PNG), "a.png")}])
def test_kind_and_file_are_asked_for(alice: Browser, data: dict[str, object]) -> None:
    alice.post("/phones/care1/proof", data)
    assert "请选择凭证种类和文件" in alice.page("/phones/care1")


def test_what_the_carrier_said_is_noted_with_its_reason(alice: Browser, shop: Shop) -> None:
    send(alice, PNG)
    alice.post("/phones/care1/proof/decision", {"state": "refused"})
    assert "请写上运营商不通过的原因" in alice.page("/phones/care1")
    alice.post("/phones/care1/proof/decision", {"state": "refused", "reason": "账单<b>超过三个月"})
    answer = alice.get("/phones/care1").get_data(as_text=True)
    assert "未通过" in answer
    assert "账单&lt;b&gt;超过三个月" in answer
    send(alice, PDF)
    alice.post("/phones/care1/proof/decision", {"state": "accepted"})
    assert proofs.find(shop.company, "care1").reason == ""
    assert "已通过" in alice.page("/phones")
    assert alice.post("/phones/care1/proof/decision", {"state": "x"}).status_code == 400
    assert alice.post("/phones/care2/proof/decision", {"state": "accepted"}).status_code == 404


def test_the_checks_of_flows_ask_for_missing_proofs_where_the_phone_rings(alice: Browser, shop: Shop) -> None:
    def told() -> list[tuple[str, str]]:
        document, _problems = read(DOCUMENT)
        assert document
        found = advice(document, assets.of(shop.company))
        return [(p.place, p.words.zh.split(" ")[0]) for p in found if p.code == "phone_without_proof"]

    assert told() == [("nodes.care.group", "售后一号"), ("nodes.care.group", "售后二号")]
    send(alice, PNG)
    assert told() == [("nodes.care.group", "售后二号")]
    proofs.decide(shop.company, "care1", "refused", "模糊")
    assert len(told()) == 2


def test_with_the_phone_its_proof_is_gone(alice: Browser, app: Flask, shop: Shop) -> None:
    phones.create(shop.company, "spare", "13800138000", "备用")
    alice.post("/phones/spare/proof", {"kind": "bill", "file": (BytesIO(PNG), "a.png")})
    assert len(kept(app, shop)) == 1
    alice.post("/phones/spare/delete")
    assert kept(app, shop) == []


def test_members_only_look(bob: Browser) -> None:
    assert "提交凭证" not in bob.page("/phones/care1")
    assert bob.post("/phones/care1/proof", {"kind": "bill"}).status_code == 403
