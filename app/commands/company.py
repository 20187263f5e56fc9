"""`hotline400 company`: the companies, and what the operator sets for each; the company that other commands work on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from app.calls.publish import publish_company
from app.errors import HotlineError, LiveError, StoreError
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.redis import url_of
from app.settings import Settings
from app.store import companies, db, migrate, numbers
from app.store.models import Company
from app.store.models.company import MOST_CALLS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--company", help="its name or id, where there are several")
    parser.add_argument(
        "--max-calls",
        type=int,
        metavar="N",
        help=f"how many calls it may have at once, 0 for no limit, {MOST_CALLS} at most; the next call notices",
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    with opened(settings):
        if arguments.max_calls is not None:
            _limit(settings, chosen(arguments.company), arguments.max_calls)
        for company in [chosen(arguments.company)] if arguments.company else companies.every():
            dids = " ".join(number.did for number in numbers.every(company))
            print(f"{company.id:4}  {company.name}  max-calls {company.max_calls or 'no limit'}  {dids}")
    return 0


def _limit(settings: Settings, company: Company, max_calls: int) -> None:
    if not 0 <= max_calls <= MOST_CALLS:
        raise HotlineError(f"--max-calls is 0 to {MOST_CALLS}")
    changed = companies.limit_calls(company, max_calls)
    with connect(url_of(settings), JOB_TIMEOUT_S) as redis:
        try:
            publish_company(redis, changed)
        except LiveError as away:
            print(f"stored, and in force once Redis is there ({away})")


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
