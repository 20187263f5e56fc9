"""The public holidays of the mainland and the weekend days that are worked instead (调休), as the State Council sets them.

They are set each November for the year after. Until then the days off of the next years are those that the law sets
(全国年节及纪念日放假办法), with the days given for those that fall on a weekend; which weekend days are worked is not
known, so none is.
"""

from __future__ import annotations

from datetime import date

from chinese_calendar.constants import Holiday, holidays, workdays
from holidays import country_holidays

from app.words import Words

_NAMES = {holiday.value: Words(holiday.chinese, holiday.value) for holiday in Holiday}
_BY_LAW = {
    "元旦": Holiday.new_years_day,
    "除夕": Holiday.spring_festival,
    "春节": Holiday.spring_festival,
    "清明": Holiday.tomb_sweeping_day,
    "劳动": Holiday.labour_day,
    "端午": Holiday.dragon_boat_festival,
    "中秋": Holiday.mid_autumn_festival,
    "国庆": Holiday.national_day,
}
LAST_YEAR: int = max(holidays).year
"""The last year whose holidays have been announced."""
LAST_YEAR_BY_LAW = LAST_YEAR + 2


def _by_law() -> dict[date, str]:
    """The days off of the years after LAST_YEAR, to the value of their Holiday."""
    days = country_holidays("CN", years=range(LAST_YEAR + 1, LAST_YEAR_BY_LAW + 1), language="zh_CN")
    return {
        day: holiday.value for day, name in days.items() for part, holiday in _BY_LAW.items() if part in name
    }


_DAYS = _by_law() | holidays


def holiday(day: date) -> Words | None:
    """The public holiday that a date belongs to, weekends within it included; None on other days."""
    name = _DAYS.get(day)
    return _NAMES.get(name, Words(name, name)) if name else None


def is_make_up_day(day: date) -> bool:
    """Whether a weekend day is worked in exchange for a day of a holiday."""
    return day in workdays and day.weekday() >= 5


def is_announced(year: int) -> bool:
    """Whether the State Council's arrangement of a year is known here; else its holidays are those of the law."""
    return year <= LAST_YEAR


def year_to_come(today: date) -> int | None:
    """The year whose arrangement should be known by now and is not: this one, or from December on the next."""
    wanted = today.year + (today.month == 12)
    return None if is_announced(wanted) else wanted
