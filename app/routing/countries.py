"""Codes of countries, as far as what may be dialled depends on them (ITU E.164)."""

from __future__ import annotations

_LISTED = (
    "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58"
    " 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
)
_TWO_DIGITS = frozenset(_LISTED.split())  # 1 and 7 have one digit, all others three

HOME = "86"
NOBODYS = frozenset({"870", "878", "881", "882", "883", "979"})
"""Satellites, networks without a country and premium rates: codes that call for no country's tariff."""

_DEAR = (
    "242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 787 809 829 849 868 869 876 939"
    " 900 976"
)
_DEAR_UNDER_1 = frozenset(_DEAR.split())
"""Behind +1, islands at ten times the rate of the United States and Canada, and premium rates: 1 alone does not mean them."""


def country_code(digits: str) -> str:
    """The country code that an international number, without its 00, begins with; "" when too few digits tell."""
    length = 1 if digits[:1] in ("1", "7") else 2 if digits[:2] in _TWO_DIGITS else 3
    return digits[:length] if len(digits) >= length else ""


def is_covered(digits: str, code: str) -> bool:
    """Whether a number, without its 00, is one of those that an allowed code such as 852, 1 or 1876 stands for."""
    is_dear = digits.startswith("1") and digits[1:4] in _DEAR_UNDER_1
    return digits.startswith(code) and (not is_dear or code[1:4] == digits[1:4])
