from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.flow.fields import ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Subflow(Node):
    """Goes through another flow, such as a menu that several flows share, and comes back where that one says so.

    Where the other flow ends without a `return`, the call ends.
    """

    kind: ClassVar[str] = "subflow"
    words: ClassVar[Words] = Words("进入其他流程", "Another flow")
    icon: ClassVar[str] = "arrow-fork"
    order: ClassVar[int] = 70
    pauses: ClassVar[bool] = False

    flow: str = ref("flow", "流程", "Flow", required=True)

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("returned", Words("返回后", "afterwards")),
            Exit("returned_2", Words("从出口二返回", "back by way 2"), otherwise="returned"),
            Exit("returned_3", Words("从出口三返回", "back by way 3"), otherwise="returned"),
        )

    def run(self, call: Call) -> Run:
        return (yield from call.enter(self.flow)) or "end"
