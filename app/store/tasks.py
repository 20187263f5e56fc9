"""Things to do or to know 待办: callers to call back, low marks, messages from flows."""

from __future__ import annotations

import hashlib

from app.store.db import NotFound, writing
from app.store.models import Company, Task, User
from app.store.models.base import utc_now
from app.store.page import Page, page_of
from app.store.texts import cut


def search(company: Company, page: int = 1, *, kind: str = "", done: bool = False) -> Page[Task]:
    """The open tasks, or those that are done, newest first; of one kind when it is named."""
    query = Task.select().where(Task.company == company, Task.done_at.is_null(not done))
    if kind:
        query = query.where(Task.kind == kind)
    return page_of(query.order_by(Task.created_at.desc(), Task.id.desc()), page)


def notice(company: Company, call_id: str, to: str, text: str, ani: str = "") -> Task:
    """Keep a message for the person at a phone, "" for the owner: once, however often it is told of."""
    digest = hashlib.sha256(f"{to}\0{text}".encode()).hexdigest()[:24]
    row = {"kind": "notice", "key": f"notice:{call_id}:{digest}", "call_id": call_id, "ani": ani}
    row = cut(Task, row | {"phone": to, "text": text})
    with writing():
        Task.insert(row | {"company": company, "created_at": utc_now()}).on_conflict_ignore().execute()
        kept: Task = Task.get(Task.company == company, Task.key == row["key"])
        return kept


def finish(company: Company, task_id: int, user: User | None = None) -> Task:
    """It is done; who did it first stays. NotFound when the company has no such task."""
    with writing():
        task: Task | None = Task.get_or_none(Task.company == company, Task.id == task_id)
        if task is None:
            raise NotFound(f"no task {task_id}")
        if task.done_at is None:
            task.done_at, task.done_by = utc_now(), user
            task.save(only=[Task.done_at, Task.done_by])
        return task
