"""When to publish, as a form says it: at once or at a time, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.calls.planned import MOST_AHEAD
from app.web.formats import now
from app.web.language import timezone
from app.web.texts import _


class BadTime(ValueError):
    """What was typed cannot be done; the text says why."""


@dataclass(frozen=True, slots=True)
class When:
    """`at` None for at once, `until` None for good."""

    at: datetime | None
    until: datetime | None


def read(form: Mapping[str, str]) -> When:
    """The times of a form, on the company's clock. BadTime with a text when they make no sense."""
    at = _moment(form, "at", _("请填写发布的日期和时间。")) if form.get("when") == "later" else None
    until = _moment(form, "until", _("请填写恢复的日期和时间。")) if form.get("returns") else None
    if at and at <= now():
        raise BadTime(_("发布的时间已经过去，请选以后的时间。"))
    if until and until <= (at or now()):
        raise BadTime(_("恢复的时间要在发布之后。"))
    if any(moment and moment > now() + MOST_AHEAD for moment in (at, until)):
        raise BadTime(_("最多可以提前一年计划。"))
    return When(at, until)


def suggested() -> dict[str, str]:
    """What the form begins with: tomorrow at eight, and a week later."""
    tomorrow = (now().astimezone(ZoneInfo(timezone())) + timedelta(days=1)).date()
    week_later = tomorrow + timedelta(days=7)
    return {
        "at_date": tomorrow.isoformat(),
        "at_time": "08:00",
        "until_date": week_later.isoformat(),
        "until_time": "08:00",
    }


def _moment(form: Mapping[str, str], name: str, missing: str) -> datetime:
    typed = f"{form.get(f'{name}_date', '').strip()}T{form.get(f'{name}_time', '').strip()}"
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(timezone()))
    except ValueError as bad:
        raise BadTime(missing) from bad
