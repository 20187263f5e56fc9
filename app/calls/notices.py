"""Bringing notices to people: kept as tasks for the console, and sent in the ways that each person has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from app.integrations import mail, robots, sms
from app.integrations.notices import Notice, Reason, Undelivered
from app.live.connection import live_errors
from app.settings import Settings
from app.store import channels, deliveries, tasks
from app.store.channels import Channel
from app.store.db import NotFound
from app.store.models import Company, Delivery
from app.store.texts import clean

QUEUE = "notices"  # of its own: a slow mail server keeps nothing else waiting in line
JOB = "workers.notify.deliver"
JOB_S = 60
FAILED_TTL_S = 86_400


def keep(company: Company, call_id: str, to: str, text: str, ani: str) -> list[Delivery]:
    """Keep a message for the person at a phone, "" for the owner; returns what is to be sent, once however often told."""
    return deliveries.plan(company, tasks.notice(company, call_id, to, text, ani))


def enqueue(redis: Redis, waiting: Iterable[Delivery], ttl_s: int | None = None) -> None:
    """Tell the workers to send these; `ttl_s` after which one is dropped that no worker has begun. LiveError without Redis."""
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    with live_errors():
        for delivery in waiting:
            which = {"company_id": delivery.company_id, "delivery_id": delivery.id}
            queue.enqueue_call(
                JOB,
                kwargs=which,
                timeout=JOB_S,
                ttl=ttl_s,
                result_ttl=0,
                failure_ttl=FAILED_TTL_S,
                description="a notice",
            )


def notice_of(company: Company, delivery: Delivery) -> Notice:
    """What is sent."""
    key = hashlib.sha256(delivery.task.key.encode()).hexdigest()[:16]
    return Notice(*_lines(company.name, delivery.task.text), f"notice.{delivery.id}.{key}")


def test_notice(company: Company, text: str) -> Notice:
    """What somebody sends to see whether it arrives."""
    return Notice(*_lines(company.name, text), f"test.{company.id}")


def channel_of(company: Company, delivery: Delivery) -> Channel:
    """The way as it is now; Undelivered when nobody has this address any more."""
    try:
        way = channels.find(company, delivery.kind, delivery.address)
    except NotFound as gone:
        raise Undelivered(Reason.REMOVED) from gone
    return Channel(way.kind, way.address, way.secret)


def send(settings: Settings, channel: Channel, notice: Notice) -> None:
    """Send one notice in one way, now. Undelivered when it does not arrive."""
    if channel.kind == "email":
        if settings.smtp is None or not settings.mail_from:
            raise Undelivered(Reason.NOT_SET_UP)
        mail.send(settings.smtp, settings.mail_from, channel.address, notice)
    elif channel.kind == "sms":
        if not settings.sms_url:
            raise Undelivered(Reason.NOT_SET_UP)
        sms.send(settings.sms_url, settings.sms_header, channel.address, notice)
    else:
        robots.send(channel.kind, channel.address, channel.secret, notice)


def _lines(name: str, text: str) -> tuple[str, str]:
    title, line = (" ".join(str(clean(part)).split()) for part in (f"{name} 来电通知", text))
    return title, line
