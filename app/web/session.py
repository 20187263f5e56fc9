"""Who is signed in. A session ends when the account is closed or its password changes."""

from __future__ import annotations

from hashlib import sha256

from flask import Flask, g, session
from flask_login import LoginManager, current_user, login_user, logout_user

from app.store import users
from app.store.models import Company, User

login_manager = LoginManager()


class Account:
    """A user as the session knows him, with what Flask-Login asks of him."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, user: User) -> None:
        self.user = user
        self.company: Company = user.company

    @property
    def is_owner(self) -> bool:
        return self.user.role == "owner"

    def get_id(self) -> str:
        return f"{self.user.id}.{fingerprint(self.user.password_hash)}"


def fingerprint(password_hash: str) -> str:
    """A mark that changes with the password and tells nothing about it."""
    return sha256(password_hash.encode()).hexdigest()[:16]


def _load(session_id: str) -> Account | None:
    if g.get("database_is_away"):
        return None
    user_id, _, mark = session_id.partition(".")
    user = users.with_id(int(user_id)) if user_id.isdecimal() else None
    return Account(user) if user and fingerprint(user.password_hash) == mark else None


def signed_in() -> Account | None:
    """The account behind the session, None for a visitor and while the database cannot say who it is."""
    if g.get("database_is_away"):
        return None
    account = current_user._get_current_object()
    return account if isinstance(account, Account) else None


def me() -> User:
    """The user who is signed in; only for views behind the gate."""
    user: User = current_user.user
    return user


def company() -> Company:
    """The company of the user who is signed in; the first argument of every question to the store."""
    tenant: Company = current_user.company
    return tenant


def begin(user: User) -> None:
    """Sign a user in, in a fresh session."""
    session.clear()
    session.permanent = True
    login_user(Account(user))


def end() -> None:
    logout_user()
    session.clear()


def install(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    login_manager.session_protection = None  # phones change their address all the time
    app.jinja_env.globals["signed_in"] = signed_in
