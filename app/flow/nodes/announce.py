from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Play
from app.flow.fields import ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Announce(Node):
    """Plays a prompt to the caller and goes on."""

    kind: ClassVar[str] = "announce"
    words: ClassVar[Words] = Words("播放语音", "Announcement")
    icon: ClassVar[str] = "volume"
    order: ClassVar[int] = 10

    prompt: str = ref("prompt", "语音", "Prompt", required=True)

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (Exit("done", Words("播完后", "afterwards")),)

    def run(self, call: Call) -> Run:
        yield Play((self.prompt,))
        return "done"
