"""Chinese telephone numbers: as users type them, as trunks send them, as pages show them.

Inside hotline400 a number is digits only, as it is dialled within the mainland: 13800138000, 057188888888,
4008001234, 95588; numbers of other countries and of Hong Kong, Macau and Taiwan begin with 00.
"""

from __future__ import annotations

import re

from app.routing.areas import area_code, area_of
from app.words import Words

MAX_TEXT = 64  # characters of a text that may hold a number
MAX_DIGITS = 20  # 00 and the 15 digits of E.164, with room for what trunks put in front

_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
# A subscriber's own number begins with 2-8: 1 and 9 begin services, such as 0571-96345.
_LANDLINE = re.compile(r"0(?:10|2\d)[2-8]\d{7}|0[3-9]\d\d[2-8]\d{6,7}", re.ASCII)
_FREEPHONE = re.compile(r"[48]00\d{7}", re.ASCII)
_TEXT = re.compile(r"\+?\d+", re.ASCII)

_SEPARATORS = " \t\r\n\u00a0\u3000-‐‑‒–—―−－.()（）"
_INVISIBLE = (  # what copying from an address book brings along
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)
_PLAIN = str.maketrans("０１２３４５６７８９＋", "0123456789+", _SEPARATORS + _INVISIBLE)

_CARRIERS_OF_400 = {
    "0": Words("中国联通", "China Unicom"),
    "1": Words("中国移动", "China Mobile"),
    "6": Words("中国联通", "China Unicom"),
    "7": Words("中国移动", "China Mobile"),
    "8": Words("中国电信", "China Telecom"),
    "9": Words("中国电信", "China Telecom"),
}


def is_phone(text: str) -> bool:
    """Whether a flow may ring it: digits only, a mainland mobile or a landline with its area code."""
    return _MOBILE.fullmatch(text) is not None or _is_landline(text)


def normalise(raw: str) -> str:
    """The digits of a number that was typed or came with a call; "" when it is none: "anonymous", "000000".

    Takes full-width digits, spaces, dashes, dots and brackets, +86, 0086 and 86, and the 0 before a mobile
    number. Normalising twice changes nothing.
    """
    if len(raw) > MAX_TEXT:
        return ""
    text = raw.translate(_PLAIN)
    if not _TEXT.fullmatch(text) or not text.strip("+0"):
        return ""
    digits = _national(text.replace("+", "00"))
    return digits if len(digits) <= MAX_DIGITS else ""


def pretty(number: str) -> str:
    """A normalised number grouped for reading, anything else unchanged.

    400 800 1234, 138 0013 8000, 0571-8888 8888, +85291234567.
    """
    if _MOBILE.fullmatch(number):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    if _FREEPHONE.fullmatch(number):
        return f"{number[:3]} {number[3:6]} {number[6:]}"
    if _LANDLINE.fullmatch(number):
        code = area_code(number)
        return f"{code}-{number[len(code) : -4]} {number[-4:]}"
    return f"+{number[2:]}" if number.startswith("00") else number


def check_400(did: str) -> Words | None:
    """What is wrong with a 400 number; None when it is one."""
    if not (did.isascii() and did.isdigit() and len(did) == 10):
        return Words("400 号码应是 10 位数字", "a 400 number has ten digits")
    if not did.startswith("400"):
        return Words("400 号码应以 400 开头", "a 400 number begins with 400")
    if did[3] not in _CARRIERS_OF_400:
        used = " ".join(f"400{digit}" for digit in _CARRIERS_OF_400)
        return Words(f"{did[:4]} 号段没有启用，可用的是 {used}", f"{did[:4]} is not in use; in use: {used}")
    return None


def carrier_of_400(did: str) -> Words | None:
    """The carrier that gives out such 400 numbers; None when `did` is not a 400 number."""
    return None if check_400(did) else _CARRIERS_OF_400[did[3]]


def _is_landline(digits: str) -> bool:
    return _LANDLINE.fullmatch(digits) is not None and area_of(digits) is not None


def _national(digits: str) -> str:
    """Without what is dialled before a number from abroad or another city, however often it stands there."""
    while (shorter := _without_prefix(digits)) != digits:
        digits = shorter
    return digits


def _without_prefix(digits: str) -> str:
    if digits.startswith("0086"):
        return _dialled(digits[4:])
    if digits.startswith("86") and _is_whole(inner := _dialled(digits[2:])):
        return inner  # what else begins with 86 is a number of the caller's own city
    if digits.startswith("0") and _MOBILE.fullmatch(digits[1:]):
        return digits[1:]
    return digits


def _dialled(national: str) -> str:
    """What stood behind +86, as dialled within the country: landlines get their 0."""
    return f"0{national}" if _is_landline(f"0{national}") else national


def _is_whole(digits: str) -> bool:
    return is_phone(digits) or _FREEPHONE.fullmatch(digits) is not None
