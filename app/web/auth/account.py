"""What a user changes about himself."""

from __future__ import annotations

from app.store.db import writing
from app.store.models import Company, User


def change(company: Company, user: User, *, name: str, locale: str) -> None:
    """Give the user another name and language."""
    with writing():
        User.update(name=name, locale=locale).where(User.company == company, User.id == user.id).execute()
