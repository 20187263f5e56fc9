"""Putting what the store holds in force: flows, and what became of the numbers that lead to them.

The store changes first. A LiveError from here means: changed, but Redis was away; `publish_missing`, which runs
every minute, puts it in force later.
"""

from __future__ import annotations

from redis import Redis

from app.flow import compile as compiler
from app.live import snapshots
from app.store import flows, numbers
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
    return snapshots.publish(redis, snapshot, number.revision)


def publish_missing(redis: Redis) -> int:
    """Put in force what Redis lacks, because it was away or lost it; returns for how many numbers."""
    in_force = snapshots.revisions(redis)
    behind = (n for n in numbers.everybodys() if in_force.get(n.did, -1) < n.revision)
    return sum(publish_number(redis, number) for number in behind)


def _publish_numbers(redis: Redis, company: Company, slug: str) -> None:
    for number in numbers.leading_to(company, flows.find(company, slug)):
        publish_number(redis, number)
