import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.routing.numbers import carrier_of_400, check_400, is_phone, normalise, pretty

TYPED_OR_SENT = {
    # a mobile
    "13800138000": "13800138000",
    "138 0013 8000": "13800138000",
    "138-0013-8000": "13800138000",
    "138.0013.8000": "13800138000",
    "１３８００１３８０００": "13800138000",
    "\t13800138000\r\n": "13800138000",
    "\u202a138\u00a00013\u20118000\u202c": "13800138000",
    "+8613800138000": "13800138000",
    "+86 138 0013 8000": "13800138000",
    "＋86　138　0013　8000": "13800138000",
    "(+86)13800138000": "13800138000",
    "008613800138000": "13800138000",
    "8613800138000": "13800138000",
    "+86 8613800138000": "13800138000",
    "+86 013800138000": "13800138000",
    "013800138000": "13800138000",
    # a landline
    "(0571) 8888-8888": "057188888888",
    "（０５７１）８８８８８８８８": "057188888888",
    "0571—88888888": "057188888888",
    "+86 571 8888 8888": "057188888888",
    "+86 (0571) 88888888": "057188888888",
    "8657188888888": "057188888888",
    "86057188888888": "057188888888",
    "+86 10 8888 8888": "01088888888",
    "861088888888": "01088888888",
    "+86 898 6666 6666": "089866666666",
    "+86 953 2031234": "09532031234",
    # services
    "400-800-1234": "4008001234",
    "+86 400 800 1234": "4008001234",
    "864008001234": "4008001234",
    "+86 95588": "95588",
    "+86 95040 12345": "9504012345",
    "10086": "10086",
    "110": "110",
    # without an area code: as it is, though it begins with 86
    "86123456": "86123456",
    "88888888": "88888888",
    # not from the mainland
    "+852 9123 4567": "0085291234567",
    "+853 6612 3456": "0085366123456",
    "+886 912 345 678": "00886912345678",
    "+1 (202) 555-0123": "0012025550123",
    "0012025550123": "0012025550123",
    # no number
    "": "",
    " - ": "",
    "+": "",
    "0": "",
    "0000000000": "",
    "anonymous": "",
    "Anonymous": "",
    "unknown": "",
    "Restricted": "",
    "unavailable": "",
    "未知号码": "",
    "sip:13800138000@10.0.0.1": "",
    "13800138000@10.0.0.1": "",
    "tel:+8613800138000": "",
    '"x" <13800138000>': "",
    "13800138000;cpc=ordinary": "",
    "13800138000#": "",
    "*72": "",
    "138+0013": "",
    "++8613800138000": "",
    "13800138000\x00": "",
    "${evil}": "",
    "٠١٢٣٤٥٦٧٨٩": "",
    "²³": "",
    "1" * 21: "",
    "1" * 1_000_000: "",
    " " * 60 + "10086": "",
}

PHONES = [
    "13800138000",
    "16612345678",
    "17012345678",
    "19212345678",
    "19912345678",
    "01088888888",
    "02023456789",
    "02988888888",
    "057188888888",
    "07718888888",
    "09512345678",
]

NOT_PHONES = {
    "nothing": "",
    "spaces": "138 0013 8000",
    "a newline at the end": "13800138000\n",
    "letters": "1380013800a",
    "full-width digits": "１３８００１３８０００",
    "arabic digits": "١٣٨٠٠١٣٨٠٠٠",
    "seventeen digits": "13800138000138001",
    "a million digits": "1" * 1_000_000,
    "a mobile too short": "1380013800",
    "a mobile too long": "138001380000",
    "a mobile range that does not exist": "12012345678",
    "a mobile behind 0": "013800138000",
    "a mobile behind 86": "8613800138000",
    "a landline without its area code": "88888888",
    "a landline without the 0": "57188888888",
    "a landline too short": "0571888888",
    "a landline too long": "0571888888888",
    "Beijing with seven digits": "0108888888",
    "an area code not in use": "026888888888",
    "an area code given up": "073288888888",
    "a service behind an area code": "057196345",
    "a premium rate behind an area code": "0571168888888",
    "a 96 number of the length of a landline": "057196345678",
    "premium rate": "16888888",
    "400": "4008001234",
    "400 behind 0": "04008001234",
    "800": "8008101234",
    "95xxx": "95588",
    "95013 and more": "95013123456",
    "12345": "12345",
    "10086": "10086",
    "police": "110",
    "Hong Kong": "0085291234567",
    "the United States": "0012025550123",
    "international premium rate": "00882123456",
    "a plus": "+8613800138000",
    "a dial string": "13800138000,10086",
    "a star": "*72",
}


@pytest.mark.parametrize(("raw", "number"), TYPED_OR_SENT.items(), ids=lambda text: ascii(text[:40]))
def test_normalise(raw: str, number: str) -> None:
    assert normalise(raw) == number


NUMBER_LIKE = st.text(alphabet="0123456789+-() ０８６86", max_size=30)


@given(st.text(max_size=70) | NUMBER_LIKE)
@example("0086" * 5)
@example("+86" + "86" * 8)
@example("+0086")
def test_normalising_gives_ascii_digits_and_twice_changes_nothing(raw: str) -> None:
    number = normalise(raw)
    assert number == "" or (number.isascii() and number.isdigit() and len(number) <= 20)
    assert normalise(number) == number


@pytest.mark.parametrize("number", PHONES)
def test_what_a_flow_may_ring(number: str) -> None:
    assert is_phone(number)


@pytest.mark.parametrize("text", NOT_PHONES.values(), ids=NOT_PHONES.keys())
def test_what_a_flow_must_not_ring(text: str) -> None:
    assert not is_phone(text)


@given(st.sampled_from(PHONES), st.sampled_from(["", "+86", "0086", "86", "+86 ", "(+86)"]))
def test_a_phone_in_any_form_normalises_to_what_a_flow_may_ring(number: str, before: str) -> None:
    abroad = number.removeprefix("0") if before else number
    assert normalise(before + abroad) == number


@given(NUMBER_LIKE)
def test_a_phone_is_never_abroad_and_never_a_service(text: str) -> None:
    if is_phone(text):
        assert text == normalise(text)
        assert 10 <= len(text) <= 12
        assert not text.startswith(("00", "400", "800", "9"))


@pytest.mark.parametrize(
    ("did", "carrier"),
    {
        "4000123456": "中国联通",
        "4001123456": "中国移动",
        "4006123456": "中国联通",
        "4007123456": "中国移动",
        "4008001234": "中国电信",
        "4009123456": "中国电信",
    }.items(),
)
def test_carrier_of_400(did: str, carrier: str) -> None:
    assert check_400(did) is None
    words = carrier_of_400(did)
    assert words is not None
    assert words.zh == carrier


@pytest.mark.parametrize(
    ("did", "zh", "en"),
    [
        ("", "400 号码应是 10 位数字", "a 400 number has ten digits"),
        ("400800123", "400 号码应是 10 位数字", "a 400 number has ten digits"),
        ("40080012345", "400 号码应是 10 位数字", "a 400 number has ten digits"),
        ("400-8001234", "400 号码应是 10 位数字", "a 400 number has ten digits"),
        ("４００８００１２３４", "400 号码应是 10 位数字", "a 400 number has ten digits"),
        ("8008001234", "400 号码应以 400 开头", "a 400 number begins with 400"),
        (
            "4005001234",
            "4005 号段没有启用，可用的是 4000 4001 4006 4007 4008 4009",
            "4005 is not in use; in use: 4000 4001 4006 4007 4008 4009",
        ),
    ],
)
def test_a_wrong_400_number_is_refused_with_the_reason(did: str, zh: str, en: str) -> None:
    assert check_400(did) == (zh, en)
    assert carrier_of_400(did) is None


@pytest.mark.parametrize(
    ("number", "shown"),
    {
        "13800138000": "138 0013 8000",
        "4008001234": "400 800 1234",
        "8008101234": "800 810 1234",
        "057188888888": "0571-8888 8888",
        "07718888888": "0771-888 8888",
        "01088888888": "010-8888 8888",
        "95588": "95588",
        "0085291234567": "+85291234567",
        "": "",
        "前台": "前台",
    }.items(),
)
def test_pretty(number: str, shown: str) -> None:
    assert pretty(number) == shown


@given(st.text(max_size=30))
def test_pretty_keeps_every_digit(raw: str) -> None:
    number = normalise(raw)
    assert normalise(pretty(number)) == number
