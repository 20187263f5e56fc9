from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from typing import ClassVar

from app.flow.commands import Collect
from app.flow.fields import digits, number, ref
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.snapshot import Assets
from app.words import Words

MAX_DIGITS = 12


@dataclass(frozen=True, kw_only=True)
class Password(Node):
    """Lets through who knows the password; what callers press here is in no record."""

    kind: ClassVar[str] = "password"
    words: ClassVar[Words] = Words("密码验证", "Password")
    icon: ClassVar[str] = "lock"
    order: ClassVar[int] = 34
    secret: ClassVar[bool] = True

    prompt: str = ref("prompt", "语音", "Prompt", required=True)
    password: str = digits("密码", "Password", max_length=MAX_DIGITS, secret=True)
    wrong_prompt: str = ref("prompt", "密码错误时说", "Prompt on a wrong password")
    timeout_s: int = number("等待按键", "Wait for a key", default=8, low=1, high=30, unit=Words("秒", "s"))
    tries: int = number("最多试", "Tries", default=3, low=1, high=9, unit=Words("次", "times"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("right", Words("密码正确", "right password")),
            Exit("wrong", Words("密码错误", "wrong password"), farewell="sys.goodbye"),
            Exit("no_key", Words("没有按键", "no key"), otherwise="wrong"),
        )

    def outlook(self, assets: Assets) -> Outlook:
        return Outlook(presses=(self.password,), tries=self.tries)

    def run(self, call: Call) -> Run:
        pressed = ""
        prompts: tuple[str, ...] = (self.prompt,)
        for _ in range(self.tries):
            collected = yield Collect(
                prompts, max_digits=MAX_DIGITS, timeout_ms=self.timeout_s * 1000, terminators="#"
            )
            pressed = str(collected.digits)
            if compare_digest(pressed, self.password):
                return "right"
            prompts = (self.wrong_prompt or "sys.wrong_key", self.prompt) if pressed else (self.prompt,)
        return "wrong" if pressed else "no_key"
