"""Publishing at a time, taking it back at another, and going back to an old version.

A plan keeps what was the draft when it was made. The plan's row and the version are written in one transaction, so
that it is done once, whichever workers look at it how often. Where workers were away at its time, it is done when
they are back, and the owner is told; so he is when it cannot be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from redis import Redis

from app.calls import notices
from app.calls.publish import publish_flow, put_in_force, store_version
from app.errors import DocumentError, HotlineError, LiveError
from app.flow.problems import error
from app.store import deliveries, flows, plans, tasks
from app.store.db import writing
from app.store.models import Company, Delivery, FlowPlan, FlowVersion, User

log = structlog.get_logger()

LATE = timedelta(minutes=5)
MOST_AHEAD = timedelta(days=366)


class _Rehearsed(Exception):
    """Everything went well."""


def plan(
    company: Company,
    slug: str,
    at: datetime,
    user: User | None = None,
    note: str = "",
    return_at: datetime | None = None,
) -> FlowPlan:
    """Have the draft as it is now published at a time. DocumentError when it could not be published now."""
    document = flows.find(company, slug).draft
    try:
        with writing():
            store_version(company, slug, user, note, document)
            raise _Rehearsed
    except _Rehearsed:
        return plans.add(company, slug, document, at, user, note, return_at)


def publish_until(
    redis: Redis, company: Company, slug: str, return_at: datetime, user: User | None = None, note: str = ""
) -> FlowVersion:
    """Publish the draft now; what calls run on until now comes back by itself. DocumentError like publish_flow."""
    with writing():
        before = flows.published(company, slug)
        version, concerned = store_version(company, slug, user, note)
        if before:
            plans.add_return(company, before, return_at, user, note)
    put_in_force(redis, company, concerned)
    return version


def roll_back(
    redis: Redis, company: Company, slug: str, number: int, user: User | None = None, note: str = ""
) -> FlowVersion:
    """Publish the document of an old version as a new one; the draft stays as it is. DocumentError like publish_flow."""
    return publish_flow(redis, company, slug, user, note, flows.version(company, slug, number).document)


def carry_out_due(redis: Redis, now: datetime) -> int:
    """Publish whatever is due; returns how much was. One that fails keeps nobody else's waiting."""
    return sum(_tried(redis, each, now) for each in plans.due(now))


def _tried(redis: Redis, each: FlowPlan, now: datetime) -> bool:
    try:
        return carry_out(redis, each.company, each.id, now)
    except LiveError as away:  # it is stored: it comes in force once Redis is back
        log.warning("plan_in_force_late", plan=each.id, problem=str(away))
        return True
    except HotlineError as wrong:
        log.error("plan_failed", alarm=True, plan=each.id, problem=str(wrong))
        return False


def carry_out(redis: Redis, company: Company, plan_id: int, now: datetime) -> bool:
    """Publish what was planned; False when somebody else did, when it was taken back, or when it cannot be done."""
    try:
        with writing():
            taken = plans.take(company, plan_id)
            if taken is None:
                return False
            concerned, waiting = _publish(company, taken, now)
    except DocumentError as refused:
        notices.enqueue(redis, _give_up(company, plan_id, refused))
        return False
    put_in_force(redis, company, concerned)
    notices.enqueue(redis, waiting)
    return True


def _publish(company: Company, taken: FlowPlan, now: datetime) -> tuple[list[str], list[Delivery]]:
    """The flows that are concerned, and what has to be told."""
    slug = taken.flow.slug
    before = flows.published(company, slug)
    _demand_sense(company, taken, before, now)
    version, concerned = store_version(company, slug, taken.made_by, taken.note, taken.document)
    plans.done(company, taken.id, version.version)
    if taken.return_at and before:
        plans.add_return(company, before, taken.return_at, taken.made_by, taken.note)
    if now - taken.due_at <= LATE:
        return concerned, []
    text = (
        f"流程「{taken.flow.name}」原定 {_told(company, taken.due_at)} 发布，当时系统没有运行，"
        f"已在 {_told(company, now)} 补发，现在是第 {version.version} 版。"
    )
    return concerned, _tell(company, text)


def _demand_sense(company: Company, taken: FlowPlan, before: FlowVersion | None, now: datetime) -> None:
    """DocumentError when what was planned does not fit any more to what is in force, or to the time."""
    if taken.return_at and taken.return_at <= now:
        why = ("到恢复的时间还没有发布，已跳过", "it was time to take it back before it was published")
        raise DocumentError([error("plan_too_late", "", *why)])
    if taken.replaces is None or before is None:
        return
    if before.document != flows.version(company, taken.flow.slug, taken.replaces).document:
        why = (
            f"期间发布过第 {before.version} 版，没有自动恢复",
            f"version {before.version} was published meanwhile, so it was left in force",
        )
        raise DocumentError([error("plan_overtaken", "", *why)])


def _give_up(company: Company, plan_id: int, refused: DocumentError) -> Iterable[Delivery]:
    with writing():
        taken = plans.take(company, plan_id)
        if taken is None:
            return []
        given_up = plans.refused(company, plan_id, refused.problems)
        reasons = "；".join(chinese for chinese, _ in given_up.problems[:3])
        what = f"恢复第 {taken.restores} 版" if taken.restores else "发布"
        text = f"流程「{taken.flow.name}」没有按计划在 {_told(company, taken.due_at)} {what}：{reasons}。"
        return _tell(company, f"{text}来电还按现在的版本走。")


def _tell(company: Company, text: str) -> list[Delivery]:
    return deliveries.plan(company, tasks.notice(company, "", "", text))


def _told(company: Company, at: datetime) -> str:
    there = at.astimezone(ZoneInfo(company.timezone))
    return f"{there.year} 年 {there.month} 月 {there.day} 日 {there:%H:%M}"
