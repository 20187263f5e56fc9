"""What kind of line a Chinese number leads to, which decides what a call to it costs and who may place one.

Numbers are normalised (numbers.py): digits as they are dialled within the mainland, 00 before other countries.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from app.routing.areas import is_area_code
from app.routing.numbers import is_phone

KEPT = 65536  # kinds of numbers remembered: a call asks for the same few numbers again and again


class Kind(StrEnum):
    MOBILE = "mobile"  # virtual operators (162 165 167 170 171) included
    LANDLINE = "landline"
    FREEPHONE = "freephone"  # 400 and 800
    SERVICE = "service"  # 95xxx, 96xxx, 1010xxxx
    SHORT = "short"  # 10086, 12345, 114 …
    SATELLITE = "satellite"  # 1349, 1740, 1741, 1749
    ABROAD = "abroad"  # and Hong Kong, Macau, Taiwan
    EMERGENCY = "emergency"
    PREMIUM = "premium"  # pay per minute to whoever is at the other end: 160, 168, 12590 …
    ACCESS = "access"  # 179xx, 200, 300: dial through to anywhere
    UNKNOWN = "unknown"


_EMERGENCIES = "110|112|119|120|122|999|12110|12119|12395|95110|95119"
_RULES = tuple(
    (kind, re.compile(pattern, re.ASCII))
    for kind, pattern in (
        (Kind.EMERGENCY, _EMERGENCIES),
        # 16x but for the mobile ranges 162 165 166 167; the carriers' voice services; the value-added 118 ones
        (Kind.PREMIUM, r"16[013489]\d{0,12}|1259\d{0,10}|1015[5-9]\d{0,9}|118[368]\d{0,9}"),
        (Kind.ACCESS, r"179\d{2,15}|[237]00\d{0,12}"),
        (Kind.SATELLITE, r"(?:1349|174[019])\d{7}"),
        (Kind.FREEPHONE, r"[48]00\d{7}"),
        (Kind.SERVICE, r"95\d{3,8}|96\d{3,6}|1010\d{4}"),
        (Kind.SHORT, r"1\d{2,5}"),
    )
)
_LOCAL = (Kind.EMERGENCY, Kind.PREMIUM, Kind.SERVICE, Kind.SHORT)  # are also dialled behind an area code
_ABROAD = re.compile(r"00[1-9]\d{5,16}", re.ASCII)
_AREA = re.compile(r"(0(?:10|2\d|[3-9]\d\d))(\d+)", re.ASCII)


@lru_cache(KEPT)
def kind_of(number: str) -> Kind:
    """The kind of a normalised number; UNKNOWN when it is none that a trunk can dial."""
    if _ABROAD.fullmatch(number):
        return Kind.ABROAD
    kind = _by_rules(number)
    if kind is Kind.UNKNOWN and is_phone(number):
        return Kind.MOBILE if number.startswith("1") else Kind.LANDLINE
    if kind is Kind.UNKNOWN and (local := _AREA.fullmatch(number)) and is_area_code(local[1]):
        behind = _by_rules(local[2])
        return behind if behind in _LOCAL else Kind.UNKNOWN
    return kind


def is_number(text: str) -> bool:
    """Whether the text is a whole telephone number of some kind; not that anybody may dial it."""
    return kind_of(text) is not Kind.UNKNOWN


def _by_rules(number: str) -> Kind:
    return next((kind for kind, rule in _RULES if rule.fullmatch(number)), Kind.UNKNOWN)
