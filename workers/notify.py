"""Jobs that bring messages to people."""

from __future__ import annotations

from rq import Retry

from app import settings
from app.calls import notices
from app.integrations.notices import Undelivered
from app.store import companies, deliveries
from app.store.db import database
from workers.surroundings import current_redis

SWEPT_EVERY_S = 60


def send(company_id: int, call_id: str, did: str, ani: str, to: str, text: str, attachment: str) -> int:
    """Keep a message of a flow for the person at a phone, "" for the owner, and have it sent; returns in how many ways.

    The console is the channel that everybody has. There, `attachment`, a recording, is found with its call.
    """
    with database.connection_context():
        waiting = notices.keep(companies.find(company_id), call_id, to, text, ani)
    notices.enqueue(current_redis(), waiting)
    return len(waiting)


def deliver(company_id: int, delivery_id: int) -> bool | Retry:
    """Send one notice in one way, unless that is done; later again when the service is away or busy."""
    with database.connection_context():
        company = companies.find(company_id)
        delivery = deliveries.claim(company, delivery_id)
        if delivery is None:
            return False
        notice = notices.notice_of(company, delivery)
    try:
        with database.connection_context():
            channel = notices.channel_of(company, delivery)
        notices.send(settings.load(), channel, notice)
    except Undelivered as why:
        with database.connection_context():
            again = deliveries.missed(company, delivery_id, why.reason, why.detail, again=why.again)
        pauses = list(deliveries.PAUSES_S)
        return Retry(max=len(pauses), interval=pauses) if again else False
    with database.connection_context():
        deliveries.sent(company, delivery_id)
    return True


def resume() -> int:
    """Have those sent that were forgotten, because Redis lost them or a worker died; returns how many."""
    with database.connection_context():
        left = deliveries.forgotten()
    notices.enqueue(current_redis(), left, ttl_s=SWEPT_EVERY_S)
    return len(left)
