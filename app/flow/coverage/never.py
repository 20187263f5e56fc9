"""Steps and exits that no call ever comes to, although the flow leads there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.flow.coverage.cover import Coverage
from app.flow.coverage.explore import Explorer, Spot, World
from app.flow.interpreter import drawn
from app.flow.nodes.base import Node, exits_of
from app.flow.problems import Problem, warning


def never_taken(coverage: Coverage) -> Iterator[Problem]:
    """Exits of the flow itself that lead somewhere, but by which no call ever goes.

    A step is taken to give, in calls that come to it, whatever it gives at any time to any caller: the shop may close
    while somebody is in it. Nothing is said where not everything was looked at.
    """
    if not coverage.is_whole:
        return
    taken: dict[str, set[str]] = {}
    for reached in coverage.worlds.values():
        for (flow, come_to), ways in reached.taken.items():
            if not flow:
                taken.setdefault(come_to, set()).update(ways)
    explorers = [coverage.explorer, _in_emergency(coverage.explorer)]
    for node in coverage.explorer.snapshot.document.nodes.values():
        left = node.exits.keys() - taken.get(node.id, node.exits.keys())
        for name in sorted(left - _possible(coverage, explorers, node) if left else left):
            row, words = node.row_name(name), exits_of(type(node))[name].words
            yield warning(
                "never_taken",
                node.place(f"exits.{name}"),
                f"「{row or words.zh}」这个出口不会用到，没有来电会从这里走",
                f"no call ever goes by “{row or words.en}”",
            )


def _possible(coverage: Coverage, explorers: Sequence[Explorer], node: Node) -> set[str]:
    """The exits of a node at all times, for all callers, and while the emergency switch is on."""
    return {
        drawn(passage.way, node)
        for explorer in explorers
        for now in coverage.times.moments
        for caller in coverage.callers
        for passage in explorer.passages(Spot("", node.id), World(now, caller))
    }


def _in_emergency(explorer: Explorer) -> Explorer:
    assets = explorer.assets
    phone = next(iter(assets.phones), "")
    return Explorer(replace(explorer.snapshot, assets=replace(assets, emergency=phone)))
