from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Command
from app.flow.fields import ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Schedule(Node):
    """Goes one way in opening hours and the other way outside of them."""

    kind: ClassVar[str] = "schedule"
    words: ClassVar[Words] = Words("按时间段", "Opening hours")
    icon: ClassVar[str] = "clock"
    order: ClassVar[int] = 30
    pauses: ClassVar[bool] = False
    closes: ClassVar[bool] = True

    hours: str = ref("hours", "营业时间", "Opening hours", required=True)

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("open", Words("营业时间内", "in opening hours")),
            Exit("closed", Words("营业时间外", "outside opening hours"), farewell="sys.closed"),
        )

    def run(self, call: Call) -> Run:
        yield from _nothing()
        return "open" if call.assets.hours[self.hours].is_open(call.facts.now) else "closed"


def _nothing() -> Iterator[Command]:
    """Makes `run` a generator although it asks nothing of the world."""
    return iter(())
