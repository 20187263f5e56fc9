"""People who sign in to the console."""

from __future__ import annotations

from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from peewee import ModelSelect

from app.errors import StoreError
from app.store import sessions
from app.store.db import NotFound, first, writing
from app.store.models import Company, User

LIMIT = 500
MIN_PASSWORD = 8
MAX_PASSWORD = 200

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody has this password")


def create(
    company: Company, email: str, name: str, password: str, *, role: str = "member", locale: str = "zh"
) -> User:
    """A new account. Conflict when the address has one already, in whatever company."""
    with writing():
        return User.create(
            company=company,
            email=_normal(email),
            name=name,
            password_hash=hash_password(password),
            role=role,
            locale=locale,
        )


def every(company: Company, limit: int = LIMIT) -> list[User]:
    return list(User.select().where(User.company == company).order_by(User.email).limit(limit))


def find(company: Company, user_id: int) -> User:
    """The account; NotFound when the company has none such."""
    user = User.get_or_none(User.company == company, User.id == user_id)
    if user is None:
        raise NotFound(f"no user {user_id}")
    return user


def with_email(email: str) -> User | None:
    """Who signs in with this address: the one question that comes before the company is known."""
    return first(_active().where(User.email == _normal(email)))


def signed_in(company: Company, user: User, at: datetime) -> None:
    """Remember when somebody signed in last."""
    with writing():
        User.update(last_login_at=at).where(User.company == company, User.id == user.id).execute()


def change(company: Company, user: User, *, name: str, locale: str) -> None:
    """Give the user another name and language."""
    with writing():
        User.update(name=name, locale=locale).where(User.company == company, User.id == user.id).execute()


def set_password(company: Company, user: User, password: str) -> None:
    """Change a password; whoever is signed in with the old one is signed out."""
    hashed = hash_password(password)
    with writing():
        sessions.end_all(company, user)
        User.update(password_hash=hashed).where(User.company == company, User.id == user.id).execute()


def hash_password(password: str) -> str:
    """Argon2's hash; it takes some 50 ms of a core on purpose."""
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise StoreError(f"a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")
    return _hasher.hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Whether the password is the one hashed. An empty hash (nobody) takes as long and is never right."""
    try:
        return _hasher.verify(password_hash or _NOBODY, password[:MAX_PASSWORD]) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def _normal(email: str) -> str:
    return email.strip().lower()


def _active() -> ModelSelect[User]:
    return User.select(User, Company).join(Company).where(User.is_active)
