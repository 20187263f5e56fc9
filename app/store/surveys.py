"""Marks 评分 that callers gave: who gave what for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from app.store.models import Call, Company, SurveyMark
from app.store.page import Page, page_of

LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Result:
    """The marks for one phone in one survey; `low` of them were told to somebody as low."""

    survey: str
    label: str
    phone: str
    marks: int
    average: float
    low: int


def results(company: Company, since: datetime, until: datetime, limit: int = LIMIT) -> list[Result]:
    """What was given from `since` on and before `until`, by survey and phone, the best average first."""
    average = fn.AVG(SurveyMark.mark)
    low = fn.SUM(SurveyMark.told.cast("INTEGER"))
    query = (
        SurveyMark.select(
            SurveyMark.survey,
            fn.MAX(SurveyMark.label),
            SurveyMark.phone,
            fn.COUNT(SurveyMark.id),
            average,
            low,
        )
        .where(SurveyMark.company == company, SurveyMark.given_at >= since, SurveyMark.given_at < until)
        .group_by(SurveyMark.survey, SurveyMark.phone)
        .order_by(SurveyMark.survey, average.desc(), SurveyMark.phone)
        .limit(limit)
    )
    rows: Any = query.tuples()
    return [
        Result(survey, label, phone, int(count), float(mean), int(few))
        for survey, label, phone, count, mean, few in rows
    ]


def distribution(
    company: Company, since: datetime, until: datetime, limit: int = 9 * LIMIT
) -> dict[tuple[str, str], dict[int, int]]:
    """How often each mark was given in that time, by survey and phone."""
    query = (
        SurveyMark.select(SurveyMark.survey, SurveyMark.phone, SurveyMark.mark, fn.COUNT(SurveyMark.id))
        .where(SurveyMark.company == company, SurveyMark.given_at >= since, SurveyMark.given_at < until)
        .group_by(SurveyMark.survey, SurveyMark.phone, SurveyMark.mark)
        .order_by(SurveyMark.survey, SurveyMark.phone, SurveyMark.mark)
        .limit(limit)
    )
    rows: Any = query.tuples()
    found: dict[tuple[str, str], dict[int, int]] = {}
    for survey, phone, mark, count in rows:
        found.setdefault((survey, phone), {})[mark] = count
    return found


def marks(company: Company, page: int = 1, *, phone: str = "") -> Page[SurveyMark]:
    """Single marks with their calls, newest first; of one phone when it is named."""
    query = SurveyMark.select(SurveyMark, Call).join(Call).where(SurveyMark.company == company)
    if phone:
        query = query.where(SurveyMark.phone == phone)
    return page_of(query.order_by(SurveyMark.given_at.desc(), SurveyMark.id.desc()), page)
