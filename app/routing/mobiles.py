"""Where mobile numbers were issued, and by whom: the first seven of their eleven digits tell.

The table is a file of the form of `phone.dat`, which comes with the package phone; little-endian:

    header    4 bytes version, 4 bytes offset of the index
    places    "province|city|postal code|area code" in UTF-8, each ended by a zero byte
    index     9 bytes an entry, ascending: 4 bytes prefix, 4 bytes offset of the place, 1 byte carrier
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from operator import ge

from app.routing.areas import Area, todays

MOBILE, UNICOM, TELECOM, BROADNET = "中国移动", "中国联通", "中国电信", "中国广电"
MOBILE_RESALE, UNICOM_RESALE, TELECOM_RESALE, BROADNET_RESALE = (
    f"{carrier}虚拟运营商" for carrier in ("移动", "联通", "电信", "广电")
)
CARRIERS = (
    *(MOBILE, UNICOM, TELECOM, BROADNET),
    *(MOBILE_RESALE, UNICOM_RESALE, TELECOM_RESALE, BROADNET_RESALE),
)

_HEADER = 8
_ENTRY = 9
_CARRIERS = {
    1: MOBILE,
    2: UNICOM,
    3: TELECOM,
    4: TELECOM_RESALE,
    5: UNICOM_RESALE,
    6: MOBILE_RESALE,
    7: BROADNET,
    8: BROADNET_RESALE,
}

# From 工信部's list of March 2023 (公众移动通信网网号及H0分配情况). 162 165 167 170 171 are for resale.
_ISSUED = {
    MOBILE: "134 135 136 137 138 139 147 148 150 151 152 157 158 159 172 178 182 183 184 187 188 195 197 198",
    UNICOM: "130 131 132 145 146 155 156 166 175 176 185 186 196",
    TELECOM: "133 1349 149 153 173 177 180 181 189 190 191 193 199",
    BROADNET: "192",
    MOBILE_RESALE: "165 1703 1705 1706",
    UNICOM_RESALE: "167 171 1704 1707 1708 1709",
    TELECOM_RESALE: "162 1700 1701 1702",
}
_CARRIER_OF = {prefix: carrier for carrier, prefixes in _ISSUED.items() for prefix in prefixes.split()}


def carrier_by_range(number: str) -> str:
    """The carrier that the number's range was given to; "" for ranges not known to be given out."""
    return _CARRIER_OF.get(number[:4]) or _CARRIER_OF.get(number[:3], "")


def is_virtual(number: str) -> bool:
    """Whether a mobile number is of a range that was given to virtual operators."""
    resale = (MOBILE_RESALE, UNICOM_RESALE, TELECOM_RESALE, BROADNET_RESALE)
    return len(number) == 11 and carrier_by_range(number) in resale


class PrefixTable:
    """All prefixes with their places, in 4.5 MB of memory; a lookup is one binary search."""

    def __init__(self, data: bytes) -> None:
        """Raises ValueError when `data` is not what such a file holds."""
        start = int.from_bytes(data[4:_HEADER], "little")
        if not _HEADER <= start < len(data) or (len(data) - start) % _ENTRY:
            raise ValueError("not a table of mobile prefixes: its index does not fit its length")
        index = memoryview(data)[start:]
        self._prefixes = _column(index, 0)
        self._offsets = _column(index, 4)
        self._carriers = bytes(index[8::_ENTRY])
        self._places = dict(_places(data[_HEADER:start]))
        if any(map(ge, self._prefixes, islice(self._prefixes, 1, None))):
            raise ValueError("not a table of mobile prefixes: its index is not in order")

    def find(self, prefix: int) -> tuple[Area, str] | None:
        """Place and carrier ("" if unknown) of a prefix of seven digits; None when the table lacks it."""
        at = bisect_left(self._prefixes, prefix)
        if at == len(self._prefixes) or self._prefixes[at] != prefix:
            return None
        place = self._places.get(self._offsets[at])
        return (place, _CARRIERS.get(self._carriers[at], "")) if place else None


def _column(index: memoryview, at: int) -> array[int]:
    """The 4-byte numbers that stand `at` bytes into each entry."""
    column = bytearray(len(index) // _ENTRY * 4)
    for byte in range(4):
        column[byte::4] = index[at + byte :: _ENTRY]
    numbers = array("i", bytes(column))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _places(records: bytes) -> Iterator[tuple[int, Area]]:
    """The places with their offsets in the file; records of another form are left out."""
    at = _HEADER
    for record in records.split(b"\0"):
        fields = record.decode().split("|")
        if len(fields) == 4:
            province, city, _, code = fields
            yield at, todays(province, city, "0" + code.lstrip("0"))
        at += len(record) + 1
