"""Where people are signed in: a row for each browser. The browser holds a secret, the table its hash."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from app.store.db import first, writing
from app.store.models import Company, User, UserSession

LIMIT = 50
"""Of one user; the ones longest unseen end when there would be more."""
LASTS = timedelta(days=7)
"""How long an unused session lasts."""


def begin(company: Company, user: User, secret: str, device: str, address: str, at: datetime) -> UserSession:
    """A user signs in. Forgets his sessions that are over."""
    with writing():
        over = (UserSession.user == user) & (UserSession.seen_at < at - LASTS)
        UserSession.delete().where(UserSession.company == company, over).execute()
        _end(company, [session.id for session in every(company, user)[LIMIT - 1 :]])
        return UserSession.create(
            company=company,
            user=user,
            mark=_mark(secret),
            device=device[:300],
            address=address[:64],
            began_at=at,
            seen_at=at,
        )


def with_secret(secret: str, now: datetime) -> UserSession | None:
    """Whose browser this is, user and company along; None when it was ended, is over, or the account is closed."""
    query = UserSession.select(UserSession, User, Company).join(User).join(Company)
    alive = (UserSession.mark == _mark(secret)) & (UserSession.seen_at >= now - LASTS) & User.is_active
    return first(query.where(alive))


def every(company: Company, user: User) -> list[UserSession]:
    """Where somebody is signed in, the last used first."""
    query = UserSession.select().where(UserSession.company == company, UserSession.user == user)
    return list(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc()).limit(LIMIT * 2))


def seen(company: Company, session_id: int, address: str, at: datetime) -> None:
    """Remember when and where a session was used."""
    with writing():
        mine = (UserSession.company == company) & (UserSession.id == session_id)
        UserSession.update(seen_at=at, address=address[:64]).where(mine).execute()


def end(company: Company, user: User, session_id: int) -> int:
    """End one session of a user; returns how many that were: none when he has none such."""
    with writing():
        mine = (UserSession.user == user) & (UserSession.id == session_id)
        return int(UserSession.delete().where(UserSession.company == company, mine).execute())


def end_all(company: Company, user: User) -> int:
    """Sign a user out everywhere; returns how many sessions that were."""
    with writing():
        query = UserSession.delete().where(UserSession.company == company, UserSession.user == user)
        return int(query.execute())


def _end(company: Company, ids: list[int]) -> None:
    if ids:
        UserSession.delete().where(UserSession.company == company, UserSession.id.in_(ids)).execute()


def _mark(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
