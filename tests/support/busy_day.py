"""The demo company on a busy day, the same every time: for pictures, and for looking at every page with something on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app import demo
from app.live.places import QueuePlan
from app.live.shared import Shared
from app.store import agents, calls, closures, flow_tests, hours, lists, queues, users
from app.store.lists import Entry
from app.store.models import Company, User
from app.store.queues import Rules
from tests.support.cdrs import MARK, MESSAGE, cdr, leg

CALLERS = (
    ("13800138000", "北京", "北京", "中国移动"),
    ("13600001234", "浙江", "杭州", "中国移动"),
    ("18900005678", "广东", "深圳", "中国电信"),
    ("02160001234", "上海", "上海", ""),
    ("13100004321", "四川", "成都", "中国联通"),
    ("", "", "", ""),
)
PHONES = {"sales1": "售前一号", "care1": "售后一号", "care2": "售后二号", "desk": "前台"}
BY_HOUR = (3, 7, 9, 6, 4, 5, 8, 7, 5)  # from nine o'clock on
WEEK_AGO = (2, 5, 8, 8, 3, 6, 6, 4, 2)


def fill(company: Company, owner: User, now: datetime, password: str) -> None:
    """Calls of today until `now` and of a week ago, a queue, lists, a closure, a second person, a test."""
    users.create(company, "desk@demo.example", "前台", password)
    queues.create(
        company,
        "care",
        "售后排队",
        Rules(wrap_up_s=30, max_size=9, music="welcome"),
        ["care1", "care2"],
    )
    lists.create(company, "black", "骚扰电话", "black")
    lists.add(company, "black", [Entry("number", "13900009999", "推销"), Entry("prefix", "170")])
    lists.create(company, "vip", "老客户", "vip")
    lists.add(company, "vip", [Entry("number", "13600001234", "年框客户")])
    hours.change(company, "office", name="办公时间", document=demo.HOURS | {"holidays": True})
    closures.add(company, [date(2026, 12, day) for day in (30, 31)], "年终盘点")
    agents.seat(company, "care1", owner)
    flow_tests.save(company, "main", "白天按 2 有人接", {}, {})
    for record in _calls(company, now):
        calls.record(record)


def wait_in_queue(shared: Shared, company: Company) -> None:
    """Both of the queue's phones are taken, and two callers wait."""
    numbers = ("13900000003", "13900000004")
    shared.acquire(company.id, "talking", numbers[:1], "13800138000/4008001234")
    shared.acquire(company.id, "talking2", numbers[1:], "02160001234/4008001234")
    for call, caller in (("first", "18900005678"), ("second", "13100004321")):
        shared.join(company.id, QueuePlan("care", numbers), call, caller=f"{caller}/4008001234")


def _calls(company: Company, now: datetime) -> Iterator[dict[str, Any]]:
    random, nine = Random(400), now.replace(hour=1, minute=0, second=0, microsecond=0)  # in Shanghai
    for days_ago, by_hour in ((7, WEEK_AGO), (0, BY_HOUR)):
        for hour, count in enumerate(by_hour):
            for place in range(count):
                began = nine + timedelta(
                    hours=hour, minutes=60 * place // count, seconds=random.randrange(59)
                )
                if began < now:
                    began -= timedelta(days=days_ago)
                    yield _call(f"{days_ago}-{hour}-{place}", company, began, random)


def _call(call_id: str, company: Company, began: datetime, random: Random) -> dict[str, Any]:
    ani, province, city, carrier = random.choice(CALLERS)
    phone = random.choice(list(PHONES))
    result = random.choices(("answered", "missed", "abandoned"), (8, 2, 1))[0]
    talked = random.randrange(20, 400) * 1000 if result == "answered" else 0
    waited = random.randrange(3, 40) * 1000
    rung = leg(phone=phone, name=PHONES[phone], ring_ms=waited, talk_ms=talked)
    missed = {} if talked else {"result": "no_answer", "cause": "NO_ANSWER"}
    return cdr(
        call_id,
        company.id,
        ani=ani,
        province=province,
        city=city,
        carrier=carrier,
        began_at=began.isoformat(),
        wait_ms=waited,
        talk_ms=talked,
        duration_ms=waited + talked,
        result=result,
        answered_by=phone if talked else "",
        legs=[rung | missed] if result != "abandoned" else [],
        voicemail=MESSAGE | {"file": f"voicemail/1/{call_id}.wav"} if result == "missed" else None,
        survey=[MARK | {"mark": random.randint(1, 5), "phone": phone}] if talked > 200_000 else [],
    )
