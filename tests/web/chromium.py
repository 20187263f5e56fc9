"""A console on a real port and a real browser in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import make_server

from tests.support.shop import PASSWORD

PROGRAM = Path("/usr/bin/chromium")
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEADLINE_MS = 10_000
PAGES = [
    "/",
    "/calls",
    "/calls/c",
    "/flows",
    "/flows/new",
    "/flows/main/?open=open&open=menu&open=care",
    "/flows/main/?view=picture&open=menu",
    "/flows/main/coverage",
    "/flows/main/publish",
    "/flows/main/versions",
    "/flows/main/versions/compare",
    "/flows/main/try",
    "/flows/main/last-week",
    "/flows/main/import",
    "/flows/main/nodes/menu/exits/1",
    "/phones",
    "/system",
    "/phones/care1",
    "/phones/care1/edit",
    "/phones/new",
    "/phones/files/phones",
    "/phones/files/extensions",
    "/phones/files/groups",
    "/phones/care1/test/none",
    "/lists?number=13800138000",
    "/groups/care/edit",
    "/hours/office/week",
    "/lists",
    "/lists/new",
    "/lists/black",
    "/lists/black/edit",
    "/queues",
    "/queues/care/edit",
    "/board",
    "/extensions",
    "/emergency",
    "/messages",
    "/messages/deleted",
    "/messages/tasks",
    "/surveys",
    "/numbers",
    "/numbers/4008001234",
    "/numbers/4008001234/edit",
    "/hours",
    "/hours/office/edit",
    "/prompts",
    "/prompts/new",
    "/prompts/welcome/edit",
    "/prompts/welcome/sounds/en",
    "/company",
    "/profile",
    "/nothing",
]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The console on a free port; yields its address."""
    server = make_server("127.0.0.1", 0, _closed_at_the_end(app), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(DEADLINE_MS / 1000)
        server.server_close()


def _closed_at_the_end(app: Flask) -> Any:
    """werkzeug's server leaves an answer's file open when the browser resets the connection after the last byte."""

    def parts(answer: Any) -> Iterator[bytes]:
        with closing(answer):
            yield from answer

    return lambda environ, start_response: parts(app(environ, start_response))


def signed_in(context: BrowserContext, email: str) -> Page:
    """A page of somebody who signed in."""
    context.clear_cookies()
    page = context.new_page()
    page.goto("/sign-in")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click(".door-form form button")
    page.wait_for_url("**/")
    return page
