from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow import messages
from app.flow.commands import Collect, Notify, Play, Rate
from app.flow.fields import number, ref
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Survey(Node):
    """Asks, after a conversation, for a mark for the person who answered; skipped when nobody did."""

    kind: ClassVar[str] = "survey"
    words: ClassVar[Words] = Words("满意度评价", "Survey")
    icon: ClassVar[str] = "star"
    order: ClassVar[int] = 65
    pauses: ClassVar[bool] = False

    prompt: str = ref("prompt", "提问语音", "Question", required=True)
    thanks: str = ref("prompt", "致谢语音", "Thanks")
    highest: int = number("评分从 1 到", "Marks from 1 to", default=5, low=2, high=9)
    timeout_s: int = number("等待按键", "Wait for a key", default=5, low=1, high=30, unit=Words("秒", "s"))
    tries: int = number("最多播放", "Play at most", default=2, low=1, high=9, unit=Words("遍", "times"))
    low_mark: int = number("低分是不高于", "A low mark is at most", default=2, low=0, high=8)
    to: str = ref(
        "phone",
        "低分通知谁",
        "Tell of a low mark",
        help=Words("不选则通知管理员", "nobody chosen: the owner"),
    )

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("rated", Words("评分后", "after the mark")),
            Exit("no_mark", Words("没有评分", "no mark"), farewell="sys.goodbye"),
            Exit("skipped", Words("没有人接听过", "nobody had answered"), farewell="sys.goodbye"),
        )

    def run(self, call: Call) -> Run:
        phone = call.variables.get("answered_by", "")
        if not phone:
            return "skipped"
        mark = yield from self._ask()
        if not mark:
            return "no_mark"
        yield Rate(self.id, int(mark), phone)
        if int(mark) <= self.low_mark:
            who = call.assets.phones[phone].name or phone
            yield Notify(self.to, messages.fill(f"{{time}} {{caller}} 给 {who} 评分 {mark}", call.facts))
        yield Play((self.thanks or "sys.thanks",))
        return "rated"

    def _ask(self) -> Run:
        """The key that the caller gave as his mark, "" when he gave none."""
        marks = [str(mark) for mark in range(1, self.highest + 1)]
        prompts: tuple[str, ...] = (self.prompt,)
        for _ in range(self.tries):
            pressed = str((yield Collect(prompts, timeout_ms=self.timeout_s * 1000)).digits)
            if pressed in marks:
                return pressed
            prompts = ("sys.wrong_key", self.prompt) if pressed else (self.prompt,)
        return ""

    def outlook(self, assets: Assets) -> Outlook:
        return Outlook(presses=("1", str(self.highest)), tries=self.tries, reads=("answered_by",))

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if self.low_mark >= self.highest:
            yield error(
                "every_mark_low",
                self.place("low_mark"),
                "这样每个评分都算低分",
                "every mark would be a low one",
            )
