from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from app.flow.commands import NextTurn
from app.flow.dialling import DIAL_EXITS, NEXT_ON, ring
from app.flow.fields import choice, choices, number, phones, ref
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.problems import Problem, error, warning
from app.flow.snapshot import Assets
from app.routing.strategies import Strategy, order
from app.words import Words

STRATEGIES = {
    Strategy.SEQUENTIAL.value: Words("顺序接听", "in order"),
    Strategy.RANDOM.value: Words("随机接听", "at random"),
    Strategy.ROUND_ROBIN.value: Words("循环接听", "round robin"),
    Strategy.SIMULTANEOUS.value: Words("同时振铃", "all at once"),
}


@dataclass(frozen=True, kw_only=True)
class Hunt(Node):
    """Rings the phones of a group, or phones named here, until one of them answers."""

    kind: ClassVar[str] = "hunt"
    words: ClassVar[Words] = Words("转接电话", "Ring phones")
    icon: ClassVar[str] = "phone-call"
    order: ClassVar[int] = 40

    group: str = ref("group", "接听组", "Group")
    phones: tuple[str, ...] = phones("或这些电话", "or these phones")
    strategy: str = choice("接听方式", "Order", STRATEGIES, default=Strategy.SEQUENTIAL.value)
    ring_timeout_s: int = number(
        "每个电话振铃", "Ring each for", default=20, low=5, high=120, unit=Words("秒", "s")
    )
    next_on: tuple[str, ...] = choices(
        "换下一个电话，如果", "Try the next phone on", NEXT_ON, default=tuple(NEXT_ON)
    )

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return DIAL_EXITS

    def run(self, call: Call) -> Run:
        turn = 0
        if self.strategy == Strategy.ROUND_ROBIN:
            turn = (yield NextTurn(f"{call.facts.did}:{self.group or self.id}")).n
        seed = f"{call.facts.seed}:{self.id}"
        rounds = order(self.strategy, self.members(call.assets), seed=seed, turn=turn)
        return (yield from ring(rounds, self.ring_timeout_s, self.next_on))

    def members(self, assets: Assets) -> tuple[str, ...]:
        """The phones to ring: the group's, then those named here, none twice."""
        group = assets.groups[self.group].phones if self.group else ()
        return tuple(dict.fromkeys((*group, *self.phones)))

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if not self.group and not self.phones:
            yield error(
                "no_phones",
                self.place("group"),
                "没有选择接听组或电话",
                "neither a group nor a phone is chosen",
            )
        group = assets.groups.get(self.group)
        if group and not self.members(assets):
            yield error(
                "empty_group",
                self.place("group"),
                f"接听组「{group.name}」里没有电话",
                f"group “{group.name}” has no phone",
            )
        if group and len(group.phones) * self.ring_timeout_s > 120 and self.strategy != Strategy.SIMULTANEOUS:
            seconds = len(group.phones) * self.ring_timeout_s
            yield warning(
                "long_wait",
                self.place("ring_timeout_s"),
                f"都不接时来电者要等 {seconds} 秒，多数人会先挂断",
                f"a caller waits {seconds} s if nobody answers; most hang up before",
            )
