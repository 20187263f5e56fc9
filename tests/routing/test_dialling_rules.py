"""Which numbers a company's calls may dial, one row each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.routing.dialling_rules import MAINLAND, DiallingRules, may_dial, never, read, write
from app.routing.number_kinds import Kind, is_number, kind_of
from app.routing.numbers import is_phone

KINDS = {
    Kind.MOBILE: (
        "13800138000 13412345678 14712345678 15012345678 16612345678 17312345678 17712345678 18912345678"
        " 19012345678 19212345678 19912345678"
        # virtual operators
        " 17012345678 17112345678 16212345678 16512345678 16712345678 17001234567"
    ),
    Kind.LANDLINE: "01088888888 02188888888 057188888888 08985556666 089866666666 09532031234 075526666666",
    Kind.FREEPHONE: "4008001234 4000000000 4006789012 8008101234",
    Kind.SERVICE: (
        "95588 95105556 9504012345 96345 96171 961234 10101010 057196345 01096310 02195588 057110101010"
    ),
    Kind.SHORT: "10086 10010 10000 114 12345 12315 118114 12580 116114 057112345 01012345",
    Kind.SATELLITE: "13491234567 17400012345 17410012345 17490012345",
    Kind.ABROAD: (
        "0085291234567 00886912345678 0085366123456 0012025550123 0018765550123 00447911123456 0078121234567"
        " 00881612345678 00870773123456 00979123456789 008613800138000"
    ),
    Kind.EMERGENCY: "110 119 120 122 112 999 12110 12395 95110 0571110 010119 0755120",
    Kind.PREMIUM: (
        "16012345 16812345 16812345678 16088888888 16312345678 16912345678 057116812345 01016012345"
        " 12590 1259012345 12591234567 10155 10159123 118366 11888123"
    ),
    Kind.ACCESS: "17909 17951 17909001202 179090012025550123 17951138001 2001234567 300 7001234",
    Kind.UNKNOWN: (
        "1 12 88888888 138001380 138001380001 400800123 40080012345 000123 00 0 040088888888 0571 057111111111"
        " anonymous 138-0013-8000 １３８００１３８０００ +8613800138000 \n110 110\n 13800138000@sip 13800138000,110 "
    ),
}
CASES = [(number, kind) for kind, numbers in KINDS.items() for number in numbers.split(" ")]


def test_the_table_is_long_enough() -> None:
    assert len(CASES) >= 80
    assert len(set(CASES)) == len(CASES)
    assert {kind for _, kind in CASES} == set(Kind)


@pytest.mark.parametrize(("number", "kind"), CASES, ids=repr)
def test_every_number_is_of_its_kind(number: str, kind: Kind) -> None:
    assert kind_of(number) is kind
    assert is_number(number) is (kind is not Kind.UNKNOWN)


@pytest.mark.parametrize(("number", "kind"), CASES, ids=repr)
def test_without_leave_mobiles_and_landlines_only(number: str, kind: Kind) -> None:
    why = may_dial(number, MAINLAND)
    assert (why is None) is (kind in (Kind.MOBILE, Kind.LANDLINE))
    if why:
        assert ("请联系服务商开通" in why.zh) is (never(number) is None)
        assert ("ask your provider" in why.en) is (never(number) is None)


ALL_OPEN = DiallingRules(
    freephone=True,
    services=True,
    prefixes=tuple(str(n) for n in range(10, 100)),
    abroad=("1", "7", "44", "852", "853", "886"),
)


@pytest.mark.parametrize(("number", "kind"), CASES, ids=repr)
def test_however_much_is_open_some_numbers_never_are(number: str, kind: Kind) -> None:
    is_never = never(number) is not None or number.startswith(("00881", "00870", "00979", "001876", "0086"))
    local = kind in (Kind.SHORT, Kind.SERVICE) and number.startswith("0")
    if not (local and kind is Kind.SHORT):  # an area code needs a prefix of its own
        assert (may_dial(number, ALL_OPEN) is not None) is is_never


OPENED = {
    "freephone": (
        DiallingRules(freephone=True),
        {"4008001234": True, "8008101234": True, "95588": False, "10086": False},
    ),
    "services": (
        DiallingRules(services=True),
        {"95588": True, "057196345": True, "10101010": True, "10086": False, "95110": False},
    ),
    "prefixes": (
        DiallingRules(prefixes=("10086", "955", "0571123", "1349")),
        {
            "10086": True,
            "95588": True,
            "057112345": True,
            "12345": False,
            "13491234567": True,
            "96345": False,
        },
    ),
    "one 400 number": (
        DiallingRules(prefixes=("4008001234",)),
        {"4008001234": True, "4008001235": False},
    ),
    "a country": (
        DiallingRules(abroad=("852",)),
        {"0085291234567": True, "0085366123456": False, "008613800138000": False},
    ),
    "America, its dear islands not": (
        DiallingRules(abroad=("1",)),
        {"0012025550123": True, "0018765550123": False, "0019005550123": False, "0014735550123": False},
    ),
    "twelve is no island": (
        DiallingRules(abroad=("12",)),
        {"0012025550123": True, "0012425550123": False},
    ),
    "one island": (
        DiallingRules(abroad=("1876",)),
        {"0018765550123": True, "0012025550123": False},
    ),
    "our own numbers never": (
        DiallingRules(freephone=True, prefixes=("4008001234",), own=frozenset({"4008001234"})),
        {"4008001234": False, "4008001235": True},
    ),
}


@pytest.mark.parametrize("name", OPENED)
def test_the_operator_opens(name: str) -> None:
    rules, numbers = OPENED[name]
    assert {number: may_dial(number, rules) is None for number in numbers} == numbers


def test_a_loop_is_called_one() -> None:
    why = may_dial("4008001234", DiallingRules(freephone=True, own=frozenset({"4008001234"})))
    assert why is not None
    assert "绕回来" in why.zh


def test_calls_get_the_400_numbers_that_may_be_dialled_and_no_others() -> None:
    open_400 = DiallingRules(freephone=True, abroad=("852",), per_minute=9, own=frozenset({"4008001234"}))
    calls = open_400.in_force(["4008001234", "4009990000", "13800138000", "95588"])
    assert calls == DiallingRules(prefixes=("4009990000",), abroad=("852",), per_minute=9)
    assert may_dial("4009990000", calls) is None
    assert may_dial("4008001234", calls) is not None
    assert may_dial("4009990001", calls) is not None
    assert MAINLAND.in_force(["4009990000"]) == MAINLAND


@pytest.mark.parametrize(
    "rules", [MAINLAND, ALL_OPEN, DiallingRules(per_minute=600, prefixes=("4009990000",))]
)
def test_the_document_gives_the_rules_again(rules: DiallingRules) -> None:
    assert read(write(rules)) == rules


@pytest.mark.parametrize(
    "wrong",
    [
        {"prefixes": ["1"]},
        {"prefixes": ["00852"]},
        {"prefixes": ["400"]},
        {"prefixes": ["8001"]},
        {"prefixes": ["10086x"]},
        {"prefixes": [str(n) for n in range(100, 201)]},
        {"abroad": ["86"]},
        {"abroad": ["8"]},
        {"abroad": ["85"]},
        {"abroad": ["0085"]},
        {"abroad": ["881"]},
        {"abroad": ["979"]},
        {"abroad": ["8613"]},
        {"abroad": [""]},
        {"abroad": ["中国"]},
        {"per_minute": -1},
        {"per_minute": 100_001},
        {"per_minute": True},
    ],
    ids=str,
)
def test_what_makes_no_sense_opens_nothing(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(wrong)


@given(st.text(alphabet="0123456789+,;$*#@ ", max_size=24))
def test_whatever_may_be_dialled_is_digits_alone(text: str) -> None:
    if may_dial(text, ALL_OPEN) is None:
        assert text.isascii()
        assert text.isdigit()
        assert 3 <= len(text) <= 20


@given(st.from_regex(r"[01]\d{10,11}", fullmatch=True))
def test_what_is_open_without_leave_is_a_phone(number: str) -> None:
    if may_dial(number, MAINLAND) is None:
        assert is_phone(number)
