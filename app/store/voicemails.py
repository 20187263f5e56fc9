"""Messages 留言 that callers left to a company."""

from __future__ import annotations

from app.store.db import NotFound, writing
from app.store.models import Call, Company, User, Voicemail
from app.store.models.base import utc_now
from app.store.page import Page, page_of


def search(company: Company, page: int = 1, *, unheard: bool = False) -> Page[Voicemail]:
    """The messages with their calls, newest first; only those that nobody has heard when `unheard`."""
    query = Voicemail.select(Voicemail, Call).join(Call).where(Voicemail.company == company)
    if unheard:
        query = query.where(Voicemail.heard_at.is_null())
    return page_of(query.order_by(Voicemail.left_at.desc(), Voicemail.id.desc()), page)


def count_unheard(company: Company) -> int:
    """How many messages nobody has heard."""
    unheard = Voicemail.heard_at.is_null()
    return int(Voicemail.select().where(Voicemail.company == company, unheard).count())


def find(company: Company, call_id: str) -> Voicemail:
    """The message of a call; NotFound when the company has none such."""
    query = Voicemail.select(Voicemail, Call).join(Call)
    message: Voicemail | None = query.where(Voicemail.company == company, Call.call_id == call_id).first()
    if message is None:
        raise NotFound(f"no message in call {call_id}")
    return message


def mark_heard(company: Company, call_id: str, user: User | None = None) -> Voicemail:
    """Remember who heard it first."""
    with writing():
        message = find(company, call_id)
        if message.heard_at is None:
            message.heard_at, message.heard_by = utc_now(), user
            message.save(only=[Voicemail.heard_at, Voicemail.heard_by])
        return message


def delete(company: Company, call_id: str) -> str:
    """Forget a message; returns its file, for the job `workers.voicemail.remove_file`."""
    with writing():
        message = find(company, call_id)
        message.delete_instance()
        return str(message.file)
