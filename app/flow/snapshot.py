"""Everything a call of one 400 number needs, published as one immutable value.

A call reads a snapshot and nothing else: no database, no file of settings. compile.py makes one and turns it into the
JSON that travels through Redis and lies on disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from app.routing.opening_hours import OpeningHours

if TYPE_CHECKING:
    from app.flow.document import Document


@dataclass(frozen=True, slots=True)
class Phone:
    """An ordinary phone that can be rung. `number` is digits as the trunk dials them."""

    id: str
    number: str
    name: str = ""
    extension: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Phones that answer for one another, in order (hunt group). `phones` are phone ids."""

    id: str
    name: str
    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to be heard. `file` is relative to the prompts folder; `text` is what it says; `duration_ms` 0 = unknown."""

    id: str
    name: str
    file: str
    text: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Assets:
    """What a company has that a flow may refer to by id."""

    phones: Mapping[str, Phone] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    hours: Mapping[str, OpeningHours] = field(default_factory=dict)
    prompts: Mapping[str, Prompt] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Any]:
        """The assets of one kind: "phone", "group", "hours" or "prompt"."""
        return {"phone": self.phones, "group": self.groups, "hours": self.hours, "prompt": self.prompts}[kind]


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
    """

    did: str
    version: int
    company_id: int
    document: Document
    assets: Assets
    flow_id: str = ""
    timezone: str = "Asia/Shanghai"
    fallback: str = ""
