"""Saved views of the call list: each user's own, and those of the whole company."""

from __future__ import annotations

from app.errors import StoreError
from app.store.db import NotFound, first, writing
from app.store.models import CallView, Company, User
from app.store.models.base import utc_now

MOST = 30  # of one user, and of the company
LIMIT = 2 * MOST


class TooManyViews(StoreError):
    """There are MOST views already."""


def every(company: Company, user_id: int) -> list[CallView]:
    """The user's own views, then those of the company, by name."""
    mine_or_ours = CallView.user.is_null() | (CallView.user == user_id)
    query = CallView.select().where(CallView.company == company, mine_or_ours)
    return list(query.order_by(CallView.user.is_null(), CallView.name).limit(LIMIT))


def save(company: Company, name: str, query: str, user: User | None) -> CallView:
    """Keep a view under a name, in place of the one that has it; the company's when there is no user.

    TooManyViews when there is no room for another.
    """
    with writing():
        others = CallView.select().where(CallView.company == company, CallView.user == user)
        if user is None:
            others = CallView.select().where(CallView.company == company, CallView.user.is_null())
        same = first(others.where(CallView.name == name))
        if same is not None:
            same.query, same.made_at = query, utc_now()
            same.save(only=[CallView.query, CallView.made_at])
            return same
        if others.count() >= MOST:
            raise TooManyViews(f"{MOST} views are kept already")
        return CallView.create(company=company, user=user, name=name, query=query)


def find(company: Company, view_id: int) -> CallView:
    """NotFound when the company has none such."""
    view = CallView.get_or_none(CallView.company == company, CallView.id == view_id)
    if view is None:
        raise NotFound(f"no view {view_id}")
    return view


def remove(company: Company, view_id: int) -> None:
    """NotFound when the company has none such."""
    find(company, view_id).delete_instance()
