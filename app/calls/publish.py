"""Putting what the store holds in force: flows, and what became of the numbers that lead to them.

The store changes first. A LiveError from here means: changed, but Redis was away; `publish_missing`, which runs
every minute, puts it in force later.
"""

from __future__ import annotations

from dataclasses import replace

from redis import Redis

from app.flow import compile as compiler
from app.flow.snapshot import Phone, Snapshot
from app.live import snapshots
from app.store import emergencies, flows, numbers
from app.store.models import Company, FlowVersion, Number, User


def publish_flow(
    redis: Redis, company: Company, slug: str, user: User | None = None, note: str = ""
) -> FlowVersion:
    """Make the draft what the next calls run on. DocumentError with all its problems when it has errors."""
    version = flows.publish(company, slug, user, note)
    _publish_numbers(redis, company, slug)
    return version


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
            _publish_numbers(redis, company, flow.slug)
    return versions


def publish_number(redis: Redis, number: Number) -> bool:
    """Put in force what the number leads to; it is out of service when suspended or when nothing is published.

    False when something newer is in force already.
    """
    version = flows.published(number.company, number.flow.slug) if number.flow else None
    if version is None or number.state != numbers.ACTIVE:
        return snapshots.withdraw(redis, number.did, number.revision)
    fallback = number.fallback.number if number.fallback else ""
    snapshot = compiler.for_number(compiler.load(version.snapshot), number.did, fallback)
    return snapshots.publish(redis, _diverted(snapshot, number.company), number.revision)


def publish_emergency(redis: Redis, company: Company) -> None:
    """After the company's emergency switch was turned on or off: the next call of each number notices."""
    for number in numbers.every(company):
        publish_number(redis, number)


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


def _publish_numbers(redis: Redis, company: Company, slug: str) -> None:
    for number in numbers.leading_to(company, flows.find(company, slug)):
        publish_number(redis, number)
