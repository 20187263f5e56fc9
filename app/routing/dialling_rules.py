"""What a company's calls may dial, so that a stolen password does not become a bill.

Without leave: mobiles and landlines of the mainland. The operator may open more, company by company. Nobody may dial
emergency numbers, premium rates, codes that lead through to anywhere, and 400 numbers that lead back to us.

As a document, for the database and for snapshots; what is not in it is not allowed:

    {"freephone": true, "services": true, "prefixes": ["10086"], "abroad": ["852"], "per_minute": 600}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.routing.countries import HOME, NOBODYS, country_code, is_covered
from app.routing.number_kinds import Kind, kind_of
from app.words import Words

MAX_ENTRIES = 100  # prefixes, or countries
MOST_PER_MINUTE = 100_000
_PREFIX = re.compile(r"(?!00|[48]00)\d{2,12}", re.ASCII)
_CODE = re.compile(r"[1-9]\d{0,6}", re.ASCII)
_ALWAYS = frozenset({Kind.MOBILE, Kind.LANDLINE})
_BY_PREFIX = frozenset({Kind.SERVICE, Kind.SHORT, Kind.SATELLITE})

_ASK = Words("请联系服务商开通", "ask your provider to open it")
_WHY = {
    Kind.FREEPHONE: Words("是 400、800 号码，没有开通", "a 400 or 800 number, which is not open"),
    Kind.SERVICE: Words("是 95、96 服务号码，没有开通", "a 95 or 96 service number, which is not open"),
    Kind.SHORT: Words("是服务短号，没有开通", "a short service number, which is not open"),
    Kind.SATELLITE: Words("是卫星电话，没有开通", "a satellite phone, which is not open"),
    Kind.ABROAD: Words("是境外号码，没有开通", "a number abroad, which is not open"),
}
_NEVER_WHY = {
    Kind.EMERGENCY: Words("是紧急号码，不能转接过去", "an emergency number, to which no call is led"),
    Kind.PREMIUM: Words("是声讯收费号码，不能转接过去", "a premium-rate number, to which no call is led"),
    Kind.ACCESS: Words("是接入码，不能转接过去", "a dial-through code, to which no call is led"),
    Kind.UNKNOWN: Words(
        "不是电话号码：请填手机号，或带区号的座机号",
        "not a phone number: type a mobile number, or a landline with its area code",
    ),
}
_LOOP = Words(
    "是本平台自己的 400 号码，转过去会绕回来", "one of our own 400 numbers: the call would come back to us"
)


@dataclass(frozen=True, slots=True)
class DiallingRules:
    """What one company may dial.

    freephone   400 and 800 numbers of others
    services    95xxx, 96xxx, 1010xxxx
    prefixes    what service, short and satellite numbers begin with that are allowed one by one; whole 400 and 800 numbers
    abroad      country codes without 00, or longer beginnings: 852, 1, 1876
    per_minute  phones that may be rung in a minute, 0 for no limit
    own         our own 400 numbers, as far as they matter to the company; known at publishing, never in a snapshot
    """

    freephone: bool = False
    services: bool = False
    prefixes: tuple[str, ...] = ()
    abroad: tuple[str, ...] = ()
    per_minute: int = 0
    own: frozenset[str] = field(default=frozenset(), repr=False)

    def in_force(self, numbers: Iterable[str]) -> DiallingRules:
        """The rules as calls get them: of 400 and 800 numbers those among `numbers` that may be dialled now, and no others.

        So calls need not know our own numbers to be kept from dialling them.
        """
        kinds = {number for number in numbers if kind_of(number) is Kind.FREEPHONE}
        named = tuple(number for number in sorted(kinds) if may_dial(number, self) is None)
        return replace(self, freephone=False, prefixes=(*self.prefixes, *named), own=frozenset())


MAINLAND = DiallingRules()
"""The rules of a company for which nothing was opened."""


def may_dial(number: str, rules: DiallingRules) -> Words | None:
    """Why a normalised number may not be dialled, and what to do about it; None when it may.

    The words follow the number; in English, the number and "is".
    """
    if why := never(number):
        return why
    if number in rules.own:
        return _LOOP
    kind = kind_of(number)
    return None if kind in _ALWAYS or _is_open(number, kind, rules) else _closed(kind)


def never(number: str) -> Words | None:
    """Why nobody may dial a number, whatever is open; None when somebody may."""
    return _NEVER_WHY.get(kind_of(number))


def _is_open(number: str, kind: Kind, rules: DiallingRules) -> bool:
    if kind is Kind.ABROAD:
        digits = number[2:]
        return country_code(digits) not in {HOME, *NOBODYS} and any(
            is_covered(digits, code) for code in rules.abroad
        )
    if kind is Kind.FREEPHONE:
        return rules.freephone or number in rules.prefixes
    if kind is Kind.SERVICE and rules.services:
        return True
    return kind in _BY_PREFIX and number.startswith(rules.prefixes)


def _closed(kind: Kind) -> Words:
    why = _WHY[kind]
    return Words(f"{why.zh}，{_ASK.zh}", f"{why.en}: {_ASK.en}")


def read(document: Mapping[str, Any]) -> DiallingRules:
    """The rules of a document. ValueError, in words for the operator, for the first thing in it that is wrong."""
    prefixes, abroad = (tuple(dict.fromkeys(document.get(name, ()))) for name in ("prefixes", "abroad"))
    per_minute = document.get("per_minute", 0)
    for prefix in prefixes:
        if not _PREFIX.fullmatch(prefix) and kind_of(prefix) is not Kind.FREEPHONE:
            raise ValueError(
                f"{prefix[:40]!r} is no prefix: 2 to 12 digits that begin with neither 00, 400 nor 800"
            )
    for code in abroad:
        known = country_code(code)
        if not _CODE.fullmatch(code) or known in {"", HOME, *NOBODYS}:
            raise ValueError(f"{code[:40]!r} is no country's code, such as 852 or 1")
    if max(len(prefixes), len(abroad)) > MAX_ENTRIES:
        raise ValueError(f"more than {MAX_ENTRIES} prefixes or countries")
    if type(per_minute) is not int or not 0 <= per_minute <= MOST_PER_MINUTE:
        raise ValueError(f"{per_minute!r} phones a minute: 0 to {MOST_PER_MINUTE}")
    return DiallingRules(
        document.get("freephone") is True, document.get("services") is True, prefixes, abroad, per_minute
    )


def write(rules: DiallingRules) -> dict[str, Any]:
    """The document of the rules, `own` left out: that is asked for anew whenever somebody publishes."""
    parts = {
        "freephone": rules.freephone,
        "services": rules.services,
        "prefixes": list(rules.prefixes),
        "abroad": list(rules.abroad),
        "per_minute": rules.per_minute,
    }
    return {name: value for name, value in parts.items() if value}
