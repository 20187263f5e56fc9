"""FreeSWITCH posts its records of calls: with its password, from where it may be, once each, on disk before we say so."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from peewee import OperationalError
from werkzeug.test import TestResponse

from app.calls.switch_record import MAX_BYTES
from app.store import switch_records
from app.store.db import database
from app.store.models import SwitchRecord
from app.store.models.switch_record import WAITING

RECORD = Path(__file__).parents[1] / "calls" / "switch_records" / "caller_hangs_up.json"
BODY = RECORD.read_bytes()
CALL_ID = json.loads(BODY)["variables"]["uuid"]
TYPES = ("application/json", "application/x-www-form-urlencoded")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def login(password: str, user: str = "freeswitch") -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture
def password(app: Flask) -> str:
    found: str = app.config["SETTINGS"].records_password
    return found


def post(client: FlaskClient, shown: str, body: bytes = BODY, **options: Any) -> TestResponse:
    headers = {"Authorization": shown, "Content-Type": options.pop("content_type", TYPES[0])}
    return client.post(f"/switch/records?uuid={CALL_ID}", data=body, headers=headers, **options)


@pytest.mark.parametrize("content_type", TYPES)
def test_a_record_is_kept_once_however_often_it_comes(
    client: FlaskClient, password: str, content_type: str
) -> None:
    answers = [post(client, login(password), content_type=content_type) for _ in range(2)]
    assert [(answer.status_code, answer.get_data()) for answer in answers] == [(200, b"kept\n")] * 2
    (kept,) = SwitchRecord.select()
    assert (kept.call_id, kept.state, kept.record["ani"]) == (CALL_ID, WAITING, "13800138000")
    assert kept.ended_at.isoformat() == "2026-11-23T08:37:59.422245+00:00"


@pytest.mark.parametrize("wrong", ["", "Basic", "Basic x", "Bearer x", login("wrong"), login("")])
def test_without_the_password_nothing_is_taken(client: FlaskClient, wrong: str) -> None:
    assert (post(client, wrong).status_code, switch_records.count(WAITING)) == (401, 0)


def test_the_password_of_another_name_is_worth_nothing(client: FlaskClient, password: str) -> None:
    assert post(client, login(password, "root")).status_code == 401


def test_from_elsewhere_the_password_does_not_help(client: FlaskClient, password: str) -> None:
    answer = post(client, login(password), environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert (answer.status_code, switch_records.count(WAITING)) == (403, 0)


@pytest.mark.parametrize(
    "other",
    [{"hotline_did": ""}, {"direction": "outbound", "answer_uepoch": "0"}],
    ids=["another number", "nobody rung back"],
)
def test_what_is_no_call_to_us_is_dropped(client: FlaskClient, password: str, other: dict[str, str]) -> None:
    answer = post(client, login(password), with_variable(**other))
    assert (answer.status_code, switch_records.count(WAITING)) == (200, 0)


def with_variable(**changes: str) -> bytes:
    record = json.loads(BODY)
    record["variables"] |= changes
    return json.dumps(record).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"nonsense",
        b"[" * 100_000,
        b"{}",
        with_variable(uuid="x" * 65),
        with_variable(uuid="../etc"),
        with_variable(uuid="a%00b"),
        with_variable(end_uepoch="9" * 30),
        with_variable(end_uepoch="9" * 5000),
    ],
    ids=lambda body: body[:20],
)
def test_nonsense_is_refused(client: FlaskClient, password: str, body: bytes) -> None:
    answer = post(client, login(password), body)
    assert (answer.status_code, switch_records.count(WAITING)) == (400, 0)


def test_a_name_in_no_coding_at_all_is_taken(client: FlaskClient, password: str) -> None:
    body = BODY.replace(b'"caller_id_name": "', b'"caller_id_name": "\xb1\xa7\xff', 1)
    assert body != BODY
    assert post(client, login(password), body).status_code == 200


def test_too_much_is_refused(client: FlaskClient, password: str) -> None:
    assert post(client, login(password), b"x" * (MAX_BYTES + 1)).status_code == 413


@pytest.mark.parametrize("where", ["connect", "execute_sql"])
def test_while_the_database_is_away_freeswitch_keeps_its_record(
    client: FlaskClient, password: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("no connection")

    with monkeypatch.context() as patch:
        patch.setattr(database.obj, where, away)
        answer = post(client, login(password))
    assert (answer.status_code, answer.get_data()) == (503, b"the database is away\n")
    assert post(client, login(password)).status_code == 200


def test_a_length_is_asked_for_first(client: FlaskClient, password: str) -> None:
    assert post(client, login(password), b"").status_code == 411


def test_nobody_reads_here(client: FlaskClient) -> None:
    assert client.get("/switch/records").status_code == 405
