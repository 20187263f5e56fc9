"""The filters of the call list, from the address of the page and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, urlencode

from app.routing.numbers import normalise
from app.store.calls import UNSURE, Filters
from app.web.texts import later

RESULTS = {
    "answered": later("已接"),
    "missed": later("未接"),
    "abandoned": later("来电者挂断"),
    "no_flow": later("未开通"),
    "failed": later("失败"),
}
OVER_LIMIT = "over_limit"
CHOICES = RESULTS | {OVER_LIMIT: later("同时通话数已满")}
"""What the page offers: results, and the one way to end that is worth looking for."""
STANDINGS = {
    "provisional": later("未完整记录（暂定）"),
    "reconciled": later("由 FreeSWITCH 记录补全"),
}
RESUMED = "resumed"
RECORDS = {
    UNSURE: later("暂定或补全"),
    "provisional": later("暂定"),
    "reconciled": later("补全"),
    RESUMED: later("换过控制器"),
}
"""Calls whose record did not come about as usual."""
RANGES = {
    "today": later("今天"),
    "yesterday": later("昨天"),
    "week": later("近 7 天"),
    "month": later("近 30 天"),
}
DAYS_BACK = {"today": (0, 0), "yesterday": (1, 1), "week": (6, 0), "month": (29, 0)}
KEPT = ("ani", "phone", "did", "province", "result", "record", "range", "since", "until")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page was asked for; `range_name` is "" when days were typed. `older` or `newer` is where its part begins."""

    filters: Filters
    range_name: str
    args: dict[str, str]
    older: str = ""
    newer: str = ""

    @property
    def query(self) -> str:
        """The filters as they stand behind the question mark of an address, always in the same order."""
        return urlencode({name: self.args[name] for name in KEPT if name in self.args})


def asked(args: Mapping[str, str], today: date) -> Asked:
    """Read the address parameters; whatever makes no sense does not filter."""
    given = {name: value.strip()[:64] for name, value in args.items() if value.strip()}
    since, until = (_day(given.get(name, "")) for name in ("since", "until"))
    range_name = given.get("range", "") if given.get("range") in RANGES and not (since or until) else ""
    if range_name:
        first, last = DAYS_BACK[range_name]
        since, until = today - timedelta(days=first), today - timedelta(days=last)
    record = given.get("record", "")
    filters = Filters(
        since=since,
        until=until,
        result=given.get("result", "") if given.get("result") in RESULTS else "",
        ended=OVER_LIMIT if given.get("result") == OVER_LIMIT else "",
        standing=record if record in (UNSURE, *STANDINGS) else "",
        resumed=record == RESUMED,
        ani=_digits(given.get("ani", "")),
        phone=given.get("phone", ""),
        did=given.get("did", ""),
        province=given.get("province", ""),
    )
    args = {name: given[name] for name in KEPT if name in given}
    return Asked(filters, range_name, args, given.get("older", ""), given.get("newer", ""))


def of_query(query: str, today: date) -> Asked:
    """What an address asks for, by what stands behind its question mark."""
    return asked(dict(parse_qsl(query)), today)


def _digits(typed: str) -> str:
    """The digits to look for, of a part of a number as well."""
    return normalise(typed) or "".join(filter(str.isdecimal, typed))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
