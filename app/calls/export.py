"""Calls as a CSV file: written by a worker, for a million of them take half a minute; kept for a day.

Redis holds how far it is. The file lies in the folder `exports` of HOTLINE_HOME, which console and worker share.
"""

from __future__ import annotations

import csv
import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from app.calls.explain import ENDINGS
from app.integrations.spreadsheets import harmless
from app.live import keys
from app.live.connection import live_errors
from app.settings import Settings
from app.store import call_search, phones
from app.store.call_search import Filters
from app.store.models import Call, Company
from app.words import Words

QUEUE = "default"
JOB = "workers.exports.write_calls"
JOB_S = 900
KEPT_S = 24 * 3600
MOST = 1_000_000  # rows: what a spreadsheet opens
BYTE_ORDER_MARK = "\ufeff"  # by which spreadsheets know UTF-8
WAITING, WORKING, DONE = "waiting", "working", "done"

RESULTS = {
    "answered": Words("已接", "answered"),
    "missed": Words("未接", "missed"),
    "abandoned": Words("来电者挂断", "caller hung up"),
    "no_flow": Words("未开通", "not in service"),
    "failed": Words("失败", "failed"),
}
HEADINGS = (
    Words("时间", "Time"),
    Words("400 号码", "400 number"),
    Words("来电号码", "Caller"),
    Words("省份", "Province"),
    Words("城市", "City"),
    Words("运营商", "Carrier"),
    Words("结果", "Result"),
    Words("结束方式", "Ended by"),
    Words("等待（秒）", "Waited (s)"),
    Words("通话（秒）", "Talked (s)"),
    Words("接听", "Answered by"),
    Words("按键", "Keys"),
    Words("流程", "Flow"),
    Words("通话编号", "Call id"),
)


def ask(redis: Redis, company: Company, filters: Filters, locale: str) -> str:
    """Have a file written of the calls that fit; returns the name under which it is asked for. LiveError without Redis."""
    token = secrets.token_urlsafe(16)
    _tell(redis, company, token, {"state": WAITING, "done": 0, "of": 0})
    wanted = {"company_id": company.id, "token": token, "filters": _packed(filters), "locale": locale}
    with live_errors():
        Queue(QUEUE, connection=redis, serializer=JSONSerializer).enqueue_call(
            JOB, kwargs=wanted, timeout=JOB_S, result_ttl=0, failure_ttl=KEPT_S, description="calls as a file"
        )
    return token


def found(redis: Redis, company: Company, token: str) -> dict[str, Any] | None:
    """How far it is: state, done, of; None when nobody asked, or when it is over a day ago. LiveError without Redis."""
    with live_errors():
        text: Any = redis.get(keys.export(company.id, token))
    told: dict[str, Any] | None = json.loads(text) if text else None
    return told


def write(
    redis: Redis, settings: Settings, company: Company, token: str, filters: dict[str, Any], locale: str
) -> int:
    """Write the file; returns how many calls are in it. It appears under its name when it is complete."""
    wanted, folder = _unpacked(filters), folder_of(settings)
    folder.mkdir(parents=True, exist_ok=True)
    of, done = min(MOST, call_search.count(company, wanted)), 0
    draft = file_of(settings, company, token).with_suffix(".part")
    with draft.open("w", encoding="utf-8", newline="") as file:
        for done in _rows(file, company, wanted, locale):
            _tell(redis, company, token, {"state": WORKING, "done": done, "of": of})
    draft.rename(draft.with_suffix(".csv"))
    _tell(redis, company, token, {"state": DONE, "done": done, "of": done})
    return done


def tidy(settings: Settings) -> int:
    """Remove what is too old to be taken any more; returns how many files."""
    folder = folder_of(settings)
    files = [file for suffix in ("csv", "part") for file in folder.glob(f"*.{suffix}")]
    old = [file for file in files if time.time() - file.stat().st_mtime > KEPT_S]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def folder_of(settings: Settings) -> Path:
    return settings.home / "exports"


def file_of(settings: Settings, company: Company, token: str) -> Path:
    """Where the file is, once it is done; `token` must be one that `found` knows."""
    return folder_of(settings) / f"{company.id}-{token}.csv"


def _rows(file: TextIO, company: Company, filters: Filters, locale: str) -> Iterator[int]:
    """Write all rows; yields how many there are, after each batch."""
    file.write(BYTE_ORDER_MARK)
    writer, done = csv.writer(file), 0
    writer.writerow(words.in_(locale) for words in HEADINGS)
    zone, names = ZoneInfo(company.timezone), {row.slug: row.name for row in phones.every(company)}
    for batch in call_search.walk(company, filters):
        some = batch[: MOST - done]
        writer.writerows(map(harmless, _cells(call, zone, names, locale)) for call in some)
        done += len(some)
        yield done
        if done == MOST:
            return


def _cells(call: Call, zone: ZoneInfo, names: dict[str, str], locale: str) -> Iterator[object]:
    unknown = Words(call.ended, call.ended)
    yield f"{call.began_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    yield from (call.did, call.ani, call.province, call.city, call.carrier)
    yield RESULTS.get(call.result, Words(call.result, call.result)).in_(locale)
    yield ENDINGS.get(call.ended, unknown).in_(locale)
    yield from (round(call.wait_ms / 1000), round(call.talk_ms / 1000))
    yield names.get(call.answered_by, call.answered_by)
    yield from (call.keys, call.flow_id, call.call_id)


def _packed(filters: Filters) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in asdict(filters).items()
    }


def _unpacked(packed: dict[str, Any]) -> Filters:
    days = {name: date.fromisoformat(packed[name]) for name in ("since", "until") if packed[name]}
    return Filters(**{**packed, **days})


def _tell(redis: Redis, company: Company, token: str, told: dict[str, Any]) -> None:
    with live_errors():
        redis.set(keys.export(company.id, token), json.dumps(told), ex=KEPT_S)
