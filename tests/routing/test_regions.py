import json
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from phone import Phone  # type: ignore[import-untyped]

from app.routing import areas, regions
from app.routing.data import make_area_codes
from app.routing.mobiles import PrefixTable
from app.routing.regions import Region, lookup

MOBILES = {
    "13800138000": Region("北京", "北京", "中国移动", "010"),
    "13071234567": Region("湖北", "武汉", "中国联通", "027"),
    "13906512345": Region("浙江", "杭州", "中国移动", "0571"),
    "18616161616": Region("上海", "上海", "中国联通", "021"),
    "13728888888": Region("广东", "深圳", "中国移动", "0755"),
    "18912345678": Region("江苏", "常州", "中国电信", "0519"),
    "15912345678": Region("云南", "文山", "中国移动", "0876"),
    "13908981234": Region("西藏", "拉萨", "中国移动", "0891"),
    "13999991234": Region("新疆", "乌鲁木齐", "中国移动", "0991"),
    "15848481234": Region("内蒙古", "乌兰察布", "中国移动", "0474"),
    "19212345678": Region("重庆", "重庆", "中国广电", "023"),
    "17091234567": Region("上海", "上海", "联通虚拟运营商", "021"),
    "17051234567": Region("重庆", "重庆", "移动虚拟运营商", "023"),
}

NEW_RANGES = {
    "19001230000": "中国电信",
    "19601230000": "中国联通",
    "19701230000": "中国移动",
    "19201230000": "中国广电",
    "13488880000": "中国移动",
    "13499990000": "中国电信",
    "17001230000": "电信虚拟运营商",
    "17031230000": "移动虚拟运营商",
    "17041230000": "联通虚拟运营商",
    "16201230000": "电信虚拟运营商",
    "16501230000": "移动虚拟运营商",
    "16701230000": "联通虚拟运营商",
}

LANDLINES = {
    "01088888888": ("北京", "北京"),
    "02088888888": ("广东", "广州"),
    "02188888888": ("上海", "上海"),
    "02288888888": ("天津", "天津"),
    "02388888888": ("重庆", "重庆"),
    "02488888888": ("辽宁", "沈阳"),
    "02588888888": ("江苏", "南京"),
    "02788888888": ("湖北", "武汉"),
    "02888888888": ("四川", "成都"),
    "02988888888": ("陕西", "西安"),
    "031188888888": ("河北", "石家庄"),
    "03358888888": ("河北", "秦皇岛"),
    "03492888888": ("山西", "朔州"),
    "03582888888": ("山西", "吕梁"),
    "04322888888": ("吉林", "吉林"),
    "045188888888": ("黑龙江", "哈尔滨"),
    "047188888888": ("内蒙古", "呼和浩特"),
    "04792888888": ("内蒙古", "锡林郭勒"),
    "051288888888": ("江苏", "苏州"),
    "053188888888": ("山东", "济南"),
    "055188888888": ("安徽", "合肥"),
    "057188888888": ("浙江", "杭州"),
    "05802888888": ("浙江", "舟山"),
    "059188888888": ("福建", "福州"),
    "06922888888": ("云南", "德宏"),
    "07012888888": ("江西", "鹰潭"),
    "07438888888": ("湖南", "湘西"),
    "075588888888": ("广东", "深圳"),
    "07712888888": ("广西", "南宁"),
    "085188888888": ("贵州", "贵阳"),
    "08912888888": ("西藏", "拉萨"),
    "089866666666": ("海南", "海口"),
    "09312888888": ("甘肃", "兰州"),
    "09512888888": ("宁夏", "银川"),
    "09712888888": ("青海", "西宁"),
    "09742888888": ("青海", "海南"),
    "09912888888": ("新疆", "乌鲁木齐"),
    "09998888888": ("新疆", "伊犁"),
    # cities that gave up their own code: the first digit tells them apart
    "073182888888": ("湖南", "长沙"),
    "073122888888": ("湖南", "株洲"),
    "073152888888": ("湖南", "湘潭"),
    "02452888888": ("辽宁", "抚顺"),
    "02833888888": ("四川", "眉山"),
    "02933888888": ("陕西", "咸阳"),
    "085128888888": ("贵州", "遵义"),
    "089888888888": ("海南", "三亚"),
    # a service called by its area code, as banks and carriers show themselves
    "057195588": ("浙江", "杭州"),
    "01010086": ("北京", "北京"),
}

NOWHERE = {
    "withheld": "",
    "letters": "anonymous",
    "400": "4008001234",
    "800": "8008101234",
    "a bank": "95588",
    "95013 with eleven digits": "95013123456",
    "a carrier": "10086",
    "a carrier with more digits": "1008611",
    "the police": "110",
    "Hong Kong": "0085291234567",
    "Macau": "0085366123456",
    "Taiwan": "00886912345678",
    "the United States": "0012025550123",
    "a landline without its area code": "88888888",
    "an area code not in use": "026888888888",
    "400 behind 0": "04008001234",
    "too short for a landline": "0571888",
    "too long for a landline": "0571888888888",
    "a mobile too long": "138001380001",
    "a range not given out": "10012345678",
    "full-width digits": "１３８００１３８０００",
    "superscript digits": "1380013800²",
    "not normalised": "+8613800138000",
}


@pytest.mark.parametrize(("number", "region"), MOBILES.items())
def test_a_mobile_has_province_city_and_carrier(number: str, region: Region) -> None:
    assert lookup(number) == region


@pytest.mark.parametrize(("number", "place"), LANDLINES.items())
def test_a_landline_has_province_and_city(number: str, place: tuple[str, str]) -> None:
    region = lookup(number)
    assert region is not None
    assert (region.province, region.city, region.carrier) == (*place, "")
    assert number.startswith(region.area_code)


@pytest.mark.parametrize("number", NOWHERE.values(), ids=NOWHERE.keys())
def test_other_callers_have_no_region(number: str) -> None:
    assert lookup(number) is None


@given(st.text(max_size=15) | st.text(alphabet="0123456789", min_size=5, max_size=13))
def test_any_caller_can_be_looked_up(number: str) -> None:
    region = lookup(number)
    assert region is None or region.province or region.carrier


def every_area() -> Iterator[tuple[str, str, str]]:
    file = json.loads(
        (Path(areas.__file__).with_name("data") / "area_codes.json").read_text(encoding="utf-8")
    )
    for province, cities in file["areas"].items():
        yield from ((province, city, code) for code, city in cities.items())


def test_all_provinces_and_cities_of_the_mainland_have_an_area_code() -> None:
    found = list(every_area())
    assert len({province for province, _, _ in found}) == 31
    assert len(found) == 321
    assert all(code.startswith("0") and areas.area_code(code + "8888888") == code for _, _, code in found)
    assert not [city for _, city, _ in found if city.endswith(("市", "省", "州市", "地区", "自治州", "盟"))]


def test_mobiles_and_landlines_name_the_same_places() -> None:
    """One prefix in a hundred: its city must be one that landlines or the shared codes know."""
    known = areas._table().cities
    seen = {lookup(f"{prefix}0000") for prefix in range(1300000, 2000000, 97)} - {None}
    placed = [region for region in seen if region and region.province]
    assert len(placed) > 1000
    assert not [region for region in placed if (region.province, region.city) not in known]
    assert not [region for region in placed if areas.area_of(region.area_code + "99999999") is None]


@pytest.mark.parametrize(
    ("old", "today"),
    [
        (("云南", "思茅", "0879"), ("云南", "普洱", "0879")),
        (("山东", "莱芜", "0634"), ("山东", "济南", "0634")),
        (("内蒙古", "海拉尔", "0470"), ("内蒙古", "呼伦贝尔", "0470")),
        (("重庆", "万州", "023"), ("重庆", "重庆", "023")),
        (("四川", "眉山", "028"), ("四川", "眉山", "028")),
        (("河南", "济源", "0391"), ("河南", "济源", "0391")),
        (("某省", "某地", "0999999"), ("某省", "某地", "0999999")),
    ],
)
def test_places_carry_todays_names(old: tuple[str, str, str], today: tuple[str, str, str]) -> None:
    assert areas.todays(*old) == today


def test_the_area_codes_are_what_their_script_makes() -> None:
    assert make_area_codes.FILE.read_text(encoding="utf-8") == make_area_codes.document()


def test_the_table_is_read_as_its_own_package_reads_it() -> None:
    theirs = Phone()
    for prefix in range(1300000, 2000000, 997):
        found = theirs.find(str(prefix))
        region = lookup(f"{prefix}0000")
        if found is None:
            assert region is None or region == Region("", "", region.carrier)
        else:
            assert region == Region(
                *areas.todays(found["province"], found["city"], "0" + found["area_code"].lstrip("0"))[:2],
                carrier=found["phone_type"]
                if "虚拟" in found["phone_type"]
                else "中国" + found["phone_type"],
                area_code="0" + found["area_code"].lstrip("0"),
            )


def prefix_file(*entries: tuple[int, int, int], places: bytes = "浙江|杭州|310000|0571\0".encode()) -> bytes:
    index = b"".join(struct.pack("<iiB", *entry) for entry in entries)
    return struct.pack("<4si", b"2611", 8 + len(places)) + places + index


@pytest.fixture
def fresh_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "_mobiles", regions._Mobiles())


@pytest.mark.usefixtures("fresh_table")
def test_the_operator_may_give_a_newer_table(tmp_path: Path) -> None:
    newer = tmp_path / "newer.dat"
    newer.write_bytes(prefix_file((1900123, 8, 3)))
    assert lookup("19001230000") == Region("", "", "中国电信")
    regions.load(newer)
    assert lookup("19001230000") == Region("浙江", "杭州", "中国电信", "0571")


@pytest.mark.usefixtures("fresh_table")
@pytest.mark.parametrize(("number", "carrier"), NEW_RANGES.items())
def test_a_range_that_the_table_lacks_has_a_carrier(tmp_path: Path, number: str, carrier: str) -> None:
    small = tmp_path / "small.dat"
    small.write_bytes(prefix_file((1380013, 8, 1)))
    regions.load(small)
    assert lookup(number) == Region("", "", carrier)


BROKEN = {
    "nothing": b"",
    "half a header": b"2611",
    "text": b"this is not a table of prefixes, but a letter",
    "no entries": prefix_file(),
    "half an entry": prefix_file((1900123, 8, 3))[:-1],
    "an index behind the end": struct.pack("<4si", b"2611", 9999) + b"x" * 90,
    "an index before the header": struct.pack("<4si", b"2611", -1) + b"x" * 90,
    "out of order": prefix_file((1900124, 8, 3), (1900123, 8, 3)),
    "a prefix twice": prefix_file((1900123, 8, 3), (1900123, 8, 3)),
    "places in another encoding": prefix_file(
        (1900123, 8, 3), places="浙江|杭州|310000|0571\0".encode("gbk")
    ),
}


@pytest.mark.usefixtures("fresh_table")
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_table_is_refused_and_the_old_one_stays(tmp_path: Path, data: bytes) -> None:
    broken = tmp_path / "broken.dat"
    broken.write_bytes(data)
    with pytest.raises(ValueError, match=r"not a table|codec"):
        regions.load(broken)
    assert lookup("13800138000") == MOBILES["13800138000"]


def test_entries_without_a_place_or_a_known_carrier_do_no_harm() -> None:
    table = PrefixTable(prefix_file((1900123, 8, 99), (1900124, 777, 3)))
    assert table.find(1900123) == (("浙江", "杭州", "0571"), "")
    assert [table.find(prefix) for prefix in (0, 1900122, 1900124, 1900125, 9999999)] == [None] * 5


@pytest.mark.usefixtures("fresh_table")
def test_many_threads_read_the_table_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    class Counted(PrefixTable):
        def __init__(self, data: bytes) -> None:
            read.append(data[:4])
            super().__init__(data)

    monkeypatch.setattr(regions, "PrefixTable", Counted)
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lookup, ["13800138000"] * 64))
    assert found == {MOBILES["13800138000"]}
    assert len(read) == 1
