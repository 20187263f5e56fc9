"""What is said of where a caller is from, 浙江杭州, and of who issued his mobile number. Pure.

The ids are system prompts, "sys.area.zhejiang.hangzhou"; their sounds are made by `hotline400 init`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from app.routing.mobiles import BROADNET, MOBILE, TELECOM, UNICOM
from app.routing.regions import Region
from app.words import Words

_FILE = Path(__file__).with_name("place_names.json")
LONGEST_MS = 2500  # no sound of a place or carrier is longer

_ISSUERS = {
    MOBILE: ("sys.carrier.mobile", Words("移动", "China Mobile")),
    UNICOM: ("sys.carrier.unicom", Words("联通", "China Unicom")),
    TELECOM: ("sys.carrier.telecom", Words("电信", "China Telecom")),
    BROADNET: ("sys.carrier.broadnet", Words("广电", "China Broadnet")),
}
_RESALE = ("sys.carrier.resale", Words("虚拟运营商", "virtual operator"))

MISREAD = {
    "六安": "录安",
    "蚌埠": "泵布",
    "百色": "摆色",
    "儋州": "丹州",
    "那曲": "纳曲",
}
"""Cities that the offline voice reads wrongly, in characters that it reads as the city's name sounds."""


def said(region: Region) -> tuple[str, ...]:
    """The ids of the prompts that say the place and the carrier, as far as they are known and there are words for them."""
    place = _IDS.get((region.province, region.city)) or _IDS.get((region.province, ""))
    carrier = _ISSUERS.get(region.carrier, _RESALE)[0] if region.carrier else ""
    return tuple(filter(None, (place, carrier)))


def _places() -> Iterator[tuple[tuple[str, str], str, Words]]:
    """Each province, its city "", and each city: key, id and words."""
    for province, names in json.loads(_FILE.read_text(encoding="utf-8")).items():
        own = f"sys.area.{_slug(names[''])}"
        yield (province, ""), own, Words(province, names[""])
        for city, name in names.items():
            if city:
                words = Words(_in_full(province, city), f"{name}, {names['']}")
                yield (province, city), f"{own}.{_slug(name)}", words


def _in_full(province: str, city: str) -> str:
    """浙江杭州, but 吉林省吉林市."""
    return f"{province}省{city}市" if city == province else province + city


def _slug(name: str) -> str:
    """The name in small plain letters: lu-an for Lu'an, luliang for Lüliang."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", "-", plain)


_ALL = tuple(_places())
_IDS = {key: prompt for key, prompt, _ in _ALL}
PLACES: dict[str, Words] = {
    **{prompt: words for _, prompt, words in _ALL},
    **dict([*_ISSUERS.values(), _RESALE]),
}
"""What each prompt says, by its id."""


def readable(text: str) -> str:
    """The text of a place as the offline voice reads it rightly."""
    for city, sounds in MISREAD.items():
        text = text.replace(city, sounds)
    return text
