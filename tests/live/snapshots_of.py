"""Snapshots for tests."""

from __future__ import annotations

from app.flow.compile import compile_snapshot
from app.flow.snapshot import Assets, Snapshot

DID = "4008001234"


def snapshot(name: str = "总线", did: str = DID, version: int = 1) -> Snapshot:
    """A flow that says one thing; `name` tells one snapshot from another."""
    document = {"spec": 1, "name": name, "start": "end", "nodes": {"end": {"kind": "hangup"}}}
    return compile_snapshot(document, Assets(), did=did, version=version, company_id=7, flow_id="main")
