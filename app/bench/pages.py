"""How long the console takes for every page, with a million calls and 200 phones in the store."""

from __future__ import annotations

import gc
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app.bench import many_calls
from app.errors import HotlineError
from app.processes.redis import EmbeddedRedis
from app.settings import load
from app.store import db, migrate
from app.store.models import Call
from app.web import create_app

CALLS = 1_000_000
RUNS = 40
MOST_MS = 100
WARM_UP = 2
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds that the server took for one page."""

    page: str
    p50_ms: float
    p95_ms: float


def timed(count: int, database_url: str = "") -> Iterator[Timed]:
    """Every page in turn. The store is filled first, unless it has the calls already."""
    with tempfile.TemporaryDirectory(prefix="h400-bench-") as home, EmbeddedRedis(Path(home)) as redis:
        url = database_url or f"sqlite:///{home}/bench.sqlite3"
        migrate.upgrade(url)
        with db.database.connection_context():
            if not Call.select(Call.id).first():
                many_calls.fill(count, datetime.now(UTC))
        settings = {"HOTLINE_HOME": home, "HOTLINE_REDIS_URL": redis.url, "HOTLINE_SECRET_KEY": "k" * 40}
        app = create_app(load({**settings, "HOTLINE_DATABASE_URL": url}))
        gc.collect()
        gc.freeze()  # as processes/web.py does
        client = _signed_in(app)
        for page in (*PAGES, *_searches()):
            yield _time(client, page)
        db.disconnect()


PAGES = (
    "/",
    "/today/live",
    "/calls",
    "/calls/bench-1000",
    "/flows",
    "/flows/main/",
    "/flows/main/coverage",
    "/flows/main/publish",
    "/flows/main/versions",
    "/flows/main/versions/1",
    "/flows/main/versions/compare",
    "/flows/main/try",
    "/flows/main/last-week",
    "/phones",
    "/phones/p7/edit",
    "/extensions",
    "/groups/care/edit",
    "/numbers",
    f"/numbers/{many_calls.DIDS[0]}",
    "/hours",
    "/hours/office/edit",
    "/lists",
    "/lists/black",
    "/queues",
    "/queues/care/edit",
    "/board",
    "/prompts",
    "/messages",
    "/messages/tasks",
    "/surveys",
    "/company",
    "/profile",
    "/emergency",
)


def _searches() -> Iterator[str]:
    """The call list as people ask it: each filter, some together, and what finds nothing."""
    middle = datetime.now(UTC).date() - timedelta(days=many_calls.DAYS // 2)
    some = Call.select(Call.ani).order_by(Call.id).offset(1000).limit(1).scalar()
    yield from (
        "/calls?range=today",
        "/calls?range=month&result=missed",
        "/calls?result=abandoned",
        "/calls?result=no_flow",
        "/calls?result=over_limit",
        "/calls?record=unsure",
        "/calls?record=resumed",
        f"/calls?ani={some}",
        f"/calls?ani={some[-4:]}",
        f"/calls?ani={some[3:9]}",
        "/calls?ani=19999999999",
        "/calls?ani=0000000000",
        f"/calls?did={many_calls.DIDS[1]}",
        "/calls?phone=p7",
        "/calls?phone=p7&result=missed",
        "/calls?phone=nobody",
        "/calls?province=西藏",
        "/calls?province=浙江&result=missed",
        f"/calls?since={middle}&until={middle}",
        f"/calls?older={int(datetime.now(UTC).timestamp() - 50 * 86_400)}000000-500000",
    )


def _signed_in(app: Flask) -> FlaskClient:
    client = app.test_client()
    found = TOKEN.search(client.get("/sign-in").get_data(as_text=True))
    if not found:
        raise HotlineError("the console shows no form to sign in")
    form = {"email": many_calls.OWNER, "password": many_calls.PASSWORD, "csrf_token": found[1]}
    if client.post("/sign-in", data=form).status_code != 302:
        raise HotlineError("the console lets nobody in")
    return client


def _time(client: FlaskClient, page: str) -> Timed:
    took = []
    for _ in range(WARM_UP + RUNS):
        began = time.perf_counter()
        answer = client.get(page)
        answer.get_data()
        took.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise HotlineError(f"{page}: {answer.status}")
    took = sorted(took[WARM_UP:])
    return Timed(page, took[len(took) // 2], took[ceil(len(took) * 0.95) - 1])
