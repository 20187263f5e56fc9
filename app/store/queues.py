"""Queues 排队 of a company: their settings. Who waits in them lives in Redis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.store import prompts
from app.store.db import NotFound, first, locked, writing
from app.store.members import MAX_MEMBERS, Finder, Member, of_queue
from app.store.models import CallQueue, Company, Phone, QueueMember
from app.store.references import refuse_when_used

LIMIT = 100


@dataclass(frozen=True, slots=True)
class Rules:
    """How a queue works; see models/queue.py. `music` is a prompt's slug, "" for the system's."""

    strategy: str = "longest_idle"
    ring_timeout_s: int = 20
    wrap_up_s: int = 0
    max_size: int = 0
    music: str = ""
    max_misses: int = 3
    rest_s: int = 10


def every(company: Company, limit: int = LIMIT) -> list[CallQueue]:
    return list(CallQueue.select().where(CallQueue.company == company).order_by(CallQueue.slug).limit(limit))


def find(company: Company, slug: str) -> CallQueue:
    """The queue with this slug; NotFound when the company has none."""
    queue = CallQueue.get_or_none(CallQueue.company == company, CallQueue.slug == slug)
    if queue is None:
        raise NotFound(f"no queue {slug}")
    return queue


def create(
    company: Company, slug: str, name: str, rules: Rules, members: Sequence[Member | str] = ()
) -> CallQueue:
    """A queue answered by phones, in their order. Conflict when the slug is taken or a phone stands twice."""
    with writing():
        queue = CallQueue.create(company=company, slug=slug, name=name, **_columns(company, rules))
        _put(company, queue, members)
        return queue


def change(
    company: Company, slug: str, *, name: str, rules: Rules, members: Sequence[Member | str]
) -> CallQueue:
    """Calls notice at the next publishing."""
    with writing():
        queue = first(locked(CallQueue.select().where(CallQueue.company == company, CallQueue.slug == slug)))
        if queue is None:
            raise NotFound(f"no queue {slug}")
        for column, value in {"name": name, **_columns(company, rules)}.items():
            setattr(queue, column, value)
        queue.save()
        QueueMember.delete().where(QueueMember.company == company, QueueMember.queue == queue).execute()
        _put(company, queue, members)
        return queue


def delete(company: Company, slug: str) -> None:
    """Conflict while a flow refers to it."""
    with writing():
        refuse_when_used(company, "queue", slug)
        find(company, slug).delete_instance()


def members(company: Company, queue: CallQueue) -> list[Member]:
    """The queue's phones in their order."""
    return members_of_all(company).get(queue.id, [])


def members_of_all(company: Company) -> dict[int, list[Member]]:
    """Every queue's phones in their order, by the queue's id."""
    found: dict[int, list[Member]] = {}
    for row in _rows(company):
        found.setdefault(row.queue_id, []).append(of_queue(row))
    return found


def queues_with(company: Company, phone: Phone, limit: int = LIMIT) -> list[CallQueue]:
    """The queues that this phone answers."""
    query = CallQueue.select().join(QueueMember, on=QueueMember.queue == CallQueue.id)
    query = query.where(CallQueue.company == company, QueueMember.phone == phone)
    return list(query.order_by(CallQueue.slug).limit(limit))


def _columns(company: Company, rules: Rules) -> dict[str, object]:
    return {
        "strategy": rules.strategy,
        "ring_timeout_s": rules.ring_timeout_s,
        "wrap_up_s": rules.wrap_up_s,
        "max_size": rules.max_size,
        "max_misses": rules.max_misses,
        "rest_s": rules.rest_s,
        "music": prompts.find(company, rules.music) if rules.music else None,
    }


def _rows(company: Company) -> Iterable[QueueMember]:
    query = (
        QueueMember.select(QueueMember, Phone)
        .join(Phone)
        .where(QueueMember.company == company)
        .order_by(QueueMember.queue, QueueMember.position)
    )
    rows: Iterable[QueueMember] = query.limit(LIMIT * MAX_MEMBERS)
    return rows


def _put(company: Company, queue: CallQueue, members: Sequence[Member | str]) -> None:
    finder = Finder(company)
    for position, given in enumerate(members[:MAX_MEMBERS]):
        member = Member(given) if isinstance(given, str) else given
        phone, _group = finder.find(member.id)
        if phone is None:
            raise NotFound(f"{member.id} is no phone")
        QueueMember.create(company=company, queue=queue, phone=phone, position=position, weight=member.weight)
