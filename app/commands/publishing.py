"""`hotline400 flow publish|plan|rollback`: what calls run on, now or at a time."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from redis import Redis

from app.calls import planned
from app.calls.publish import publish_flow
from app.errors import HotlineError, LiveError
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.redis import url_of
from app.settings import Settings
from app.store.models import Company, FlowVersion


def add_arguments(publishing: argparse.ArgumentParser, parsers: tuple[argparse.ArgumentParser, ...]) -> None:
    """What `publish` takes, then `plan` and `rollback`."""
    plan, rollback = parsers
    for parser in (publishing, plan, rollback):
        parser.add_argument("--note", default="", help="why, for the history")
    moment = 'on the company\'s clock: "2026-10-01 08:00"'
    plan.add_argument("--at", required=True, help=f"when, {moment}")
    plan.add_argument("--until", help=f"when the version before comes back by itself, {moment}")
    rollback.add_argument("--version", type=int, required=True, help="the version that comes back")


def publish(settings: Settings, company: Company, arguments: argparse.Namespace) -> int:
    """Publish the draft. DocumentError when it has errors."""
    slug, note = arguments.flow, arguments.note
    return _published(settings, slug, lambda redis: publish_flow(redis, company, slug, note=note))


def rollback(settings: Settings, company: Company, arguments: argparse.Namespace) -> int:
    """Publish an old version's document as a new version. DocumentError when it does not fit any more."""
    slug, number = arguments.flow, arguments.version
    note = arguments.note or f"恢复第 {number} 版"
    return _published(
        settings, slug, lambda redis: planned.roll_back(redis, company, slug, number, note=note)
    )


def plan(settings: Settings, company: Company, arguments: argparse.Namespace) -> int:
    """Have the draft as it is now published at a time. DocumentError when it could not be published now."""
    at = _moment(company, arguments.at)
    until = _moment(company, arguments.until) if arguments.until else None
    if not datetime.now(UTC) < at < (until or at + planned.MOST_AHEAD):
        raise HotlineError("--at lies ahead, and --until behind it")
    made = planned.plan(company, arguments.flow, at, note=arguments.note, return_at=until)
    print(f"{arguments.flow}: plan {made.id}, to be published at {arguments.at}")
    return 0


def _moment(company: Company, typed: str) -> datetime:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=ZoneInfo(company.timezone))
    except ValueError as bad:
        raise HotlineError(f'{typed} is no date and time such as "2026-10-01 08:00"') from bad


def _published(settings: Settings, slug: str, publish: Callable[[Redis], FlowVersion]) -> int:
    with connect(url_of(settings), JOB_TIMEOUT_S) as redis:
        try:
            version = publish(redis)
        except LiveError as away:
            print(f"{slug}: published, and in force once Redis is back ({away})", file=sys.stderr)
            return 0
    print(f"{slug}: version {version.version} published")
    return 0
