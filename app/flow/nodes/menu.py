from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Collect
from app.flow.fields import number, ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.problems import Problem, error, warning
from app.flow.snapshot import Assets
from app.words import Words

KEYS = "1234567890*#"
SPOKEN_KEYS = str.maketrans("零一二三四五六七八九", "0123456789")
SAID_KEY = re.compile(r"[按拨]\s*([0-9*#零一二三四五六七八九])(?![0-9零一二三四五六七八九十])")


@dataclass(frozen=True, kw_only=True)
class Menu(Node):
    """Plays a prompt and goes where the key that the caller presses says."""

    kind: ClassVar[str] = "menu"
    words: ClassVar[Words] = Words("语音导航", "Menu")
    icon: ClassVar[str] = "dialpad"
    order: ClassVar[int] = 20

    prompt: str = ref("prompt", "语音", "Prompt", required=True)
    wrong_prompt: str = ref("prompt", "按错键时说", "Prompt on a wrong key")
    timeout_s: int = number("等待按键", "Wait for a key", default=5, low=1, high=30, unit=Words("秒", "s"))
    tries: int = number("最多播放", "Play at most", default=3, low=1, high=9, unit=Words("遍", "times"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        keys = tuple(Exit(key, Words(f"按 {key}", f"key {key}"), "sys.goodbye", is_key=True) for key in KEYS)
        return (
            *keys,
            Exit("no_key", Words("没有按键", "no key"), "sys.goodbye"),
            Exit("wrong_key", Words("按错键", "wrong key"), "sys.goodbye"),
        )

    def run(self, call: Call) -> Run:
        pressed = ""
        prompts: tuple[str, ...] = (self.prompt,)
        for _ in range(self.tries):
            collected = yield Collect(prompts, timeout_ms=self.timeout_s * 1000)
            pressed = str(collected.digits)
            if pressed in self.exits and pressed in KEYS and pressed:
                return pressed
            prompts = (self.wrong_prompt or "sys.wrong_key", self.prompt) if pressed else (self.prompt,)
        return "wrong_key" if pressed else "no_key"

    def problems(self, assets: Assets) -> Iterator[Problem]:
        bound = {key for key in KEYS if key in self.exits}
        if not bound:
            yield error("no_keys", self.place("exits"), "没有设置任何按键", "no key leads anywhere")
        prompt = assets.prompts.get(self.prompt)
        said = said_keys(prompt.text) if prompt else set()
        for key in sorted(said - bound):
            yield warning(
                "key_said_not_bound",
                self.place(f"exits.{key}"),
                f"语音里说了按 {key}，但没有设置",
                f"the prompt offers key {key}, which leads nowhere",
            )
        for key in sorted(bound - said) if said else ():
            yield warning(
                "key_bound_not_said",
                self.place(f"exits.{key}"),
                f"设置了按 {key}，但语音里没有说",
                f"key {key} leads somewhere, but the prompt does not offer it",
            )


def said_keys(text: str) -> set[str]:
    """The keys that a prompt's text offers: "售后请按2" offers 2."""
    return {key.translate(SPOKEN_KEYS) for key in SAID_KEY.findall(text)}
