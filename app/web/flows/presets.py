"""What a trial call can be begun with at one press: moments and callers that a shop owner thinks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from app.flow.snapshot import Assets
from app.routing import calendar
from app.routing.lists import KINDS
from app.routing.regions import Region, lookup
from app.web.language import say
from app.web.texts import _

LOOK_AHEAD_DAYS = 400
MORNING, NIGHT = time(10), time(23)
ELSEWHERE = ("13800138000", "13802880000")  # a mobile of Beijing, one of Guangdong
LINE = "88880000"
MAX_LISTS = 6


class Preset(NamedTuple):
    """What the button says, and what it puts into the field."""

    text: str
    value: str


def moments(now: datetime) -> Iterator[Preset]:
    """Times of day on the company's clock."""
    yield Preset(_("现在"), _written(now))
    for text, fits, at in (
        (_("工作日 10:00"), _is_working, MORNING),
        (_("晚上 23:00"), _is_working, NIGHT),
        (_("周末 10:00"), _is_weekend, MORNING),
        (_("节假日 10:00"), _is_holiday, MORNING),
    ):
        if day := _nearest(now.date(), fits):
            yield Preset(text, _written(datetime.combine(day, at)))


def callers(assets: Assets) -> Iterator[Preset]:
    """Numbers to call from: near the company's own phones, far from them, hidden, and one of each list."""
    own = next((phone.number for phone in assets.phones.values()), ELSEWHERE[0])
    near = lookup(own) or Region("", "")
    mobile = f"{own[:7]}0000" if len(own) == 11 and own.startswith("1") else ""
    if mobile:
        yield Preset(_("本地手机"), mobile)
    far = (number for number in ELSEWHERE if _province(number) != near.province)
    yield Preset(_("外地手机"), next(far, ELSEWHERE[0]))
    yield Preset(_("固话"), f"{near.area_code or '010'}{LINE}")
    yield Preset(_("未显示号码"), "")
    for listed in list(assets.lists.values())[:MAX_LISTS]:
        if listed.sample:
            yield Preset(f"{say(KINDS[listed.kind])}「{listed.name}」", listed.sample)


def _province(number: str) -> str:
    region = lookup(number)
    return region.province if region else ""


def _nearest(today: date, fits: Callable[[date], bool]) -> date | None:
    """The next such day, else the last one: next year's holidays are set late in the year."""
    days = range(1, LOOK_AHEAD_DAYS)
    ahead, behind = (today + timedelta(days=n) for n in days), (today - timedelta(days=n) for n in days)
    return next(filter(fits, ahead), None) or next(filter(fits, behind), None)


def _is_working(day: date) -> bool:
    return day.weekday() < 5 and calendar.holiday(day) is None


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5 and calendar.holiday(day) is None and not calendar.is_make_up_day(day)


def _is_holiday(day: date) -> bool:
    return calendar.holiday(day) is not None


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M}"
