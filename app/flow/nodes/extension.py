from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Collect
from app.flow.dialling import DIAL_EXITS, Ringing, ring
from app.flow.extensions import OPERATOR_KEY, longest, plan, plan_problems, reached
from app.flow.fields import number, ref
from app.flow.members import by_time, rings
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem
from app.flow.snapshot import Assets
from app.words import Words


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
        extensions = plan(call.assets)
        pressed = ""
        prompts: tuple[str, ...] = (self.prompt,)
        for _ in range(self.tries):
            collected = yield Collect(
                prompts, max_digits=longest(call.assets), timeout_ms=self.timeout_s * 1000, terminators="#"
            )
            pressed = collected.digits
            if pressed in extensions and not rings(call.assets, extensions[pressed], call.now):
                return "unreachable"
            if pressed in extensions:
                return (yield from ring(call, [(extensions[pressed],)], Ringing(self.ring_timeout_s)))
            if pressed == OPERATOR_KEY and "operator" in self.exits:
                return "operator"
            prompts = ("sys.wrong_extension", self.prompt) if pressed else (self.prompt,)
        return "unknown" if pressed else "no_key"

    def outlook(self, assets: Assets) -> Outlook:
        operator = (OPERATOR_KEY,) if "operator" in self.exits else ()
        extensions = plan(assets)
        timed = by_time(assets, extensions.values())
        return Outlook(presses=(*operator, *extensions), tries=self.tries, by_time=timed)

    def reaches(self, assets: Assets) -> Iterator[tuple[str, str]]:
        return reached(assets)

    def problems(self, assets: Assets) -> Iterator[Problem]:
        keys = (OPERATOR_KEY,) if "operator" in self.exits else ()
        return plan_problems(self, "prompt", assets, keys)
