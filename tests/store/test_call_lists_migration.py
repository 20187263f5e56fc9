"""Phones that were rung before are found by the company and the time of their calls."""

from __future__ import annotations

from datetime import UTC, datetime

from app.store import calls, companies, db, migrate
from app.store.calls import Filters
from app.store.db import database
from app.store.models import CallLeg
from tests.support.cdrs import cdr, leg


def test_legs_get_what_their_calls_have(database_url: str) -> None:
    db.connect(database_url)
    with database.connection_context():
        company = companies.create("甲公司")
        calls.record(cdr("a", company.id, legs=[leg(), leg(phone="care2")]))
    migrate.downgrade(database_url, "0012_call_lists")
    with database.connection_context():
        columns = {column.name for column in database.get_columns("call_leg")}
        assert not columns & {"company_id", "began_at"}
    migrate.upgrade(database_url)
    with database.connection_context():
        found = [
            (each.phone, each.company_id, each.began_at)
            for each in CallLeg.select().order_by(CallLeg.position)
        ]
        began = datetime(2026, 11, 23, 6, 3, 0, 250_000, tzinfo=UTC)
        assert found == [("care1", company.id, began), ("care2", company.id, began)]
        assert [call.call_id for call in calls.search(company, Filters(phone="care2")).items] == ["a"]
        calls.record(cdr("b", company.id))
