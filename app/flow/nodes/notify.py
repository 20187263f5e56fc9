from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow import messages
from app.flow.commands import Notify as Send
from app.flow.fields import ref, text
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Notify(Node):
    """Sends a message about the call to the person at a phone, or to the owner; the caller does not wait."""

    kind: ClassVar[str] = "notify"
    words: ClassVar[Words] = Words("发送通知", "Message to a person")
    icon: ClassVar[str] = "send"
    order: ClassVar[int] = 75
    pauses: ClassVar[bool] = False

    to: str = ref("phone", "通知谁", "To", help=Words("不选则通知管理员", "nobody chosen: the owner"))
    text: str = text(
        "内容",
        "Message",
        default="{time} {place} {caller} 来电",
        max_length=300,
        help=Words("可用：{caller} {place} {number} {time}", "may contain {caller} {place} {number} {time}"),
    )

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (Exit("done", Words("通知后", "afterwards")),)

    def run(self, call: Call) -> Run:
        yield Send(self.to, messages.fill(self.text, call.facts))
        return "done"

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if not self.text.strip():
            yield error("no_text", self.place("text"), "没有写通知内容", "the message is empty")
        for name in messages.unknown_placeholders(self.text):
            yield error(
                "unknown_placeholder",
                self.place("text"),
                f"没有「{{{name}}}」；可用：{', '.join(messages.PLACEHOLDERS)}",
                f"there is no {{{name}}}; there are: {', '.join(messages.PLACEHOLDERS)}",
            )
