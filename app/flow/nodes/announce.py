from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Play
from app.flow.fields import choice, ref, text
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.problems import Problem, error
from app.flow.saying import LANGUAGES, SAYABLE, is_sayable, said
from app.flow.snapshot import Assets
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Announce(Node):
    """Plays a prompt to the caller and goes on; it may say a number, a date or an amount after it.

    The language chosen here holds for what is said later in the call too.
    """

    kind: ClassVar[str] = "announce"
    words: ClassVar[Words] = Words("播放语音", "Announcement")
    icon: ClassVar[str] = "volume"
    order: ClassVar[int] = 10

    prompt: str = ref("prompt", "语音", "Prompt")
    say: str = choice("然后播报", "Then say", SAYABLE, default="nothing")
    value: str = text(
        "播报的内容",
        "What to say",
        max_length=50,
        help=Words(
            "直接填写，或 {next_opening} 下次营业时间、{ani} 来电号码、{now} 现在、网络服务给出的 {变量}",
            "as it is, or {next_opening}, {ani}, {now}, or a {variable} that a web service gave",
        ),
    )
    then: str = ref("prompt", "最后播放", "Prompt after that")
    language: str = choice("播报语言", "Language", LANGUAGES, default="same")

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (Exit("done", Words("播完后", "afterwards")),)

    def run(self, call: Call) -> Run:
        if self.language != "same":
            call.variables["language"] = self.language
        parts = said(call, self.say, self.value)
        prompts = (self.prompt, *parts, self.then)
        if heard := tuple(filter(None, prompts)):
            yield Play(heard)
        return "done"

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if not (self.prompt or self.then) and self.say == "nothing":
            yield error("nothing_to_play", self.place("prompt"), "没有选择语音", "no prompt is chosen")
        if self.say != "nothing" and not is_sayable(self.say, self.value):
            yield error(
                "not_sayable",
                self.place("value"),
                f"“{self.value}” 不能按「{SAYABLE[self.say].zh}」播报",
                f"“{self.value}” cannot be said as {SAYABLE[self.say].en}",
            )
