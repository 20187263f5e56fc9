from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.flow.fields import choice
from app.flow.nodes.base import Call, Exit, Node, Run
from app.words import Words

WAYS = {
    "returned": Words("出口一", "way 1"),
    "returned_2": Words("出口二", "way 2"),
    "returned_3": Words("出口三", "way 3"),
}


@dataclass(frozen=True, kw_only=True)
class Return(Node):
    """Leads back to the flow from which this one was entered; ends the call where there is none."""

    kind: ClassVar[str] = "return"
    words: ClassVar[Words] = Words("返回上一流程", "Back to the flow before")
    icon: ClassVar[str] = "arrow-back-up"
    order: ClassVar[int] = 71
    pauses: ClassVar[bool] = False
    returns: ClassVar[bool] = True

    way: str = choice("从哪个出口", "By which way", WAYS, default="returned")

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return ()

    def run(self, call: Call) -> Run:
        yield from ()
        return self.way
