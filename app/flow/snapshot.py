"""Everything a call of one 400 number needs, published as one immutable value.

A call reads a snapshot and nothing else: no database, no file of settings. compile.py makes one and turns it into the
JSON that travels through Redis and lies on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from app.routing.dialling_rules import MAINLAND, DiallingRules
from app.routing.lists import CallerList
from app.routing.opening_hours import OpeningHours

if TYPE_CHECKING:
    from app.flow.document import Document


@dataclass(frozen=True, slots=True)
class Phone:
    """An ordinary phone that can be rung. `number` is digits as the trunk dials them.

    hours  opening hours in which it may be rung, "" for always
    """

    id: str
    number: str
    name: str = ""
    extension: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Phones that answer for one another, in order (hunt group).

    phones   members: phone ids, or "group:ID" for all members of another group
    weights  by member, for the strategy by weight; 1 for those that are not in it
    rings_s  seconds that a member is rung, where it has its own
    hours    opening hours of the group itself, "" for always
    """

    id: str
    name: str
    phones: tuple[str, ...]
    weights: Mapping[str, int] = field(default_factory=dict)
    rings_s: Mapping[str, int] = field(default_factory=dict)
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where callers wait for a free phone.

    phones      phone ids
    strategy    which free phone is offered a caller, a name of routing/strategies.py; simultaneous rings all free ones
    wrap_up_s   how long a phone is left in peace after a conversation
    max_size    callers waiting at most, 0 for no limit
    music       prompt that is heard while waiting, "" for the system's
    weights     by phone, for the strategy by weight; 1 for those that are not in it
    max_misses  offers in a row that a phone does not answer until it is taken to be off, 0 for never
    rest_s      how long a phone is offered to nobody after an offer that it did not answer
    """

    id: str
    name: str
    phones: tuple[str, ...]
    strategy: str = "longest_idle"
    ring_timeout_s: int = 20
    wrap_up_s: int = 0
    max_size: int = 0
    music: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    max_misses: int = 3
    rest_s: int = 10


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to be heard. `file` is relative to the prompts folder; `text` is what it says; `duration_ms` 0 = unknown.

    `languages` are the same prompt in other languages, by language.
    """

    id: str
    name: str
    file: str
    text: str = ""
    duration_ms: int = 0
    languages: Mapping[str, Prompt] = field(default_factory=dict)

    def in_(self, language: str) -> Prompt:
        """The prompt in a language, in its own when it does not speak that one."""
        return self.languages.get(language, self)


@dataclass(frozen=True, slots=True)
class Assets:
    """What a company has that a flow may refer to by id.

    flows      flows that others may lead into as sub-flows
    closures   dates on which the whole company is closed, whatever the opening hours say
    emergency  phone number that calls go to while the company's one switch is on, "" while it is off
    dialling   what the company may dial; of the company as it is, not kept with a flow version
    unproven   numbers of phones whose user is not proved; for advice only, in no snapshot
    """

    phones: Mapping[str, Phone] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    hours: Mapping[str, OpeningHours] = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    lists: Mapping[str, CallerList] = field(default_factory=dict)
    flows: Mapping[str, Document] = field(default_factory=dict)
    queues: Mapping[str, Queue] = field(default_factory=dict)
    closures: frozenset[date] = frozenset()
    emergency: str = ""
    dialling: DiallingRules = MAINLAND
    unproven: frozenset[str] = field(default=frozenset(), repr=False, compare=False)

    def of(self, kind: str) -> Mapping[str, Any]:
        """The assets of one kind, by id: one of ASSET_KINDS."""
        mapping: Mapping[str, Any] = getattr(self, ASSET_KINDS[kind])
        return mapping


ASSET_KINDS = {
    "phone": "phones",
    "group": "groups",
    "hours": "hours",
    "prompt": "prompts",
    "list": "lists",
    "flow": "flows",
    "queue": "queues",
}
"""What a field may refer to, and the field of `Assets` that holds it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One published version of what happens when `did` is called.

    did         the 400 number; "" in a snapshot kept with a flow version, before it is given to its numbers
    version     grows with every publish of the flow
    company_id  the tenant, for the record of the call
    document    the flow, checked and free of errors
    assets      what the flow refers to, typed phone numbers included
    timezone    IANA name; `CallFacts.now` is in it
    fallback    phone id that is rung when the flow itself fails; "" for none

    Of the company as it is when the snapshot is put in force, not kept with a flow version:

    max_calls       live calls that it may have at once, 0 for no limit
    webhook_secret  signs what its web services are asked; "" where the flow asks none

    `labels` are kept by walks: what people call each node, which no call changes.
    """

    did: str
    version: int
    company_id: int
    document: Document
    assets: Assets
    flow_id: str = ""
    timezone: str = "Asia/Shanghai"
    fallback: str = ""
    max_calls: int = 0
    webhook_secret: str = field(default="", repr=False)
    labels: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
