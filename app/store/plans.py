"""Publishings at a time: planned, taken back, done once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import JOIN, ModelSelect

from app.errors import StoreError
from app.flow.problems import Problem
from app.store import flows
from app.store.db import Conflict, NotFound, first, locked, writing
from app.store.models import Company, Flow, FlowPlan, FlowVersion, User
from app.store.models.base import utc_now
from app.store.models.plan import CANCELLED, DONE, REFUSED, WAITING

LIMIT = 50
MOST_WAITING = 20


class TooManyPlans(StoreError):
    """A flow has MOST_WAITING publishings planned already."""


def waiting(company: Company, slug: str) -> list[FlowPlan]:
    """What is planned for a flow, the next one first."""
    query = _plans(company, slug).where(FlowPlan.state == WAITING)
    return list(query.order_by(FlowPlan.due_at, FlowPlan.id).limit(LIMIT))


def settled(company: Company, slug: str) -> list[FlowPlan]:
    """What became of the flow's plans that wait no more, the last one first."""
    query = _plans(company, slug).where(FlowPlan.state != WAITING)
    return list(query.order_by(FlowPlan.settled_at.desc(), FlowPlan.id.desc()).limit(LIMIT))


def find(company: Company, plan_id: int) -> FlowPlan:
    """NotFound when the company has no such plan."""
    query = FlowPlan.select(FlowPlan, Flow).join(Flow)
    plan = first(query.where(FlowPlan.company == company, FlowPlan.id == plan_id))
    if plan is None:
        raise NotFound(f"no plan {plan_id}")
    return plan


def add(
    company: Company,
    slug: str,
    document: dict[str, Any],
    at: datetime,
    user: User | None = None,
    note: str = "",
    return_at: datetime | None = None,
) -> FlowPlan:
    """Plan to publish a document. TooManyPlans when enough is planned for the flow."""
    with writing():
        flow = flows.find(company, slug)
        if len(waiting(company, slug)) >= MOST_WAITING:
            raise TooManyPlans(f"{slug} has {MOST_WAITING} publishings planned")
        return FlowPlan.create(
            company=company,
            flow=flow,
            document=document,
            due_at=at,
            return_at=return_at,
            note=note[:200],
            made_by=user,
        )


def add_return(
    company: Company, before: FlowVersion, at: datetime, user: User | None = None, note: str = ""
) -> FlowPlan:
    """Plan that this version comes back, unless something else than the one after it is in force then.

    NotFound when the version is not the company's.
    """
    with writing():
        flow = flows.find(company, before.flow.slug)
        kept = flows.version(company, flow.slug, before.version)
        newest = flows.published(company, flow.slug) or kept
        return FlowPlan.create(
            company=company,
            flow=flow,
            document=kept.document,
            due_at=at,
            restores=kept.version,
            replaces=newest.version,
            note=note[:200],
            made_by=user,
        )


def cancel(company: Company, plan_id: int, user: User | None = None) -> FlowPlan:
    """Take a plan back. Conflict when it is not waiting any more."""
    with writing():
        plan = take(company, plan_id)
        if plan is None:
            raise Conflict(f"plan {plan_id} is settled")
        return _settle(plan, state=CANCELLED, settled_by=user)


def take(company: Company, plan_id: int) -> FlowPlan | None:
    """The plan, kept from others until the transaction ends; None when it is settled."""
    find(company, plan_id)
    mine = (FlowPlan.company == company) & (FlowPlan.id == plan_id) & (FlowPlan.state == WAITING)
    return first(locked(FlowPlan.select().where(mine)))


def done(company: Company, plan_id: int, version: int) -> FlowPlan:
    """It became this version."""
    return _settle(find(company, plan_id), state=DONE, version=version)


def refused(company: Company, plan_id: int, problems: Iterable[Problem]) -> FlowPlan:
    """It could not be published, for these reasons."""
    reasons = [list(problem.words) for problem in problems if problem.is_error]
    return _settle(find(company, plan_id), state=REFUSED, problems=reasons)


def due(now: datetime) -> list[FlowPlan]:
    """Everybody's that should be published by now, in the order in which that was to be."""
    query = FlowPlan.select(FlowPlan, Company).join(Company)
    late = query.where(FlowPlan.state == WAITING, FlowPlan.due_at <= now)
    return list(late.order_by(FlowPlan.due_at, FlowPlan.id).limit(LIMIT))


def _plans(company: Company, slug: str) -> ModelSelect[FlowPlan]:
    return (
        FlowPlan.select(FlowPlan, Flow, User)
        .join(Flow)
        .switch(FlowPlan)
        .join(User, JOIN.LEFT_OUTER, on=FlowPlan.made_by)
        .where(FlowPlan.company == company, Flow.slug == slug)
    )


def _settle(plan: FlowPlan, **values: object) -> FlowPlan:
    with writing():
        for name, value in (values | {"settled_at": utc_now()}).items():
            setattr(plan, name, value)
        plan.save(only=[*values, "settled_at"])
        return plan
