"""Writes area_codes.json: which city each area code of the mainland belongs to.

    python -m app.routing.data.make_area_codes

Needs the package phonenumbers, which hotline400 itself does not. What its data lacks is set down here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from phonenumbers.geodata import GEOCODE_DATA

FILE = Path(__file__).with_name("area_codes.json")

_PROVINCE = re.compile(
    "(北京|天津|上海|重庆|河北|山西|内蒙古|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南"
    "|广东|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|青海|宁夏|新疆)(?:省|市|壮族自治区|维吾尔自治区)?"
)
_PEOPLE = "(朝鲜|土家|蒙古|柯尔克孜|哈萨克|景颇|藏|羌|苗|彝|傣|白|壮|回|布依|侗|哈尼|傈僳)族?"
_RANK = re.compile(f"({_PEOPLE})+自治州$|市$|地区$|盟$")

# The data cuts these codes short because no other code begins alike.
SHORTENED = {"033": "0335", "034": "0349", "058": "0580", "070": "0701"}

# Where the data names a county-level seat, or several cities in one breath of which the first is not meant.
SEATS = {"0358": "吕梁", "0692": "德宏", "0887": "迪庆"}

# No longer in the data since 莱芜 became a part of 济南; mobile numbers of old still carry it.
RETIRED = {"0634": ("山东", "济南")}

# Cities that merged their networks: the digit put in front of all numbers at the merger tells them apart.
EXCHANGES = {
    "0244": "本溪",
    "0245": "抚顺",
    "0247": "铁岭",
    "0282": "资阳",
    "0283": "眉山",
    "0293": "咸阳",
    "03712": "开封",
    "07312": "株洲",
    "07315": "湘潭",
    "08512": "遵义",
    "08513": "安顺",
    "08982": "儋州",
    "08988": "三亚",
}

# Cities that share the code of another one without such a digit; a mobile number may name them.
SHARED = {
    "0391": ["济源"],
    "0558": ["亳州"],
    "0719": ["神农架"],
    "0728": ["潜江", "天门"],
    "0771": ["崇左"],
    "0772": ["来宾"],
    "0774": ["贺州"],
    "0775": ["贵港"],
    "0935": ["金昌"],
    "0937": ["嘉峪关"],
}


def main() -> None:
    """Write the file anew."""
    FILE.write_text(document(), encoding="utf-8")


def document() -> str:
    """The text of the file."""
    tables = {"areas": _areas(), "exchanges": EXCHANGES, "shared": SHARED}
    return json.dumps(tables, ensure_ascii=False, indent=1) + "\n"


def _areas() -> dict[str, dict[str, str]]:
    """{province: {area code: city}}, in the order of the codes."""
    areas: dict[str, dict[str, str]] = {}
    names = {digits: texts["zh"] for digits, texts in GEOCODE_DATA.items() if _is_area_code(digits)}
    found = {_code(digits): _place(name) for digits, name in names.items()}
    for code, (province, city) in sorted((found | RETIRED).items()):
        areas.setdefault(province, {})[code] = SEATS.get(code, city)
    return areas


def _is_area_code(digits: str) -> bool:
    """Whether it is 86 and a whole area code: not a mobile number's beginning, not a part of an area."""
    return re.fullmatch(r"86(10|2\d|[3-9]\d\d|33|34|58|70)", digits) is not None


def _code(digits: str) -> str:
    code = "0" + digits.removeprefix("86")
    return SHORTENED.get(code, code)


def _place(name: str) -> tuple[str, str]:
    """Province and city in short: ("湖南", "湘西") for 湖南省湘西土家族苗族自治州."""
    match = _PROVINCE.match(name)
    if not match:
        raise ValueError(f"{name} is in no province")
    province, city = match[1], name[match.end() :].split("、")[0]
    return province, _RANK.sub("", city) or province


if __name__ == "__main__":
    main()
