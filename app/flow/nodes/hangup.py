from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Play
from app.flow.fields import ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Hangup(Node):
    """Ends the call, after a last prompt if there is one."""

    kind: ClassVar[str] = "hangup"
    words: ClassVar[Words] = Words("挂机", "Hang up")
    icon: ClassVar[str] = "phone-off"
    order: ClassVar[int] = 90

    prompt: str = ref("prompt", "结束语", "Last prompt")

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return ()

    def run(self, call: Call) -> Run:
        if self.prompt:
            yield Play((self.prompt,))
        return "end"
