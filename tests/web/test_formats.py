from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from app.web import formats

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Shanghai


@pytest.mark.parametrize(
    ("ms", "zh", "en"),
    [
        (0, "0秒", "0 s"),
        (None, "0秒", "0 s"),
        (15_400, "15秒", "15 s"),
        (59_700, "1分00秒", "1 min 00 s"),
        (125_000, "2分05秒", "2 min 05 s"),
        (3_725_000, "1小时02分", "1 h 02 min"),
    ],
)
def test_a_length_of_time(console: Flask, ms: int | None, zh: str, en: str) -> None:
    for language, shown in (("zh", zh), ("en", en)):
        with console.test_request_context(headers={"Accept-Language": language}):
            assert formats.duration(ms) == shown


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (datetime(2026, 11, 23, 3, 30, tzinfo=UTC), "今天 11:30", "Today 11:30"),
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "今天 00:30", "Today 00:30"),  # already today there
        (datetime(2026, 11, 22, 15, 30, tzinfo=UTC), "昨天 23:30", "Yesterday 23:30"),
        (datetime(2026, 11, 1, 1, 0, tzinfo=UTC), "11月1日 09:00", "1 Nov 09:00"),
        (datetime(2025, 1, 2, 3, 4, tzinfo=UTC), "2025年1月2日 11:04", "2 Jan 2025 11:04"),
        (None, "—", "—"),
    ],
)
def test_a_moment_where_the_company_is(
    console: Flask, monkeypatch: pytest.MonkeyPatch, at: datetime | None, zh: str, en: str
) -> None:
    monkeypatch.setattr(formats, "now", lambda: NOW)
    for language, shown in (("zh", zh), ("en", en)):
        with console.test_request_context(headers={"Accept-Language": language}):
            assert formats.moment(at) == shown


def test_places_and_numbers(console: Flask) -> None:
    with console.test_request_context():
        assert formats.phone("") == "未显示号码" or formats.phone("") == "Number withheld"


@pytest.mark.parametrize(
    ("province", "city", "zh", "en"),
    [
        ("北京", "北京", "北京", "Beijing"),
        ("浙江", "杭州", "浙江杭州", "Hangzhou, Zhejiang"),
        ("浙江", "", "浙江", "Zhejiang"),
        ("", "", "", ""),
    ],
)
def test_a_place(console: Flask, province: str, city: str, zh: str, en: str) -> None:
    for language, expected in (("zh", zh), ("en", en)):
        with console.test_request_context(headers={"Accept-Language": language}):
            assert formats.place(province, city) == expected


def test_a_carrier(console: Flask) -> None:
    for language, expected in (("zh", "中国移动"), ("en", "China Mobile")):
        with console.test_request_context(headers={"Accept-Language": language}):
            assert formats.issuer("中国移动") == expected
            assert formats.issuer("") == ""
