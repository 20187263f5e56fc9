"""A visitor of the console: keeps his cookies, sends the token of the forms, reads pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.shop import PASSWORD

LIVE = {"HX-Request": "true"}
TOKEN = re.compile(r'name="csrf-token" content="([^"]+)"')
REVISION = re.compile(r'id="live-revision" name="live_revision" value="(\d+)"')


class Browser:
    """One person's browser, in process."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def signed_in_as(self, email: str) -> Browser:
        answer = self.post("/sign-in", {"email": email, "password": PASSWORD})
        assert answer.status_code == 302, text(answer)
        return self

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(
        self, path: str, data: dict[str, Any] | None = None, live: bool = False, **options: Any
    ) -> TestResponse:
        """Send a form with its token; `live` as the scripts of a page do it."""
        headers = {"X-CSRFToken": self.token(), **(LIVE if live else {})}
        return self.client.post(path, data=data or {}, headers=headers, **options)

    def token(self) -> str:
        found = TOKEN.search(text(self.client.get("/profile", follow_redirects=True)))
        assert found
        return found[1]

    def edit(self, path: str, live: bool = True, flow: str = "main", **data: Any) -> TestResponse:
        """Send a change of a flow with the revision that the editor shows."""
        found = REVISION.search(text(self.get(f"/flows/{flow}/")))
        assert found
        return self.post(f"/flows/{flow}{path}", {"live_revision": found[1], **data}, live)

    def page(self, path: str) -> str:
        """The text of a page that must be there, flashed messages included."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return text(answer)


def text(answer: TestResponse) -> str:
    return unescape(answer.get_data(as_text=True))
