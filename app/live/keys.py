"""The names of everything that we keep in Redis."""

from __future__ import annotations

REVISIONS = "h400:revisions"
"""Hash: number -> revision of the snapshot in force."""

PUBLISHED = "h400:published"
"""Channel: a number whose snapshot was just put in force."""

REFUSED = "h400:refused"
"""List of JSON: call detail records that the store refused, newest first."""


def snapshot(did: str) -> str:
    """Text: the snapshot in force (published.py says how it is written)."""
    return f"h400:snapshot:{did}"


def counter(name: str) -> str:
    """Integer: how many turns were taken."""
    return f"h400:counter:{name}"


def drafts(flow_id: int) -> str:
    """JSON: the last drafts of a flow, for undo."""
    return f"h400:drafts:{flow_id}"


def acks(controller: str) -> str:
    """List of JSON lists of call ids: calls of this controller that the database has."""
    return f"h400:ack:{controller}"
