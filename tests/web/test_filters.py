from __future__ import annotations

from datetime import date

import pytest

from app.web.calls.filters import asked, of_query

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("today", TODAY, TODAY),
        ("yesterday", date(2026, 11, 22), date(2026, 11, 22)),
        ("week", date(2026, 11, 17), TODAY),
        ("month", date(2026, 10, 25), TODAY),
        ("century", None, None),
    ],
)
def test_a_range_is_days(name: str, since: date | None, until: date | None) -> None:
    filters = asked({"range": name}, TODAY).filters
    assert (filters.since, filters.until) == (since, until)


def test_typed_days_win_over_a_range() -> None:
    question = asked({"range": "today", "since": "2026-11-01"}, TODAY)
    assert (question.filters.since, question.filters.until, question.range_name) == (
        date(2026, 11, 1),
        None,
        "",
    )


def test_the_filters_make_one_address_whatever_their_order() -> None:
    question = asked(
        {"result": "missed", "older": "3-1", "colour": "red", "ani": " ", "range": "today"}, TODAY
    )
    assert (question.older, question.query) == ("3-1", "result=missed&range=today")
    assert of_query(question.query, TODAY).filters == question.filters
