"""Mandarin as people say it on the phone: 两 where a number begins with it, 幺 in phone numbers, 〇 in years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

from app.speech.values import Money

DIGITS = "零一二三四五六七八九"
PAUSE = "pause"  # a short silence between groups of digits

HOURS = ((5, "early"), (8, "dawn"), (12, "morning"), (13, "noon"), (18, "afternoon"), (24, "evening"))
"""Until which hour a part of the day lasts, and its slug."""

MEASURES = {
    "people": "位", "things": "个", "items": "件", "orders": "单", "times": "次",
    "days": "天", "hours": "小时", "minutes": "分钟", "seconds": "秒",
}  # fmt: skip
WORDS = {
    "minus": "负", "point": "点", "wan": "万", "yi": "亿", "n2-liang": "两", "n200-er": "二百", "n2000-er": "二千",
    "circle": "〇", "yao": "幺", "star": "星号", "hash": "井号", PAUSE: "，",
    "yuan": "元", "jiao": "角", "fen": "分",
    "early": "凌晨", "dawn": "早上", "morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上",
    "o-clock": "点", "half": "半", "minute": "分",
    "today": "今天", "tomorrow": "明天", "after-tomorrow": "后天", "yesterday": "昨天", "year": "年", "day": "日",
    "about": "约", "under-a-minute": "不到一分钟",
    "ahead": "您前面还有", "next": "您是下一位", "position": "您排在第", "wait": "预计等待",
}  # fmt: skip


def _below_100(n: int) -> str:
    tens, ones = divmod(n, 10)
    if tens == 0:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


TEXTS: dict[str, str] = {
    **{f"n{n}": _below_100(n) for n in range(100)},
    **{f"n1{n}": "一" + _text for n in range(10, 20) if (_text := _below_100(n))},
    **{f"n{n}00": f"{'两' if n == 2 else DIGITS[n]}百" for n in range(1, 10)},
    **{f"n{n}000": f"{'两' if n == 2 else DIGITS[n]}千" for n in range(1, 10)},
    **{f"month{n}": f"{_below_100(n)}月" for n in range(1, 13)},
    **{f"weekday{n}": f"星期{name}" for n, name in enumerate("一二三四五六日", 1)},
    **{f"measure-{key}": text for key, text in MEASURES.items()},
    **WORDS,
}
"""What each part says, by its slug. `n110` to `n119` are 一十 to 一十九, as they stand after 百."""


def number(n: int) -> Iterator[str]:
    """A whole number: 10050 -> 一万零五十."""
    if n < 0:
        yield "minus"
    yield from _whole(abs(n), leading=True)


def decimal(whole: int, fraction: str, negative: bool) -> Iterator[str]:
    """A number with digits after the point: 三点一四."""
    if negative:
        yield "minus"
    yield from _whole(whole, leading=True)
    if fraction:
        yield "point"
        yield from (f"n{digit}" for digit in fraction)


def _whole(n: int, *, leading: bool) -> Iterator[str]:
    """`leading`: nothing was said before it, so a 2 in front of 百 千 万 亿 is 两, and 10 to 19 are 十 to 十九."""
    for unit, slug in ((100_000_000, "yi"), (10_000, "wan")):
        if n >= unit:
            high, n = divmod(n, unit)
            yield from ("n2-liang",) if high == 2 and leading else _whole(high, leading=leading)
            yield slug
            leading = False
            if n == 0:
                return
            if n < unit // 10:
                yield "n0"
    yield from _below_10000(n, leading=leading)


def _below_10000(n: int, *, leading: bool) -> Iterator[str]:
    said = not leading
    for unit in (1000, 100):
        head, rest = divmod(n, unit)
        if head:
            yield f"n{head * unit}" + ("-er" if head == 2 and said else "")
            said = True
            if 0 < rest < unit // 10:
                yield "n0"
            n = rest
            if n == 0:
                return
    yield f"n1{n}" if said and 10 <= n < 20 else f"n{n}"


def counted(n: int, measure: str) -> Iterator[str]:
    """A number before a measure word: 两位, 十二位."""
    yield from ("n2-liang",) if n == 2 else number(n)
    yield measure


def count(n: int, measure: str) -> Iterator[str]:
    return counted(n, f"measure-{measure}")


def digits(text: str) -> Iterator[str]:
    """Digit by digit, 1 as 幺; blanks are pauses."""
    special = {"1": "yao", "*": "star", "#": "hash", " ": PAUSE}
    return (special.get(char, f"n{char}") for char in text)


def money(value: Money) -> Iterator[str]:
    """元角分: 十二元五角, 十二元零五分."""
    if value.negative:
        yield "minus"
    jiao, fen = divmod(value.fen, 10)
    if value.yuan or not value.fen:
        yield from counted(value.yuan, "yuan")
    if jiao:
        yield from counted(jiao, "jiao")
    elif fen and value.yuan:
        yield "n0"
    if fen:
        yield from (f"n{fen}", "fen") if value.yuan or jiao else counted(fen, "fen")


def day(value: date, today: date | None) -> Iterator[str]:
    """今天, 明天 …, else 十一月二十三日 星期一; the year only when it is not this one."""
    named = {-1: "yesterday", 0: "today", 1: "tomorrow", 2: "after-tomorrow"}
    if today and (value - today).days in named:
        yield named[(value - today).days]
        return
    if today is None or today.year != value.year:
        yield from ("circle" if digit == "0" else f"n{digit}" for digit in str(value.year))
        yield "year"
    yield from (f"month{value.month}", f"n{value.day}", "day")
    yield from weekday(value.weekday())


def weekday(index: int) -> Iterator[str]:
    """Monday is 0."""
    yield f"weekday{index + 1}"


def clock(value: time) -> Iterator[str]:
    """上午九点半, 下午两点零五分."""
    yield next(slug for until, slug in HOURS if value.hour < until)
    hour = value.hour - 12 if value.hour > 12 else value.hour
    yield from counted(hour, "o-clock")
    if value.minute == 30:
        yield "half"
    elif value.minute:
        yield from ("n0",) if value.minute < 10 else ()
        yield from (f"n{value.minute}", "minute")


def duration(minutes: int) -> Iterator[str]:
    """约三分钟; 0 minutes are 不到一分钟."""
    if minutes == 0:
        yield "under-a-minute"
        return
    yield "about"
    hours, minutes = divmod(minutes, 60)
    if hours:
        yield from count(hours, "hours")
    if minutes:
        yield from count(minutes, "minutes")


def wait(minutes: int) -> Iterator[str]:
    """预计等待约三分钟."""
    yield "wait"
    yield from duration(minutes)


def place(ahead: int) -> Iterator[str]:
    """您前面还有三位; 您是下一位 when nobody is ahead."""
    if ahead == 0:
        yield "next"
        return
    yield "ahead"
    yield from count(ahead, "people")


def position(index: int) -> Iterator[str]:
    """您排在第三位; the first is 1."""
    yield "position"
    yield from number(index)
    yield "measure-people"
