"""The database and the company that a command works on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import StoreError
from app.settings import Settings
from app.store import companies, db, migrate
from app.store.models import Company


@contextmanager
def opened(settings: Settings) -> Iterator[None]:
    """The database for one command; StoreError when it is not up to date."""
    if migrate.pending(settings.database_url):
        raise StoreError("the database is not up to date: run hotline400 init")
    with db.database.connection_context():
        yield


def chosen(wanted: str | None) -> Company:
    """The company by id or name; the only one when none is named."""
    if wanted:
        found = companies.find(int(wanted)) if wanted.isdigit() else companies.named(wanted)
        if found is None:
            raise StoreError(f"no company is called {wanted}")
        return found
    every = companies.every(limit=2)
    if len(every) != 1:
        raise StoreError(
            "name the company with --company" if every else "there is no company yet: run hotline400 demo"
        )
    return every[0]
