"""`hotline400 company`: the companies, and what the operator sets for each; the company that other commands work on."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager

from app.calls.publish import publish_company
from app.errors import HotlineError, LiveError, StoreError
from app.live.connection import JOB_TIMEOUT_S, connect
from app.processes.redis import url_of
from app.routing import dialling_rules
from app.routing.dialling_rules import MOST_PER_MINUTE
from app.settings import Settings
from app.store import companies, db, dialling, migrate, numbers
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
    parser.add_argument(
        "--max-dials",
        type=int,
        metavar="N",
        help=f"how many phones may be rung for it in a minute, 0 for no limit, {MOST_PER_MINUTE} at most",
    )
    yes_or_no = argparse.BooleanOptionalAction
    parser.add_argument(
        "--dial-400", action=yes_or_no, help="whether it may dial 400 and 800 numbers, ours never"
    )
    parser.add_argument(
        "--dial-services", action=yes_or_no, help="whether it may dial 95, 96 and 1010 service numbers"
    )
    parser.add_argument(
        "--dial-prefixes",
        metavar="LIST",
        help='what other service and satellite numbers begin with that it may dial: 10086,12345; "" for none',
    )
    parser.add_argument(
        "--dial-abroad", metavar="LIST", help='countries that it may dial: 852,853,1; "" for none'
    )


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    with opened(settings):
        if changed := _changed(arguments):
            _put_in_force(settings, changed)
        for company in [chosen(arguments.company)] if arguments.company else companies.every():
            print(_line(company))
    return 0


def _line(company: Company) -> str:
    dids = " ".join(number.did for number in numbers.every(company))
    rules = dialling.rules_of(company)
    opened = [
        *(["400"] if rules.freephone else []),
        *(["95 96"] if rules.services else []),
        *rules.prefixes,
        *(f"+{code}" for code in rules.abroad),
    ]
    return (
        f"{company.id:4}  {company.name}  max-calls {company.max_calls or 'no limit'}  {dids}"
        f"  max-dials {company.max_dials or 'no limit'}  dials {' '.join(['mainland', *opened])}"
    )


def _changed(arguments: argparse.Namespace) -> Company | None:
    """The company with what the operator sets for it; None when nothing is set."""
    rules = {
        "freephone": arguments.dial_400,
        "services": arguments.dial_services,
        "prefixes": _listed(arguments.dial_prefixes),
        "abroad": _listed(arguments.dial_abroad),
    }
    given = {name: value for name, value in rules.items() if value is not None}
    limits = (arguments.max_calls, arguments.max_dials)
    if not given and limits == (None, None):
        return None
    company = chosen(arguments.company)
    _check("--max-calls", arguments.max_calls, MOST_CALLS)
    _check("--max-dials", arguments.max_dials, MOST_PER_MINUTE)
    try:
        wanted = dialling_rules.read({**company.dialling, **given})
    except ValueError as bad:
        raise HotlineError(str(bad)) from bad
    with db.writing():
        if arguments.max_calls is not None:
            company = companies.limit_calls(company, arguments.max_calls)
        if arguments.max_dials is not None:
            company = companies.limit_dials(company, arguments.max_dials)
        return companies.open_dialling(company, wanted) if given else company


def _check(name: str, value: int | None, most: int) -> None:
    if value is not None and not 0 <= value <= most:
        raise HotlineError(f"{name} is 0 to {most}")


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [part.strip().lstrip("+") for part in text.split(",") if part.strip()]


def _put_in_force(settings: Settings, changed: Company) -> None:
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
