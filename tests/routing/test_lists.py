"""Who is on a list of callers, and lists that are none."""

from __future__ import annotations

from typing import Any

import pytest

from app.routing.lists import BadList, CallerList, read, write
from app.routing.regions import Region

HANGZHOU = Region("浙江", "杭州", "中国移动", "0571")
LHASA = Region("西藏", "拉萨", "", "0891")
DOCUMENT = {
    "numbers": ["13800138000", "057188888888"],
    "prefixes": ["170", "00"],
    "area_codes": ["0571"],
    "provinces": ["西藏"],
}


@pytest.mark.parametrize(
    ("ani", "region", "held"),
    [
        ("13800138000", None, True),
        ("13800138001", None, False),
        ("17012345678", None, True),
        ("0085291234567", None, True),
        ("13912345678", HANGZHOU, True),
        ("13912345678", LHASA, True),
        ("13912345678", Region("江苏", "南京", "", "025"), False),
        ("13912345678", Region("", "", "中国移动"), False),
        ("", HANGZHOU, False),
    ],
)
def test_a_caller_is_on_it_by_number_prefix_area_code_or_province(
    ani: str, region: Region | None, held: bool
) -> None:
    assert read("a", "名单", "vip", DOCUMENT).holds(ani, region) is held


def test_an_empty_list_holds_nobody() -> None:
    assert not CallerList("a", "空").holds("13800138000", Region("", "", "中国移动"))


def test_a_list_survives_a_round_trip() -> None:
    callers = read("a", "名单", "black", DOCUMENT)
    assert read("a", "名单", "black", write(callers)) == callers


def test_numbers_may_be_typed_as_people_type_them() -> None:
    callers = read("a", "名单", "black", {"numbers": ["+86 138-0013-8000"]})
    assert callers.numbers == {"13800138000"}


@pytest.mark.parametrize(
    ("kind", "document", "where"),
    [
        ("grey", {}, "kind"),
        ("black", {"names": []}, "names"),
        ("black", ["13800138000"], "list"),
        ("black", {"numbers": "13800138000"}, "numbers"),
        ("black", {"numbers": [13800138000]}, "numbers"),
        ("black", {"numbers": ["call me"]}, "numbers"),
        ("black", {"numbers": ["13800138000"] * 20_001}, "numbers"),
        ("black", {"prefixes": ["1"]}, "prefixes"),
        ("black", {"prefixes": ["17x"]}, "prefixes"),
        ("black", {"area_codes": ["0300"]}, "area_codes"),
        ("black", {"provinces": ["浙江省"]}, "provinces"),
    ],
)
def test_what_is_no_list_is_refused_with_words(kind: str, document: Any, where: str) -> None:
    with pytest.raises(BadList) as refused:
        read("a", "名单", kind, document)
    assert refused.value.words.zh.startswith(where)
    assert refused.value.words.en.startswith(where)
