"""Who sits at which phone 坐席. What he does at the moment lives in Redis."""

from __future__ import annotations

from app.store import phones
from app.store.db import NotFound, writing
from app.store.models import Agent, Company, User

LIMIT = 1000


def every(company: Company, limit: int = LIMIT) -> dict[int, User]:
    """The people at the phones, by the phone's id."""
    query = Agent.select(Agent, User).join(User).where(Agent.company == company).limit(limit)
    return {agent.phone_id: agent.user for agent in query}


def seat(company: Company, phone: str, user: User | None) -> None:
    """Put somebody at a phone, by its slug, in place of who sat there; None for nobody."""
    with writing():
        at = phones.find(company, phone)
        Agent.delete().where(Agent.company == company, Agent.phone == at).execute()
        if user is None:
            return
        if user.company_id != company.id:
            raise NotFound(f"no user {user.id}")
        Agent.create(company=company, phone=at, user=user)


def sits_at(company: Company, phone: str, user: User) -> bool:
    """Whether it is his phone, by its slug."""
    at = phones.find(company, phone)
    query = Agent.select().where(Agent.company == company, Agent.phone == at, Agent.user == user)
    return bool(query.exists())
