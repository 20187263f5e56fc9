"""The JSON schema of flow documents, made from the node kinds: for editors that check and complete while one types."""

from __future__ import annotations

from typing import Any

from app.flow.document import MAX_NODES, NODE_ID, SPEC
from app.flow.fields import declared
from app.flow.kinds import KINDS
from app.flow.nodes.base import Node

TARGET = {"type": "string", "description": "a node id, or a phone number that is rung directly"}


def document_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) of a whole document."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "hotline400 flow",
        "type": "object",
        "required": ["spec", "start", "nodes"],
        "additionalProperties": False,
        "properties": {
            "spec": {"const": SPEC},
            "name": {"type": "string", "maxLength": 100},
            "start": {"type": "string", "pattern": _whole(NODE_ID.pattern)},
            "fallback": {"type": "string", "description": "a phone that is rung when the flow itself fails"},
            "nodes": {
                "type": "object",
                "minProperties": 1,
                "maxProperties": MAX_NODES,
                "propertyNames": {"pattern": _whole(NODE_ID.pattern)},
                "additionalProperties": {"oneOf": [node_schema(kind) for kind in KINDS.values()]},
            },
        },
    }


def node_schema(kind: type[Node]) -> dict[str, Any]:
    """The schema of one node of this kind."""
    fields = declared(kind)
    described = {
        name: {**spec.schema(), "description": " / ".join(spec.words)} for name, spec in fields.items()
    }
    exits = {way.name: {**TARGET, "description": " / ".join(way.words)} for way in kind.ways_out()}
    return {
        "title": " / ".join(kind.words),
        "description": kind.__doc__,
        "type": "object",
        "required": ["kind", *(name for name, spec in fields.items() if spec.required)],
        "additionalProperties": False,
        "properties": {
            "kind": {"const": kind.kind},
            "title": {"type": "string", "maxLength": 50},
            **described,
            "exits": {"type": "object", "properties": exits, "additionalProperties": False},
        },
    }


def _whole(pattern: str) -> str:
    return f"^{pattern}$"
