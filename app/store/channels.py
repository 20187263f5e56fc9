"""Ways 通知方式 in which notices reach the people of a company: those at its phones, and its owner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from peewee import ModelSelect

from app.store.db import NotFound, first, writing
from app.store.models import Company, NoticeChannel, Phone


class Channel(NamedTuple):
    """One way; see NoticeChannel."""

    kind: str
    address: str
    secret: str = ""


def of(company: Company, phone: Phone | None) -> list[NoticeChannel]:
    """The ways to the person at a phone; to the owner for None."""
    return list(_of(company, phone))


def put(company: Company, phone: Phone | None, channels: Iterable[Channel]) -> None:
    """Make these the ways to him, one of each kind."""
    with writing():
        for old in _of(company, phone):
            old.delete_instance()
        for kind, address, secret in channels:
            NoticeChannel.create(company=company, phone=phone, kind=kind, address=address, secret=secret)


def reaching(company: Company, to: str) -> list[NoticeChannel]:
    """The ways to the person at the phone with this slug; the owner's when he has none, or there is no such phone."""
    phone = first(Phone.select().where(Phone.company == company, Phone.slug == to)) if to else None
    return (of(company, phone) if phone else []) or of(company, None)


def find(company: Company, kind: str, address: str) -> NoticeChannel:
    """Some way that leads to this address; NotFound when it is nobody's any more."""
    found = first(
        NoticeChannel.select().where(
            NoticeChannel.company == company, NoticeChannel.kind == kind, NoticeChannel.address == address
        )
    )
    if found is None:
        raise NotFound(f"nobody has this {kind} address")
    return found


def _of(company: Company, phone: Phone | None) -> ModelSelect[NoticeChannel]:
    his = NoticeChannel.phone == phone if phone else NoticeChannel.phone.is_null()
    return NoticeChannel.select().where(NoticeChannel.company == company, his).order_by(NoticeChannel.id)
