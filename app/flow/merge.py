"""Two people's changes of one draft put together, where they do not touch the same setting of the same step. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.flow.document import DOCUMENT_KEYS
from app.flow.edit import free_id
from app.flow.outline import Draft, nodes_of

Path = tuple[str, ...]
MISSING = object()  # what stands where nothing is written


class Clash(NamedTuple):
    """A place that both changed, each in his own way: ("nodes", STEP), with the setting, an exit, or alone.

    The values are None where nothing is written.
    """

    path: Path
    base: Any
    mine: Any
    theirs: Any

    @property
    def node(self) -> str:
        return self.path[1] if self.path[0] == "nodes" else ""

    @property
    def field(self) -> str:
        """The setting, or "exits.1"; "" for the step as a whole."""
        return ".".join(self.path[2:]) if self.node else self.path[0]


def merge(
    base: Draft, mine: Draft, theirs: Draft, *, mine_wins: bool = False
) -> tuple[dict[str, Any], list[Clash]]:
    """Their draft with my changes since the base put in; where both changed the same place it keeps theirs.

    With `mine_wins` it keeps mine there instead.

    The order of steps is mine when I changed it. My new steps get other ids where they made steps of the same id.
    """
    mine = _renamed(base, mine, theirs)
    flat_base, flat_mine, flat_theirs = _flat(base), _flat(mine), _flat(theirs)
    torn = _torn(base, mine, theirs) | _torn(base, theirs, mine)
    merged, clashes = dict(flat_theirs), []
    for path in dict.fromkeys((*flat_base, *flat_mine, *flat_theirs)):
        was, my, their = (flat.get(path, MISSING) for flat in (flat_base, flat_mine, flat_theirs))
        if mine_wins and _in(path, torn):
            merged[path] = my
        elif my in (was, their):
            continue
        elif mine_wins or (their == was and not _in(path, torn)):
            merged[path] = my
        else:
            clashes.append(Clash(path, *(None if value is MISSING else value for value in (was, my, their))))
    return _document(merged, _order(base, mine, theirs), theirs), _whole_steps(clashes, torn)


def changed_nodes(before: Draft, after: Draft) -> list[str]:
    """The ids of nodes that are new, gone or different."""
    old, new = nodes_of(before), nodes_of(after)
    return [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]


def _flat(draft: Draft) -> dict[Path, Any]:
    """Each setting by its place."""
    flat: dict[Path, Any] = {(str(key),): value for key, value in draft.items() if key != "nodes"}
    for node_id, node in nodes_of(draft).items():
        for name, value in node.items():
            if name == "exits" and isinstance(value, Mapping):
                flat |= {("nodes", node_id, "exits", str(way)): target for way, target in value.items()}
            else:
                flat["nodes", node_id, str(name)] = value
    return flat


def _torn(base: Draft, one: Draft, other: Draft) -> set[str]:
    """The nodes that one removed while the other changed them."""
    old, now = nodes_of(base), nodes_of(other)
    return {key for key in old.keys() - nodes_of(one).keys() if key in now and now[key] != old[key]}


def _renamed(base: Draft, mine: Draft, theirs: Draft) -> Draft:
    """My draft with other ids for those of my new nodes whose ids stand for other new nodes of theirs."""
    old, my, their = nodes_of(base), nodes_of(mine), nodes_of(theirs)
    twins = [key for key in my if key not in old and key in their and their[key] != my[key]]
    if not twins:
        return mine
    taken = {**their, **my}
    ids: dict[str, str] = {}
    for key in twins:
        ids[key] = free_id({"nodes": taken}, key)
        taken[ids[key]] = my[key]
    nodes = {ids.get(key, key): _leading(node, ids) for key, node in my.items()}
    return {**mine, "start": ids.get(str(mine.get("start")), mine.get("start")), "nodes": nodes}


def _leading(node: Mapping[str, Any], ids: Mapping[str, str]) -> Mapping[str, Any]:
    exits = node.get("exits")
    if not isinstance(exits, Mapping):
        return node
    return {**node, "exits": {name: ids.get(str(target), target) for name, target in exits.items()}}


def _in(path: Path, nodes: set[str]) -> bool:
    return path[0] == "nodes" and path[1] in nodes


def _whole_steps(clashes: list[Clash], torn: set[str]) -> list[Clash]:
    """A step that one removed while the other changed it is one clash, not one for each setting."""
    found: dict[Path, Clash] = {}
    for clash in clashes:
        path = clash.path[:2] if _in(clash.path, torn) else clash.path
        found.setdefault(path, clash._replace(path=path))
    return list(found.values())


def _order(base: Draft, mine: Draft, theirs: Draft) -> list[str]:
    my, their = list(nodes_of(mine)), list(nodes_of(theirs))
    kept = [key for key in nodes_of(base) if key in my]
    moved = [key for key in my if key in nodes_of(base)] != kept
    first, second = (my, their) if moved else (their, my)
    return list(dict.fromkeys((*first, *second)))


def _document(flat: Mapping[Path, Any], order: list[str], theirs: Draft) -> dict[str, Any]:
    heading = {path[0]: value for path, value in flat.items() if len(path) == 1 and value is not MISSING}
    nodes: dict[str, dict[str, Any]] = {}
    for path, value in flat.items():
        if len(path) > 1 and value is not MISSING:
            node = nodes.setdefault(path[1], {})
            (node if len(path) == 3 else node.setdefault("exits", {}))[path[-1]] = value
    placed = {key: nodes[key] for key in order if key in nodes}
    known = {key: heading[key] for key in (*DOCUMENT_KEYS, *heading) if key in heading}
    return {**{key: known[key] for key in known}, "nodes": placed}
