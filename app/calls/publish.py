"""Putting what the store holds in force: flows, and what became of the numbers and companies that lead to them.

The store changes first. A LiveError from here means: changed, but Redis was away; `publish_missing`, which runs
every minute, puts it in force later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from redis import Redis

from app.calls import flow_tests
from app.flow import compile as compiler
from app.flow.document import Document
from app.flow.nodes.webhook import Webhook
from app.flow.snapshot import Phone, Snapshot
from app.live import snapshots
from app.store import dialling, emergencies, flows, numbers
from app.store.db import writing
from app.store.models import Company, FlowVersion, Number, User


def publish_flow(
    redis: Redis,
    company: Company,
    slug: str,
    user: User | None = None,
    note: str = "",
    document: dict[str, Any] | None = None,
) -> FlowVersion:
    """Make the draft, or this document, what the next calls run on, also those that enter it from other flows.

    DocumentError with all its problems when it has errors, when a test of it or of those flows fails, or when one of
    them cannot enter it so; then nothing is published.
    """
    version, concerned = store_version(company, slug, user, note, document)
    put_in_force(redis, company, concerned)
    return version


def store_version(
    company: Company, slug: str, user: User | None, note: str, document: dict[str, Any] | None = None
) -> tuple[FlowVersion, list[str]]:
    """The new version, and the flows that it concerns, in the store only; DocumentError like publish_flow."""
    flow_tests.demand(company, slug, document)
    with writing():
        version = flows.publish(company, slug, user, note, document)
        above = flows.entering(company, slug)
        changed = [flow.slug for flow in above if flows.publish_again(company, flow.slug, user, note)]
    return version, [slug, *changed]


def put_in_force(redis: Redis, company: Company, slugs: Iterable[str]) -> None:
    """Let the numbers that lead to these flows follow their newest versions."""
    for slug in slugs:
        for number in numbers.leading_to(company, flows.find(company, slug)):
            publish_number(redis, number)


def publish_assets(
    redis: Redis, company: Company, user: User | None = None, note: str = ""
) -> list[FlowVersion]:
    """After a change of phones, groups, hours or prompts: new versions of the published flows that it concerns.

    Drafts stay as they are. DocumentError when a published flow cannot do without what was taken away.
    """
    versions = []
    for flow in flows.every(company):
        version = flows.publish_again(company, flow.slug, user, note)
        if version is not None:
            versions.append(version)
            put_in_force(redis, company, [flow.slug])
    return versions


def publish_number(redis: Redis, number: Number) -> bool:
    """Put in force what the number leads to; it is out of service when suspended or when nothing is published.

    False when something newer is in force already.
    """
    snapshot = in_force(number)
    if snapshot is None:
        return snapshots.withdraw(redis, number.did, number.revision)
    return snapshots.publish(redis, snapshot, number.revision)


def in_force(number: Number) -> Snapshot | None:
    """What the number leads to under its revision, None when it is out of service."""
    version = flows.published(number.company, number.flow.slug) if number.flow else None
    if version is None or number.state != numbers.ACTIVE:
        return None
    fallback = number.fallback.number if number.fallback else ""
    snapshot = compiler.for_number(compiler.load(version.snapshot), number.did, fallback)
    return _of_company(_diverted(snapshot, number.company), number.company)


def publish_company(redis: Redis, company: Company) -> None:
    """After a change of the company itself, its emergency switch, limits or secret: the next call of each number notices."""
    for number in numbers.every(company):
        publish_number(redis, number)


def _of_company(snapshot: Snapshot, company: Company) -> Snapshot:
    """The snapshot with what the company may do, and its secret where a call may need it."""
    asks = any(isinstance(node, Webhook) for flow in _flows(snapshot) for node in flow.nodes.values())
    secret = company.webhook_secret if asks else ""
    named = [phone.number for phone in snapshot.assets.phones.values()]
    assets = replace(snapshot.assets, dialling=dialling.rules_of(company).in_force(named))
    return replace(snapshot, assets=assets, max_calls=company.max_calls, webhook_secret=secret)


def _flows(snapshot: Snapshot) -> Iterator[Document]:
    yield snapshot.document
    yield from snapshot.assets.flows.values()


def _diverted(snapshot: Snapshot, company: Company) -> Snapshot:
    """The snapshot with the phone that calls go to while the emergency switch is on."""
    emergency = emergencies.current(company)
    if emergency is None:
        return snapshot
    target, phones = emergency.target, snapshot.assets.phones
    name = next((phone.name for phone in phones.values() if phone.number == target), "")
    known = {target: Phone(target, target, name), **phones}
    return replace(snapshot, assets=replace(snapshot.assets, emergency=target, phones=known))


def publish_missing(redis: Redis) -> int:
    """Put in force what Redis lacks, because it was away or lost it; returns for how many numbers."""
    in_force = snapshots.revisions(redis)
    behind = (n for n in numbers.everybodys() if in_force.get(n.did, -1) < n.revision)
    return sum(publish_number(redis, number) for number in behind)
