"""Kinds whose exits are the rows of one of their settings: each area, each share has its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from app.flow.fields import BadValue, declared
from app.flow.nodes.base import Exit, Node
from app.flow.problems import Problem, error
from app.words import Words


def ways_by_row(kind: type[Node], field: str, node: Mapping[str, Any]) -> tuple[Exit, ...]:
    """The exits of a draft's node, those of its rows called by the rows' names, those without a row left out."""
    names: list[str] = []
    with suppress(BadValue):
        names = [row.partition(":")[0] for row in declared(kind)[field].read(node.get(field) or ())]
    kept = (way for way in kind.ways_out() if way.nth <= len(names))
    return tuple(
        replace(way, words=Words(names[way.nth - 1], names[way.nth - 1])) if way.nth else way for way in kept
    )


def row_name(node: Node, rows: Sequence[str], way: str) -> str:
    """The name of the row that an exit belongs to, "" for the other exits."""
    nth = next((exit.nth for exit in node.ways_out() if exit.name == way), 0)
    return rows[nth - 1].partition(":")[0] if 0 < nth <= len(rows) else ""


def row_problems(node: Node, field: str, names: Sequence[str]) -> Iterator[Problem]:
    """Rows without a target and targets without a row: rules that would silently be skipped."""
    if not names:
        yield error("no_rows", node.place(field), "一行也没有", "there is no line")
    ways = [way for way in node.ways_out() if way.nth]
    for way in ways[: len(names)]:
        if way.name not in node.exits:
            name = names[way.nth - 1]
            yield error(
                "row_leads_nowhere",
                node.place(f"exits.{way.name}"),
                f"「{name}」没有去向",
                f"“{name}” leads nowhere",
            )
    for way in ways[len(names) :]:
        if way.name in node.exits:
            yield error(
                "exit_without_row",
                node.place(f"exits.{way.name}"),
                f"没有第 {way.nth} 行，这个出口不会用到",
                f"there is no line {way.nth}: this exit is never taken",
            )
