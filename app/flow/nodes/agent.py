from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hmac import compare_digest
from typing import ClassVar

from app.flow.commands import Collect, LookUpAgent, Play, SetAgent
from app.flow.fields import digits, number
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.snapshot import Assets
from app.words import Words

MAX_DIGITS = 12
STATES = {"1": "available", "2": "break", "3": "offline"}
SAID = {
    "available": "sys.agent_available",
    "rest": "sys.agent_available",  # a few seconds after an offer that was missed
    "wrap_up": "sys.agent_wrap_up",
    "break": "sys.agent_break",
    "offline": "sys.agent_offline",
}
"""What an agent hears of his state."""


@dataclass(frozen=True, kw_only=True)
class Agent(Node):
    """Lets an agent, known by the number he calls from, set his state: 1 available, 2 break, 3 offline.

    Keys count from the start: when a menu's * leads here, *1, *2 and *3 are feature codes. What is pressed here is in no
    record. His phone is rung again once he has hung up.
    """

    kind: ClassVar[str] = "agent"
    words: ClassVar[Words] = Words("坐席签到", "Agent's state")
    icon: ClassVar[str] = "headset"
    order: ClassVar[int] = 36
    pauses: ClassVar[bool] = False  # who is no agent is out again at once
    secret: ClassVar[bool] = True

    pin: str = digits(
        "坐席密码",
        "PIN",
        max_length=MAX_DIGITS,
        secret=True,
        required=False,
        help=Words(
            "主叫号码可能被人伪造，设了密码就先问密码；空着不问",
            "a caller's number can be forged; with a PIN it is asked for first",
        ),
    )
    timeout_s: int = number("等待按键", "Wait for a key", default=5, low=1, high=30, unit=Words("秒", "s"))
    tries: int = number("最多试", "Tries", default=3, low=1, high=9, unit=Words("次", "times"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("done", Words("坐席状态已设置", "agent's state set")),
            Exit("not_an_agent", Words("不是坐席的电话", "not an agent's phone"), "sys.not_an_agent"),
            Exit("wrong_pin", Words("密码错误", "wrong PIN"), "sys.goodbye"),
            Exit("no_choice", Words("没有选择状态", "no state chosen"), "sys.goodbye"),
        )

    def run(self, call: Call) -> Run:
        phone = _phone_of(call)
        if not phone:
            return "not_an_agent"
        if self.pin and not (yield from self._asked_for_pin()):
            return "wrong_pin"
        found = yield LookUpAgent(phone)
        state = yield from self._asked_for_state(SAID[found.state])
        if not state:
            return "no_choice"
        yield SetAgent(phone, state)
        call.variables["agent_state"] = state
        yield Play((SAID[state],))
        return "done"

    def _asked_for_pin(self) -> Run:
        """The PIN as it was pressed, "" after wrong ones only."""
        prompts: tuple[str, ...] = ("sys.agent_pin",)
        for _ in range(self.tries):
            pressed = str((yield self._collect(prompts, MAX_DIGITS)).digits)
            if compare_digest(pressed, self.pin):
                return pressed
            prompts = ("sys.wrong_key", "sys.agent_pin") if pressed else ("sys.agent_pin",)
        return ""

    def _asked_for_state(self, present: str) -> Run:
        """The state that was chosen, "" for none."""
        prompts: tuple[str, ...] = (present, "sys.agent_keys")
        for _ in range(self.tries):
            pressed = str((yield self._collect(prompts, 1)).digits)
            if pressed in STATES:
                return STATES[pressed]
            prompts = ("sys.wrong_key", "sys.agent_keys") if pressed else ("sys.agent_keys",)
        return ""

    def _collect(self, prompts: tuple[str, ...], most: int) -> Collect:
        ends = "#" if most > 1 else ""
        return Collect(prompts, max_digits=most, timeout_ms=self.timeout_s * 1000, terminators=ends)

    def outlook(self, assets: Assets) -> Outlook:
        phone = next(iter(assets.phones.values()), None)
        callers = ((phone.number, phone.name or phone.number),) if phone else ()
        presses = (
            (f"{self.pin}#", *(f"{self.pin}#{state}" for state in STATES)) if self.pin else tuple(STATES)
        )
        return Outlook(presses=presses, tries=self.tries, by_caller=True, callers=callers)

    def reaches(self, assets: Assets) -> Iterator[tuple[str, str]]:
        return (("phone", phone) for phone in assets.phones)


def _phone_of(call: Call) -> str:
    """The id of the phone that is calling, "" for none of the company's."""
    phones = call.assets.phones.values()
    return next((phone.id for phone in phones if call.facts.ani and phone.number == call.facts.ani), "")
