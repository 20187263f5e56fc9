"""Messages 留言 that callers left to a company. What is deleted can be brought back for some days."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import Expression

from app.store.db import NotFound, first, writing
from app.store.models import Call, Company, User, Voicemail
from app.store.models.base import utc_now
from app.store.page import Page, page_of

KEPT_DELETED = timedelta(days=7)
BATCH = 1000

_THERE = Voicemail.deleted_at.is_null()


def search(company: Company, page: int = 1, *, unheard: bool = False) -> Page[Voicemail]:
    """The messages with their calls, newest first; only those that nobody has heard when `unheard`."""
    query = Voicemail.select(Voicemail, Call).join(Call).where(Voicemail.company == company, _THERE)
    if unheard:
        query = query.where(Voicemail.heard_at.is_null())
    return page_of(query.order_by(Voicemail.left_at.desc(), Voicemail.id.desc()), page)


def deleted(company: Company, page: int = 1) -> Page[Voicemail]:
    """Those that can be brought back, with their calls, deleted last first."""
    query = Voicemail.select(Voicemail, Call).join(Call).where(Voicemail.company == company, _returnable())
    return page_of(query.order_by(Voicemail.deleted_at.desc(), Voicemail.id.desc()), page)


def count_unheard(company: Company) -> int:
    """How many messages nobody has heard."""
    unheard = Voicemail.heard_at.is_null()
    return int(Voicemail.select().where(Voicemail.company == company, unheard, _THERE).count())


def find(company: Company, call_id: str) -> Voicemail:
    """The message of a call; NotFound when the company has none such, or no longer."""
    return _one(company, call_id, _THERE)


def find_any(company: Company, call_id: str) -> Voicemail:
    """The message of a call, also when it was deleted and can be brought back."""
    return _one(company, call_id, _THERE | _returnable())


def mark_heard(company: Company, call_id: str, user: User | None = None) -> Voicemail:
    """Remember who heard it first."""
    with writing():
        message = find(company, call_id)
        if message.heard_at is None:
            message.heard_at, message.heard_by = utc_now(), user
            message.save(only=[Voicemail.heard_at, Voicemail.heard_by])
        return message


def mark_unheard(company: Company, call_id: str) -> Voicemail:
    """Somebody else is to hear it again."""
    with writing():
        message = find(company, call_id)
        message.heard_at = message.heard_by = None
        message.save(only=[Voicemail.heard_at, Voicemail.heard_by])
        return message


def delete(company: Company, call_id: str, user: User | None = None) -> Voicemail:
    """Show it no more. For KEPT_DELETED `restore` brings it back; then a worker removes it with its recording."""
    with writing():
        message = find(company, call_id)
        message.deleted_at, message.deleted_by = utc_now(), user
        message.save(only=[Voicemail.deleted_at, Voicemail.deleted_by])
        return message


def restore(company: Company, call_id: str) -> Voicemail:
    """Bring a deleted one back, heard or not as it was; NotFound when it is too late."""
    with writing():
        message = find_any(company, call_id)
        message.deleted_at = message.deleted_by = None
        message.save(only=[Voicemail.deleted_at, Voicemail.deleted_by])
        return message


def expired(limit: int = BATCH) -> list[Voicemail]:
    """All companies' messages that nobody can bring back any more, for the worker that removes their files."""
    query = Voicemail.select(Voicemail, Call).join(Call).where(Voicemail.deleted_at <= _limit())
    return list(query.order_by(Voicemail.deleted_at).limit(limit))


def forget(company: Company, call_id: str) -> None:
    """After its file is gone. NotFound when it is there for everybody, or can be brought back."""
    with writing():
        _one(company, call_id, Voicemail.deleted_at <= _limit()).delete_instance()


def _one(company: Company, call_id: str, which: Expression) -> Voicemail:
    query = Voicemail.select(Voicemail, Call).join(Call)
    message = first(query.where(Voicemail.company == company, Call.call_id == call_id, which))
    if message is None:
        raise NotFound(f"no message in call {call_id}")
    return message


def _returnable() -> Expression:
    return Voicemail.deleted_at > _limit()


def _limit() -> datetime:
    """What was deleted before then is gone for good."""
    return utc_now() - KEPT_DELETED
