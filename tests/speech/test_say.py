"""What callers hear when numbers, dates, times and money are said."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.speech.say import KINDS, LANGUAGES, MEASURES, PARTS, parts, text

MONDAY = date(2026, 11, 23)

NUMBERS = {
    0: "零", 1: "一", 2: "二", 9: "九", 10: "十", 11: "十一", 12: "十二", 20: "二十", 22: "二十二", 99: "九十九",
    100: "一百", 101: "一百零一", 102: "一百零二", 110: "一百一十", 112: "一百一十二", 120: "一百二十",
    200: "两百", 202: "两百零二", 210: "两百一十", 222: "两百二十二", 305: "三百零五", 999: "九百九十九",
    1000: "一千", 1001: "一千零一", 1010: "一千零一十", 1100: "一千一百", 1200: "一千二百", 2000: "两千",
    2002: "两千零二", 2020: "两千零二十", 2200: "两千二百", 2222: "两千二百二十二", 9999: "九千九百九十九",
    10000: "一万", 10001: "一万零一", 10010: "一万零一十", 10050: "一万零五十", 10200: "一万零二百",
    11000: "一万一千", 12000: "一万二千", 12345: "一万二千三百四十五", 20000: "两万", 22000: "两万二千",
    100000: "十万", 100010: "十万零一十", 110000: "十一万", 120000: "十二万", 200000: "二十万",
    1000000: "一百万", 2000000: "两百万", 10000000: "一千万", 20000000: "两千万", 20200000: "两千零二十万",
    100000000: "一亿", 100000001: "一亿零一", 100050000: "一亿零五万", 120000000: "一亿二千万",
    200000000: "两亿", 1000000000: "十亿", 1000100000: "十亿零一十万", 10000000000: "一百亿",
    123456789012: "一千二百三十四亿五千六百七十八万九千零一十二", 1000000000000: "一万亿",
    2000000000000: "两万亿", -5: "负五", -200: "负两百",
}  # fmt: skip
ENGLISH_NUMBERS = {
    0: "zero", 5: "five", 13: "thirteen", 20: "twenty", 42: "forty-two", 100: "one hundred",
    105: "one hundred five", 999: "nine hundred ninety-nine", 1000: "one thousand", 2020: "two thousand twenty",
    10050: "ten thousand fifty", 1000000: "one million", 3000000001: "three billion one",
    1000000000000: "one trillion", -7: "minus seven",
}  # fmt: skip
DECIMALS = [
    ("3.14", "三点一四", "three point one four"),
    ("0.5", "零点五", "zero point five"),
    ("2.0", "二", "two"),
    ("2.50", "二点五", "two point five"),
    ("-0.05", "负零点零五", "minus zero point zero five"),
    ("-0", "零", "zero"),
    ("200.02", "两百点零二", "two hundred point zero two"),
    (Decimal("1.1234567"), "一点一二三四五七", "one point one two three four five seven"),
]
MONEY = [  # in 0.0001 元
    (0, "零元", "zero yuan"),
    (49, "零元", "zero yuan"),
    (50, "一分", "one fen"),
    (200, "两分", "two fen"),
    (5_000, "五角", "fifty fen"),
    (2_000, "两角", "twenty fen"),
    (5_500, "五角五分", "fifty-five fen"),
    (2_200, "两角二分", "twenty-two fen"),
    (10_000, "一元", "one yuan"),
    (20_000, "两元", "two yuan"),
    (20_200, "两元零二分", "two yuan and two fen"),
    (22_200, "两元两角二分", "two yuan and twenty-two fen"),
    (120_000, "十二元", "twelve yuan"),
    (125_000, "十二元五角", "twelve yuan and fifty fen"),
    (125_500, "十二元五角五分", "twelve yuan and fifty-five fen"),
    (120_500, "十二元零五分", "twelve yuan and five fen"),
    (2_000_000, "两百元", "two hundred yuan"),
    (99_999, "十元", "ten yuan"),
    (-125_000, "负十二元五角", "minus twelve yuan and fifty fen"),
    (-49, "零元", "zero yuan"),
]
TIMES = [
    ("00:00", "凌晨零点", "twelve midnight"),
    ("00:05", "凌晨零点零五分", "twelve oh five a.m."),
    ("02:00", "凌晨两点", "two a.m."),
    ("04:59", "凌晨四点五十九分", "four fifty-nine a.m."),
    ("05:30", "早上五点半", "five thirty a.m."),
    ("07:59", "早上七点五十九分", "seven fifty-nine a.m."),
    ("08:00", "上午八点", "eight a.m."),
    ("09:30", "上午九点半", "nine thirty a.m."),
    ("11:10", "上午十一点十分", "eleven ten a.m."),
    ("12:00", "中午十二点", "twelve noon"),
    ("12:30", "中午十二点半", "twelve thirty p.m."),
    ("13:00", "下午一点", "one p.m."),
    ("14:05", "下午两点零五分", "two oh five p.m."),
    ("17:45", "下午五点四十五分", "five forty-five p.m."),
    ("18:00", "晚上六点", "six p.m."),
    ("22:22", "晚上十点二十二分", "ten twenty-two p.m."),
    (time(23, 59), "晚上十一点五十九分", "eleven fifty-nine p.m."),
    (datetime(2026, 11, 23, 9, 30), "上午九点半", "nine thirty a.m."),
]
DATES = [  # on Monday 2026-11-23
    ("2026-11-22", "昨天", "yesterday"),
    ("2026-11-23", "今天", "today"),
    ("2026-11-24", "明天", "tomorrow"),
    ("2026-11-25", "后天", "the day after tomorrow"),
    ("2026-11-26", "十一月二十六日星期四", "Thursday November twenty-sixth"),
    ("2026-02-02", "二月二日星期一", "Monday February second"),
    ("2026-10-10", "十月十日星期六", "Saturday October tenth"),
    ("2027-01-01", "二〇二七年一月一日星期五", "Friday January first twenty twenty-seven"),
    ("2009-08-03", "二〇〇九年八月三日星期一", "Monday August third two thousand nine"),
    ("2000-02-29", "二〇〇〇年二月二十九日星期二", "Tuesday February twenty-ninth two thousand"),
    ("1905-12-31", "一九〇五年十二月三十一日星期日", "Sunday December thirty-first nineteen oh five"),
    ("1900-03-01", "一九〇〇年三月一日星期四", "Thursday March first nineteen hundred"),
    (date(2026, 12, 1), "十二月一日星期二", "Tuesday December first"),
]
PHONES = [
    ("13800138000", "幺三八，零零幺三，八零零零"),
    ("4008001234", "四零零，八零零，幺二三四"),
    ("057188888888", "零五七幺，八八八八，八八八八"),
    ("01062345678", "零幺零，六二三四，五六七八"),
    ("138 0013 8000", "幺三八，零零幺三，八零零零"),
    ("10086", "幺零零八六"),
]
DIGITS = [
    ("801", "八零幺", "eight zero one"),
    ("0", "零", "zero"),
    ("222", "二二二", "two two two"),
    ("*12#", "星号幺二井号", "star one two pound"),
]
COUNTS = [
    ((1, "people"), "一位", "one caller"),
    ((2, "people"), "两位", "two callers"),
    ((3, "people"), "三位", "three callers"),
    ((12, "people"), "十二位", "twelve callers"),
    ((22, "people"), "二十二位", "twenty-two callers"),
    ((200, "people"), "两百位", "two hundred callers"),
    ((0, "things"), "零个", "zero things"),
    ("2 orders", "两单", "two orders"),
    ("1 times", "一次", "one time"),
    ("2 items", "两件", "two items"),
    ("7 days", "七天", "seven days"),
    ("2 seconds", "两秒", "two seconds"),
]
DURATIONS = [
    (0, "不到一分钟", "less than a minute"),
    (59, "不到一分钟", "less than a minute"),
    (60, "约一分钟", "about one minute"),
    (61, "约两分钟", "about two minutes"),
    (170, "约三分钟", "about three minutes"),
    (timedelta(minutes=12), "约十二分钟", "about twelve minutes"),
    (3600, "约一小时", "about one hour"),
    (2 * 3600 + 60, "约两小时一分钟", "about two hours one minute"),
]
QUEUE = [
    ("place", 0, "您是下一位", "you are next in line"),
    ("place", 1, "您前面还有一位", "there is one caller ahead of you"),
    ("place", 2, "您前面还有两位", "there are two callers ahead of you"),
    ("place", 3, "您前面还有三位", "there are three callers ahead of you"),
    ("place", 120, "您前面还有一百二十位", "there are one hundred twenty callers ahead of you"),
    ("position", 1, "您排在第一位", "you are number one in line"),
    ("position", 2, "您排在第二位", "you are number two in line"),
    ("position", "12", "您排在第十二位", "you are number twelve in line"),
    ("wait", 170, "预计等待约三分钟", "the estimated wait is about three minutes"),
    ("wait", 20, "预计等待不到一分钟", "the estimated wait is less than a minute"),
]
WEEKDAYS = [
    (0, "星期一", "Monday"),
    ("sun", "星期日", "Sunday"),
    ("5", "星期六", "Saturday"),
    (MONDAY, "星期一", "Monday"),
]
BOTH = [
    *(("number", *case) for case in DECIMALS),
    *(("money", *case) for case in MONEY),
    *(("time", *case) for case in TIMES),
    *(("date", *case) for case in DATES),
    *(("digits", *case) for case in DIGITS),
    *(("count", *case) for case in COUNTS),
    *(("duration", *case) for case in DURATIONS),
    *(("weekday", *case) for case in WEEKDAYS),
    *QUEUE,
    ("moment", "2026-11-24T09:30", "明天上午九点半", "tomorrow nine thirty a.m."),
    (
        "moment",
        datetime(2026, 11, 30, 14),
        "十一月三十日星期一下午两点",
        "Monday November thirtieth two p.m.",
    ),
]
REFUSED = [
    ("number", "twelve"), ("number", "1e99"), ("number", "nan"), ("number", 10**15), ("number", 0.1), ("number", True),
    ("number", ""), ("number", "9" * 40), ("money", "1.5"), ("money", 10**15), ("digits", "12a"), ("digits", ""),
    ("digits", "1" * 33), ("phone", "+86138"), ("phone", "${api}"), ("count", (1, "cats")), ("count", "people"),
    ("count", (-1, "people")), ("date", "2026-02-30"), ("date", "23.11.2026"), ("time", "25:00"), ("time", "noon"),
    ("moment", "tomorrow"), ("weekday", 7), ("weekday", "someday"), ("duration", -1), ("place", -1),
    ("position", 0), ("opera", 1),
]  # fmt: skip


def heard(kind: str, value: Any, language: str = "zh") -> str:
    return text(parts(kind, value, language, today=MONDAY))


@pytest.mark.parametrize(("number", "said"), NUMBERS.items())
def test_whole_numbers_in_mandarin(number: int, said: str) -> None:
    assert heard("number", number) == said


@pytest.mark.parametrize(("number", "said"), ENGLISH_NUMBERS.items())
def test_whole_numbers_in_english(number: int, said: str) -> None:
    assert heard("number", number, "en") == said


@pytest.mark.parametrize(("kind", "value", "chinese", "english"), BOTH)
def test_values_in_both_languages(kind: str, value: Any, chinese: str, english: str) -> None:
    assert heard(kind, value, "zh") == chinese
    assert heard(kind, value, "en") == english


@pytest.mark.parametrize(("number", "said"), PHONES)
def test_phone_numbers_come_in_groups(number: str, said: str) -> None:
    assert heard("phone", number) == said


def test_phone_numbers_in_english() -> None:
    assert heard("phone", "13800138000", "en") == "one three eight, zero zero one three, eight zero zero zero"


def test_without_today_a_date_is_said_in_full() -> None:
    assert text(parts("date", MONDAY, "zh")) == "二〇二六年十一月二十三日星期一"


@pytest.mark.parametrize(("kind", "value"), REFUSED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_cannot_be_said_is_refused(kind: str, value: Any, language: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        parts(kind, value, language)


def test_a_language_that_is_not_spoken_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        parts("number", 1, "fr")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_its_part_in_every_language(language: str, measure: str) -> None:
    for n in (1, 2):
        assert set(parts("count", (n, measure), language)) <= set(PARTS)


def test_every_kind_is_tried_here() -> None:
    tried = {kind for kind, *_ in BOTH} | {"phone"}
    assert tried == set(KINDS)


def test_the_ids_of_parts_are_safe_file_names() -> None:
    for part in PARTS:
        assert part.replace(".", "").replace("-", "").isalnum()
        assert part.isascii()
