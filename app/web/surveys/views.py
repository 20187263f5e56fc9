from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template, request

from app.store import calls, phones
from app.store import surveys as store
from app.web.formats import local, now
from app.web.session import company
from app.web.texts import later

surveys = Blueprint("surveys", __name__, url_prefix="/surveys")

PERIODS = {7: later("近 7 天"), 30: later("近 30 天"), 90: later("近 90 天")}
USUAL = 30
MAX_PAGE = 10_000
WIDTH = 1000  # of the bar of a distribution, in its own units


@dataclass(frozen=True, slots=True)
class Part:
    """A mark's share of a bar. `tone` goes from 1, the worst, to 5."""

    mark: int
    count: int
    x: int
    width: int
    tone: int


@dataclass(frozen=True, slots=True)
class Row:
    """The marks for one phone in one survey."""

    result: store.Result
    name: str
    parts: tuple[Part, ...]


@surveys.get("")
def index() -> str:
    here = company()
    asked = request.args.get("days", "")
    days = int(asked) if asked.isdecimal() and int(asked[:4]) in PERIODS else USUAL
    until = now() + timedelta(seconds=1)
    since = calls.start_of_day(here, local(now()).date() - timedelta(days=days - 1))
    names = {phone.slug: phone.name for phone in phones.every(here)}
    counts = store.distribution(here, since, until)
    rows = [
        Row(
            result,
            names.get(result.phone, result.phone),
            _parts(counts.get((result.survey, result.phone), {})),
        )
        for result in store.results(here, since, until)
    ]
    given = request.args.get("page", "1")
    page = min(int(given), MAX_PAGE) if given.isdecimal() and len(given) < 6 else 1
    return render_template(
        "surveys/list.html",
        rows=rows,
        days=days,
        periods=PERIODS,
        names=names,
        total=sum(row.result.marks for row in rows),
        average=_average(rows),
        low=sum(row.result.low for row in rows),
        marks=store.marks(here, page),
    )


def _average(rows: list[Row]) -> float | None:
    total = sum(row.result.marks for row in rows)
    return sum(row.result.average * row.result.marks for row in rows) / total if total else None


def _parts(counts: dict[int, int]) -> tuple[Part, ...]:
    """The bar from the worst mark to the best; its colours run over the marks that were given, up to 5 at least."""
    total, x, parts = sum(counts.values()), 0, []
    highest = max([5, *counts])
    for mark, count in sorted(counts.items()):
        width = round(WIDTH * count / total)
        parts.append(Part(mark, count, x, width, 1 + round(4 * (mark - 1) / (highest - 1))))
        x += width
    return tuple(parts)
