from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Collect
from app.flow.dialling import DIAL_EXITS, Ringing, ring, settled
from app.flow.fields import number, ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets
from app.words import Words

OPERATOR_KEY = "0"


@dataclass(frozen=True, kw_only=True)
class Extension(Node):
    """Asks for an extension and rings the phone that has it; 0 is the operator."""

    kind: ClassVar[str] = "extension"
    words: ClassVar[Words] = Words("企业总机", "Switchboard")
    icon: ClassVar[str] = "building"
    order: ClassVar[int] = 35

    prompt: str = ref("prompt", "语音", "Prompt", required=True)
    timeout_s: int = number("等待按键", "Wait for a key", default=5, low=1, high=30, unit=Words("秒", "s"))
    tries: int = number("最多播放", "Play at most", default=3, low=1, high=9, unit=Words("遍", "times"))
    ring_timeout_s: int = number("振铃", "Ring for", default=20, low=5, high=120, unit=Words("秒", "s"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("operator", Words("按 0 转人工", "0, the operator")),
            *DIAL_EXITS,
            Exit("unknown", Words("没有这个分机", "no such extension"), "sys.goodbye"),
            Exit("no_key", Words("没有按键", "no key"), "sys.goodbye"),
        )

    def run(self, call: Call) -> Run:
        extensions = {phone.extension: phone.id for phone in call.assets.phones.values() if phone.extension}
        longest = max(map(len, extensions), default=1)
        pressed = ""
        prompts: tuple[str, ...] = (self.prompt,)
        for _ in range(self.tries):
            collected = yield Collect(
                prompts, max_digits=longest, timeout_ms=self.timeout_s * 1000, terminators="#"
            )
            pressed = collected.digits
            if pressed in extensions:
                way = yield from ring(call, [(extensions[pressed],)], Ringing(self.ring_timeout_s))
                return settled(way, self.exits)
            if pressed == OPERATOR_KEY and "operator" in self.exits:
                return "operator"
            prompts = ("sys.wrong_extension", self.prompt) if pressed else (self.prompt,)
        return "unknown" if pressed else "no_key"

    def reaches(self, assets: Assets) -> Iterator[tuple[str, str]]:
        return (("phone", phone.id) for phone in assets.phones.values() if phone.extension)

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if not any(phone.extension for phone in assets.phones.values()):
            yield error(
                "no_extensions",
                self.place("prompt"),
                "还没有电话设置了分机号",
                "no phone has an extension yet",
            )
