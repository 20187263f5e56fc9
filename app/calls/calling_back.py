"""What a caller goes through who is called back, as he was promised in a queue. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.flow.nodes.announce import Announce
from app.flow.nodes.base import Node
from app.flow.nodes.hunt import Hunt
from app.flow.nodes.queue import Queue
from app.flow.snapshot import Snapshot

HELLO, RING = "callback", "callback-phone"
GREETING = "sys.calling_back"
FAILED = ("busy", "no_answer", "unreachable", "all_busy")


def called_back(snapshot: Snapshot, queue: str, phone: str) -> Snapshot:
    """The snapshot, begun with a greeting and the phone that is held for him ("" when it is gone).

    When the phone does not answer he is in the queue again; afterwards it goes on as it would after the queue.
    """
    document = snapshot.document
    waiting = _queue_node(document.nodes, queue)
    ways = dict.fromkeys(FAILED, waiting.id) if waiting else {}
    after = {"answered": waiting.exits["answered"]} if waiting and "answered" in waiting.exits else {}
    nodes: dict[str, Node] = dict(document.nodes)
    begin = RING if phone else waiting.id if waiting else ""
    nodes[HELLO] = Announce(id=HELLO, title="回电", prompt=GREETING, exits={"done": begin} if begin else {})
    if phone:
        nodes[RING] = Hunt(id=RING, title="回电接听", phones=(phone,), exits=ways | after)
    return replace(snapshot, document=replace(document, start=HELLO, nodes=nodes))


def _queue_node(nodes: Mapping[str, Node], queue: str) -> Queue | None:
    """The node that lets callers wait in this queue: one that names it, or "<did>:<node>"."""
    found = nodes.get(queue.rpartition(":")[2])
    named = [node for node in nodes.values() if isinstance(node, Queue) and node.queue == queue]
    return found if isinstance(found, Queue) and not found.queue else next(iter(named), None)
