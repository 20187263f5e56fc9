"""A number's snapshot as it is in force, and how it is written in Redis and on disk.

The first line is the number's revision, the rest the snapshot's JSON: null when out of service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.errors import DocumentError
from app.flow import compile as compiler
from app.flow.snapshot import Snapshot

NOTHING = "null"

_DID = re.compile(r"[0-9]{3,15}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Published:
    """`revision` grows with each change of what the number's callers get; `snapshot` None = not in service."""

    did: str
    revision: int
    snapshot: Snapshot | None


def is_did(text: str) -> bool:
    """Whether this may be a number's name in Redis and on disk; what a switch sends us may be anything."""
    return _DID.fullmatch(text) is not None


def encode(published: Published) -> str:
    body = compiler.dump(published.snapshot) if published.snapshot else NOTHING
    return f"{published.revision}\n{body}"


def decode(did: str, text: str) -> Published:
    """ValueError when the text was not written by `encode`, or by a release that knows more than this one."""
    head, _, body = text.partition("\n")
    try:
        return Published(did, int(head), None if body == NOTHING else compiler.load(body))
    except (DocumentError, LookupError, TypeError, AttributeError) as wrong:
        raise ValueError(f"snapshot of {did}: {wrong}") from wrong


def revision_of(text: str) -> int:
    """The revision alone, without reading the snapshot; ValueError when there is none."""
    return int(text.partition("\n")[0])
