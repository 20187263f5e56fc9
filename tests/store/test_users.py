"""Who may sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from peewee import IntegrityError

from app.errors import StoreError
from app.store import companies, users
from app.store.db import Conflict, NotFound
from app.store.models import Company, User
from tests.support.shop import PASSWORD


@pytest.fixture
def company(database: str) -> Company:
    return companies.create("甲公司")


@pytest.fixture
def member(company: Company) -> User:
    return users.create(company, " Member@Example.com ", "店员", PASSWORD)


def test_an_address_is_kept_in_lower_case_and_found_in_any(member: User) -> None:
    assert member.email == "member@example.com"
    assert users.with_email("MEMBER@example.COM ") == member


def test_an_address_signs_in_to_one_company(member: User) -> None:
    with pytest.raises(Conflict):
        users.create(companies.create("乙公司"), "member@example.com", "另一位", PASSWORD)


def test_a_closed_account_is_nobodys(member: User) -> None:
    member.is_active = False
    member.save()
    assert users.with_email(member.email) is None


def test_the_right_password_is_right_and_no_other(member: User) -> None:
    assert users.verify(member.password_hash, PASSWORD)
    assert not users.verify(member.password_hash, PASSWORD + "x")
    assert PASSWORD not in member.password_hash


@pytest.mark.parametrize("password_hash", ["", "no hash", "$argon2id$v=19$broken"])
@pytest.mark.parametrize("password", ["", "nobody has this password", "x" * 5000])
def test_a_hash_that_is_none_fits_no_password(password_hash: str, password: str) -> None:
    assert not users.verify(password_hash, password)


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_has_a_length(password: str) -> None:
    with pytest.raises(StoreError, match="8 to 200"):
        users.hash_password(password)


def test_a_new_password_replaces_the_old(company: Company, member: User) -> None:
    users.set_password(company, member, "another good one")
    stored = users.find(company, member.id).password_hash
    assert users.verify(stored, "another good one")
    assert not users.verify(stored, PASSWORD)


def test_moments_come_back_in_utc_whatever_zone_they_came_in(company: Company, member: User) -> None:
    at = datetime(2026, 11, 23, 14, 3, 0, 250_000, timezone(timedelta(hours=8)))
    users.signed_in(company, member, at)
    last = users.find(company, member.id).last_login_at
    assert (last, last.tzinfo) == (at, UTC)


def test_a_moment_without_a_zone_is_a_mistake(company: Company, member: User) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        users.signed_in(company, member, datetime(2026, 11, 23))


@pytest.mark.parametrize(
    "wrong", [{"email": "Upper@example.com"}, {"role": "god"}, {"locale": "fr"}], ids=str
)
def test_the_tables_forbid_accounts_that_make_no_sense(member: User, wrong: dict[str, str]) -> None:
    with pytest.raises(IntegrityError):
        User.update(**wrong).where(User.id == member.id).execute()


def test_companies_are_found_by_id_and_name(company: Company) -> None:
    assert companies.find(company.id) == company
    assert companies.named("甲公司") == company
    assert companies.named("丙公司") is None
    with pytest.raises(NotFound):
        companies.find(company.id + 1)
