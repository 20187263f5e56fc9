"""Where a caller's number is from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from app.routing.areas import area_of
from app.routing.mobiles import PrefixTable, carrier_by_range

_LANDLINE_LENGTHS = range(8, 13)  # area code and at least five digits, so that 0571-95588 still has a region


class Region(NamedTuple):
    """Chinese names in short, "" for what is not known.

    province   浙江, 内蒙古, 北京
    city       杭州, 锡林郭勒, 北京; "" with province "" for a mobile range too new for the table
    carrier    中国移动, 电信虚拟运营商 …: who issued the mobile number; its subscriber may have taken it to
               another since (携号转网). "" for landlines
    area_code  0571, leading 0 included; for a mobile number that of its city
    """

    province: str
    city: str
    carrier: str = ""
    area_code: str = ""


class _Mobiles:
    """The table of mobile prefixes, read when it is first needed, once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._table: PrefixTable | None = None

    def table(self) -> PrefixTable:
        return self._table or self._load_once()

    def load(self, path: Path | None) -> PrefixTable:
        source = path or files("phone") / "phone.dat"
        table = self._table = PrefixTable(source.read_bytes())
        return table

    def _load_once(self) -> PrefixTable:
        with self._lock:
            return self._table or self.load(None)


_mobiles = _Mobiles()


def load(path: Path | None = None) -> None:
    """Read the table of mobile prefixes now, so that no call waits for it.

    `path` is a newer file of the same form. Raises OSError when it cannot be read and ValueError when it is
    not such a table; the table in use stays.
    """
    _mobiles.load(path)


def lookup(number: str) -> Region | None:
    """The region of a caller in microseconds; `number` as `numbers.normalise` gives it.

    None for all but mainland mobile and landline numbers: withheld, abroad, 400, 95xxx, 10086, short numbers.
    Without `load` before it, the first lookup of a mobile number reads the table.
    """
    if not (number.isascii() and number.isdigit()):
        return None
    if number[0] == "1" and len(number) == 11:
        return _of_mobile(number)
    if number[0] == "0" and len(number) in _LANDLINE_LENGTHS:
        return _of_landline(number)
    return None


def _of_mobile(number: str) -> Region | None:
    found = _mobiles.table().find(int(number[:7]))
    if found:
        (province, city, code), carrier = found
        return Region(province, city, carrier, code)
    carrier = carrier_by_range(number)
    return Region("", "", carrier) if carrier else None


def _of_landline(number: str) -> Region | None:
    area = area_of(number)
    return Region(area.province, area.city, area_code=area.code) if area else None
