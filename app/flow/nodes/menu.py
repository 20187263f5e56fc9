from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import Collect
from app.flow.dialling import DIAL_EXITS, Ringing, ring
from app.flow.extensions import longest, plan, plan_problems, reached
from app.flow.fields import choice, flag, number, ref
from app.flow.nodes.base import BACK, Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem, error, warning
from app.flow.snapshot import Assets
from app.words import Words

KEYS = "1234567890*#"
SPOKEN_KEYS = str.maketrans("零一二三四五六七八九", "0123456789")
SAID_KEY = re.compile(r"[按拨]\s*([0-9*#零一二三四五六七八九])(?![0-9零一二三四五六七八九十])")
OWN_KEY = {"none": Words("不设", "none")} | {key: Words(f"按 {key}", f"key {key}") for key in KEYS}
MAX_REPEATS = 9  # asked for by the caller, who would otherwise keep a line for ever
NEXT_DIGIT_MS = 3000
SORRY = {exit.name: exit.farewell for exit in DIAL_EXITS} | {"rejected": "sys.busy"}


@dataclass(frozen=True, kw_only=True)
class Menu(Node):
    """Plays a prompt and goes where the key that the caller presses says.

    One key may lead back to the menu before, one may repeat the prompt, and extensions may be dialled at any time.
    """

    kind: ClassVar[str] = "menu"
    words: ClassVar[Words] = Words("语音导航", "Menu")
    icon: ClassVar[str] = "dialpad"
    order: ClassVar[int] = 20
    is_menu: ClassVar[bool] = True

    prompt: str = ref("prompt", "语音", "Prompt", required=True)
    wrong_prompt: str = ref("prompt", "按错键时说", "Prompt on a wrong key")
    timeout_s: int = number("等待按键", "Wait for a key", default=5, low=1, high=30, unit=Words("秒", "s"))
    tries: int = number("最多播放", "Play at most", default=3, low=1, high=9, unit=Words("遍", "times"))
    back_key: str = choice("返回上一级", "Back to the menu before", OWN_KEY, default="none")
    repeat_key: str = choice("重听", "Hear it again", OWN_KEY, default="none")
    extensions: bool = flag("可随时拨分机号", "Extensions may be dialled at any time")

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        keys = tuple(Exit(key, Words(f"按 {key}", f"key {key}"), "sys.goodbye", is_key=True) for key in KEYS)
        return (
            *keys,
            Exit("no_key", Words("没有按键", "no key"), "sys.goodbye"),
            Exit("wrong_key", Words("按错键", "wrong key"), "sys.goodbye"),
            Exit("too_many", Words("多次按错", "too many tries"), otherwise="wrong_key"),
            Exit("answered", Words("与分机通话结束后", "after talking to an extension")),
        )

    def run(self, call: Call) -> Run:
        tries = repeats = wrong = 0
        prompts: tuple[str, ...] = (self.prompt,)
        while True:
            pressed = yield from self._ask(call, prompts)
            if pressed == self.repeat_key and repeats < MAX_REPEATS:
                repeats, prompts = repeats + 1, (self.prompt,)
                continue
            if pressed == self.back_key:
                return BACK
            if pressed in self.exits and pressed in KEYS and pressed:
                return pressed
            sorry = yield from self._try_extension(call, pressed)
            if not sorry:
                return "answered"
            tries, wrong = tries + 1, wrong + bool(pressed)
            if tries == self.tries:
                return self._used_up(pressed, wrong)
            prompts = (sorry, self.prompt) if pressed else (self.prompt,)

    def _ask(self, call: Call, prompts: tuple[str, ...]) -> Run:
        """The key that was pressed, or the digits of what may be an extension."""
        pressed = str((yield Collect(prompts, timeout_ms=self.timeout_s * 1000)).digits)
        if not self.extensions or not pressed or pressed in self.exits:
            return pressed
        begun = [extension for extension in plan(call.assets) if extension.startswith(pressed)]
        if not begun or longest(call.assets) == 1:
            return pressed
        more = max(map(len, begun)) - 1
        rest = yield Collect((), max_digits=more, timeout_ms=NEXT_DIGIT_MS, interdigit_ms=NEXT_DIGIT_MS)
        return pressed + str(rest.digits)

    def _try_extension(self, call: Call, pressed: str) -> Run:
        """Ring the extension that was dialled; "" after a conversation, else the prompt that says what was wrong."""
        phone = plan(call.assets).get(pressed) if self.extensions else None
        if phone is None:
            return self.wrong_prompt or "sys.wrong_key"
        way = yield from ring(call, [(phone,)], Ringing())
        return "" if way == "answered" else SORRY[way]

    def _used_up(self, pressed: str, wrong: int) -> str:
        if not pressed:
            return "no_key"
        return "too_many" if wrong > 1 else "wrong_key"

    def outlook(self, assets: Assets) -> Outlook:
        keys = [key for key in KEYS if key in self.exits]
        back = [self.back_key] if self.back_key in KEYS else []
        extensions = plan(assets) if self.extensions else ()
        return Outlook(presses=(*keys, *back, *extensions), tries=self.tries)

    def reaches(self, assets: Assets) -> Iterator[tuple[str, str]]:
        return reached(assets) if self.extensions else iter(())

    def problems(self, assets: Assets) -> Iterator[Problem]:
        bound = {key for key in KEYS if key in self.exits}
        if not bound and not self.extensions:
            yield error("no_keys", self.place("exits"), "没有设置任何按键", "no key leads anywhere")
        own = {"back_key": self.back_key, "repeat_key": self.repeat_key}
        yield from self._taken(bound, own)
        bound |= set(own.values()) - {"none"}
        if self.extensions:
            yield from plan_problems(self, "extensions", assets, bound)
        prompt = assets.prompts.get(self.prompt)
        yield from self._contradictions(said_keys(prompt.text) if prompt else set(), bound)

    def _taken(self, bound: set[str], own: dict[str, str]) -> Iterator[Problem]:
        """Keys that would have two meanings."""
        for name, key in own.items():
            others = bound | {other for field, other in own.items() if field != name and other != "none"}
            if key in others:
                yield error(
                    "key_taken",
                    self.place(name),
                    f"按 {key} 已经有别的用处",
                    f"key {key} means something else already",
                )

    def _contradictions(self, said: set[str], bound: set[str]) -> Iterator[Problem]:
        """What the prompt offers against what is there."""
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
