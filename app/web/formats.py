"""How values look on pages: numbers, moments, lengths of time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_date

from app.routing.numbers import pretty
from app.routing.regions import Region
from app.speech.places import PLACES, said
from app.web.language import current, timezone
from app.web.texts import _


def now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The moment on the company's clock."""
    return moment.astimezone(ZoneInfo(timezone()))


def duration(ms: int | None) -> str:
    """A length of time in minutes and seconds: 125000 -> 2分05秒."""
    minutes, seconds = divmod(round((ms or 0) / 1000), 60)
    if minutes >= 60:
        return _("%(h)d小时%(m)02d分", h=minutes // 60, m=minutes % 60)
    if minutes:
        return _("%(m)d分%(s)02d秒", m=minutes, s=seconds)
    return _("%(s)d秒", s=seconds)


def clock(moment: datetime) -> str:
    return f"{local(moment):%H:%M}"


def day(moment: datetime) -> str:
    """今天, 昨天, else the date; the year only when it is another one."""
    there, today = local(moment).date(), local(now()).date()
    if there == today:
        return _("今天")
    if (today - there).days == 1:
        return _("昨天")
    patterns = {"zh": ("M月d日", "y年M月d日"), "en": ("d MMM", "d MMM y")}
    return str(format_date(there, patterns[current()][there.year != today.year]))


def moment(at: datetime | None) -> str:
    """Day and time of day."""
    return f"{day(at)} {clock(at)}" if at else "—"


def phone(number: str) -> str:
    """A number in groups, as people read it aloud."""
    return pretty(number) if number else _("未显示号码")


def place(province: str, city: str) -> str:
    """浙江杭州, but 北京 only once; Hangzhou, Zhejiang in English."""
    words = _english(Region(province, city))
    return words or (province if province == city else f"{province}{city}")


def issuer(carrier: str) -> str:
    """Who gave out a mobile number: 中国移动, China Mobile."""
    return _english(Region("", "", carrier)) or carrier


def _english(region: Region) -> str:
    """The English name of a place or carrier, "" on Chinese pages or when there is none."""
    names = said(region) if current() == "en" else ()
    return PLACES[names[0]].en if names else ""


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        duration=duration, clock=clock, day=day, moment=moment, phone=phone, local=local
    )
    app.jinja_env.globals.update(now=now, place=place, issuer=issuer)
