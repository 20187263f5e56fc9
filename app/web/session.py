"""Who is signed in, and where. The browser's cookie holds a secret; the session behind it can be ended from elsewhere."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from flask import Flask, g, request, session
from flask_login import LoginManager, current_user, login_user, logout_user
from peewee import OperationalError

from app.store import sessions
from app.store.models import Company, User, UserSession
from app.store.models.base import utc_now

log = logging.getLogger(__name__)
login_manager = LoginManager()

SEEN_EVERY = timedelta(minutes=5)
"""A session's last use is written no more often."""


class Account:
    """A user as the session knows him, with what Flask-Login asks of him."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, row: UserSession, secret: str) -> None:
        self.session_id: int = row.id
        self.user: User = row.user
        self.company: Company = row.user.company
        self._secret = secret

    @property
    def is_owner(self) -> bool:
        return self.user.role == "owner"

    def get_id(self) -> str:
        return self._secret


def _load(secret: str) -> Account | None:
    if g.get("database_is_away"):
        return None
    at = utc_now()
    row = sessions.with_secret(secret, at)
    if row is None:
        return None
    if at - row.seen_at > SEEN_EVERY:
        _see(row, at)
    return Account(row, secret)


def _see(row: UserSession, at: datetime) -> None:
    """A page does not fail because this cannot be written."""
    try:
        sessions.seen(row.user.company, row.id, _address(), at)
    except OperationalError as away:
        log.warning("the use of a session was not written down: %s", away)


def _address() -> str:
    return request.remote_addr or ""


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


def session_id() -> int:
    """The session of this browser; only for views behind the gate."""
    own: int = current_user.session_id
    return own


def begin(user: User) -> None:
    """Sign a user in, in a fresh session."""
    session.clear()
    session.permanent = True
    secret = secrets.token_urlsafe(32)
    device = request.user_agent.string
    row = sessions.begin(user.company, user, secret, device, _address(), utc_now())
    login_user(Account(row, secret))


def end() -> None:
    """Sign this browser out."""
    if account := signed_in():
        sessions.end(account.company, account.user, account.session_id)
    logout_user()
    session.clear()


def install(app: Flask) -> None:
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    login_manager.session_protection = None  # phones change their address all the time
    app.jinja_env.globals["signed_in"] = signed_in
