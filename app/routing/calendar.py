"""The public holidays of the mainland and the weekend days that are worked instead (调休), as the State Council sets them.

They are set each November for the year after, so a year can be unknown; then no day of it counts as either.
"""

from __future__ import annotations

from datetime import date

from chinese_calendar.constants import Holiday, holidays, workdays

from app.words import Words

_NAMES = {holiday.value: Words(holiday.chinese, holiday.value) for holiday in Holiday}
LAST_YEAR = max(holidays).year
"""The last year whose holidays are known."""


def holiday(day: date) -> Words | None:
    """The public holiday that a date belongs to, weekends within it included; None on other days."""
    name = holidays.get(day)
    return _NAMES.get(name, Words(name, name)) if name else None


def is_make_up_day(day: date) -> bool:
    """Whether a weekend day is worked in exchange for a day of a holiday."""
    return day in workdays and day.weekday() >= 5


def unknown_year(today: date) -> int | None:
    """The year whose holidays should be known by now and are not: this one, or from December on the next."""
    wanted = today.year + (today.month == 12)
    return wanted if wanted > LAST_YEAR else None
