"""Numbers said in Mandarin and English, read back by readers that know nothing of how they were said."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.speech.say import parts, text

DIGITS = {**{char: n for n, char in enumerate("零一二三四五六七八九")}, "两": 2}
SMALL_UNITS = {"十": 10, "百": 100, "千": 1000}
SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen"""
TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
ENGLISH = {word: n * 10 for n, word in enumerate(TENS.split(), 1)} | {
    word: n for n, word in enumerate(SMALL.split())
}
SCALES = {"thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
BIG = st.one_of(st.integers(0, 10**4), st.integers(0, 10**8), st.integers(0, 10**12))


def read_mandarin(said: str) -> int:
    """The number that a Chinese numeral means: split at 亿, then at 万, then digit by digit."""
    if "亿" in said:
        high, low = said.rsplit("亿", 1)
        return read_mandarin(high) * 10**8 + read_mandarin(low or "零")
    if "万" in said:
        high, low = said.rsplit("万", 1)
        return read_mandarin(high) * 10**4 + read_mandarin(low or "零")
    total, digit = 0, 0
    for char in said:
        if char in DIGITS:
            digit = DIGITS[char]
        else:
            total += (digit or 1) * SMALL_UNITS[char]
            digit = 0
    return total + digit


def read_english(said: str) -> int:
    total, group = 0, 0
    for word in said.replace("-", " ").split():
        if word == "hundred":
            group *= 100
        elif word in SCALES:
            total, group = total + group * SCALES[word], 0
        else:
            group += ENGLISH[word]
    return total + group


@given(BIG)
@example(10**12)
@example(2_0002_0002_0002 // 10)
@settings(deadline=None, max_examples=500)
def test_numbers_in_mandarin_mean_what_they_should(number: int) -> None:
    assert read_mandarin(text(parts("number", number, "zh"))) == number


@given(BIG)
@settings(deadline=None, max_examples=300)
def test_numbers_in_english_mean_what_they_should(number: int) -> None:
    assert read_english(text(parts("number", number, "en"))) == number


@given(BIG)
@settings(deadline=None, max_examples=500)
def test_mandarin_keeps_its_manners(number: int) -> None:
    said = text(parts("number", number, "zh"))
    assert "零零" not in said
    assert said == "零" or not said.startswith("零")
    assert said == "零" or not said.endswith("零")
    assert "两" not in said[1:], "两 stands only where the number begins"
    for missing in ("零百", "零千", "零万", "零亿", "两十"):
        assert missing not in said


@given(st.integers(-(10**12), 10**12))
@settings(deadline=None)
def test_money_means_its_fen(amount: int) -> None:
    said = text(parts("money", amount, "zh"))
    sign = -1 if said.startswith("负") else 1
    rest, fen = said.removeprefix("负"), 0
    for unit, worth in (("元", 100), ("角", 10), ("分", 1)):
        head, found, tail = rest.partition(unit)
        if found:
            fen += read_mandarin(head) * worth
            rest = tail
    assert abs(sign * fen * 100 - amount) <= 50
    assert rest == ""
