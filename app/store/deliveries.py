"""Notices on their way: one delivery for each notice and address, whoever is told to send it how often.

Before anything is sent, a worker claims the delivery, and one at a time has it. What nobody can know is whether
a worker that died had sent already: it is sent again then, for a notice that comes twice costs a glance,
and one that never comes a customer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta

from app.store import channels
from app.store.db import Conflict, NotFound, first, writing
from app.store.models import Company, Delivery, Task
from app.store.models.base import utc_now

PAUSES_S = (30, 120, 600, 1800)  # before each further try
LEASE = timedelta(minutes=3)  # longer than a worker may be about one
UNTOUCHED = timedelta(minutes=2)  # a new one that no worker was told of
OVERDUE = timedelta(seconds=PAUSES_S[-1]) + LEASE
LIMIT = 1000


def plan(company: Company, task: Task) -> list[Delivery]:
    """One for each way to whom the task is for, unless it is there already; returns those that wait."""
    rows = [
        {"company": company, "task": task, "kind": way.kind, "address": way.address}
        for way in channels.reaching(company, task.phone)
    ]
    with writing():
        if rows:
            Delivery.insert_many(rows).on_conflict_ignore().execute()
        waiting = Delivery.select().where(Delivery.company == company, Delivery.state == "waiting")
        return list(waiting.where(Delivery.task == task).order_by(Delivery.id).limit(LIMIT))


def claim(company: Company, delivery_id: int) -> Delivery | None:
    """Take one to send it; None when it is sent, given up, or some worker is about it."""
    now = utc_now()
    left = (Delivery.state == "sending") & (Delivery.changed_at < now - LEASE)
    with writing():
        taken = Delivery.update(state="sending", attempts=Delivery.attempts + 1, changed_at=now)
        mine = (Delivery.company == company) & (Delivery.id == delivery_id)
        if not taken.where(mine, (Delivery.state == "waiting") | left).execute():
            return None
        return first(Delivery.select(Delivery, Task).join(Task).where(mine))


def sent(company: Company, delivery_id: int) -> None:
    """It has arrived."""
    _put(company, delivery_id, state="sent", reason="", detail="")


def missed(company: Company, delivery_id: int, reason: str, detail: str, *, again: bool) -> bool:
    """It has not arrived; whether it is to be tried again: when that may help, and not too often."""
    with writing():
        delivery = _find(company, delivery_id)
        again = again and delivery.attempts <= len(PAUSES_S)
        _put(company, delivery_id, state="waiting" if again else "failed", reason=reason, detail=detail)
        return again


def try_again(company: Company, delivery_id: int) -> Delivery:
    """Somebody wants one sent that was given up. Conflict when it was not."""
    with writing():
        if _find(company, delivery_id).state != "failed":
            raise Conflict(f"delivery {delivery_id} was not given up")
        _put(company, delivery_id, state="waiting", attempts=0)
        return _find(company, delivery_id)


def of_tasks(company: Company, tasks: Iterable[Task]) -> Mapping[int, list[Delivery]]:
    """The deliveries of each task, by its id."""
    ids = [task.id for task in tasks]
    query = Delivery.select().where(Delivery.company == company, Delivery.task.in_(ids))
    found: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in query.order_by(Delivery.id).limit(LIMIT):
        found[delivery.task_id].append(delivery)
    return found


def forgotten() -> list[Delivery]:
    """Everybody's that should have been sent by now: Redis lost the job, or a worker died."""
    now, since = utc_now(), Delivery.changed_at
    untouched = (Delivery.state == "waiting") & (Delivery.attempts == 0) & (since < now - UNTOUCHED)
    left = (Delivery.state == "sending") & (since < now - LEASE)
    overdue = (Delivery.state == "waiting") & (since < now - OVERDUE)
    return list(Delivery.select().where(untouched | left | overdue).order_by(Delivery.id).limit(LIMIT))


def _find(company: Company, delivery_id: int) -> Delivery:
    delivery = Delivery.get_or_none(Delivery.company == company, Delivery.id == delivery_id)
    if delivery is None:
        raise NotFound(f"no delivery {delivery_id}")
    return delivery


def _put(company: Company, delivery_id: int, **values: str | int) -> None:
    with writing():
        changed = Delivery.update(**values, changed_at=utc_now())
        changed.where(Delivery.company == company, Delivery.id == delivery_id).execute()
