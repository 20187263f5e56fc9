"""What is said of where a caller is from."""

from __future__ import annotations

from collections import Counter

import pytest

from app.flow.system_prompts import system_prompt
from app.routing.areas import cities, provinces
from app.routing.mobiles import CARRIERS
from app.routing.regions import Region, lookup
from app.speech.places import MISREAD, PLACES, readable, said


@pytest.mark.parametrize(
    ("region", "zh", "en"),
    [
        (Region("浙江", "杭州", "中国移动", "0571"), "浙江杭州 移动", "Hangzhou, Zhejiang China Mobile"),
        (Region("广东", "深圳", area_code="0755"), "广东深圳", "Shenzhen, Guangdong"),
        (Region("北京", "北京", "中国联通", "010"), "北京 联通", "Beijing China Unicom"),
        (Region("吉林", "吉林", area_code="0432"), "吉林省吉林市", "Jilin, Jilin"),
        (Region("江西", "抚州"), "江西抚州", "Fuzhou, Jiangxi"),
        (Region("山西", "吕梁"), "山西吕梁", "Lüliang, Shanxi"),
        (Region("陕西", "榆林", "中国广电"), "陕西榆林 广电", "Yulin, Shaanxi China Broadnet"),
        (Region("浙江", "新城"), "浙江", "Zhejiang"),
        (Region("", "", "中国电信"), "电信", "China Telecom"),
        (Region("海南", "海口", "移动虚拟运营商"), "海南海口 虚拟运营商", "Haikou, Hainan virtual operator"),
        (Region("", ""), "", ""),
    ],
)
def test_place_and_carrier(region: Region, zh: str, en: str) -> None:
    prompts = [system_prompt(key) for key in said(region)]
    assert " ".join(prompt.in_("zh").text for prompt in prompts if prompt) == zh
    assert " ".join(prompt.in_("en").text for prompt in prompts if prompt) == en


def test_every_city_that_a_number_can_be_from_has_words_of_its_own() -> None:
    named = {words.zh for words in PLACES.values()}
    assert provinces() <= named
    missing = [city for city in cities() if not any(name.endswith((city, f"{city}市")) for name in named)]
    assert not missing
    assert [zh for zh, times in Counter(words.zh for words in PLACES.values()).items() if times > 1] == []


def test_every_carrier_has_words() -> None:
    assert all(said(Region("", "", carrier)) for carrier in CARRIERS)


def test_a_mobile_and_a_landline_of_one_city_are_said_alike() -> None:
    mobile, landline = lookup("13800571000"), lookup("057188888888")
    assert mobile
    assert landline
    assert said(mobile)[0] == said(landline)[0] == "sys.area.zhejiang.hangzhou"


def test_the_sounds_of_a_prompt_lie_beside_each_other_in_both_languages() -> None:
    prompt = system_prompt("sys.area.yunnan.pu-er")
    assert prompt
    assert prompt.file == "system/area/yunnan/pu-er.wav"
    assert prompt.in_("en").file == "system/en/area/yunnan/pu-er.wav"


@pytest.mark.parametrize("city", MISREAD)
def test_what_would_be_misread_is_written_otherwise_for_the_voice_only(city: str) -> None:
    (words,) = [words for words in PLACES.values() if words.zh.endswith(city)]
    assert readable(words.zh) == words.zh.replace(city, MISREAD[city])
