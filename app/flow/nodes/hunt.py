from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from app.flow.commands import Command, NextTurn, RankIdle
from app.flow.dialling import DIAL_EXITS, NEXT_ON, RING_S, SHOWN, Ringing, ring
from app.flow.fields import choice, choices, flag, number, phones, ref
from app.flow.members import Member, by_time, members, rings, within
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem, error, warning
from app.flow.snapshot import Assets
from app.flow.whispering import whisper
from app.routing.strategies import LONGEST_IDLE, ROUND_ROBIN, Strategy, order
from app.words import Words

MAX_PHONES = 20
STRATEGIES = {
    Strategy.SEQUENTIAL.value: Words("顺序接听", "in order"),
    Strategy.RANDOM.value: Words("随机接听", "at random"),
    Strategy.ROUND_ROBIN.value: Words("循环接听", "round robin"),
    Strategy.WEIGHTED.value: Words("按权重接听", "by weight"),
    Strategy.LONGEST_IDLE.value: Words("最久空闲优先", "longest idle first"),
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
    rings: int = number(
        "或响铃几声",
        "or so many rings",
        default=0,
        low=0,
        high=24,
        unit=Words("声", "rings"),
        help=Words("一声 5 秒；0 为按秒", "one ring takes 5 s; 0: by seconds"),
    )
    next_on: tuple[str, ...] = choices(
        "换下一个电话，如果", "Try the next phone on", NEXT_ON, default=tuple(NEXT_ON)
    )
    confirm: bool = flag(
        "按 1 才接通",
        "Press 1 to accept",
        help=Words("手机转到语音信箱时不会算作接听", "so that a phone's own mailbox never answers for you"),
    )
    whisper: str = ref("prompt", "接听人先听到", "The person who answers hears first")
    whisper_region: bool = flag("并告知来电地区", "and where the caller is from")
    show: str = choice("电话上显示", "The phone shows", SHOWN, default="caller")

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            *DIAL_EXITS,
            Exit("all_busy", Words("全部占线", "all busy"), otherwise="busy"),
            Exit("out_of_hours", Words("不在接听时间", "out of the group's hours"), farewell="sys.closed"),
        )

    def run(self, call: Call) -> Run:
        found = self.members(call.assets, call.now)
        if not found:
            return "out_of_hours"
        rounds = yield from self._rounds(call, found)
        return (yield from ring(call, rounds, self._ringing(call, found)))

    def _rounds(
        self, call: Call, found: tuple[Member, ...]
    ) -> Generator[Command, Any, tuple[tuple[str, ...], ...]]:
        named, turn, idle = tuple(member.phone for member in found), 0, ()
        if self.strategy == ROUND_ROBIN:
            turn = (yield NextTurn(f"{call.facts.did}:{self.group or self.id}")).n
        if self.strategy == LONGEST_IDLE:
            idle = (yield RankIdle(named)).phones
        seed = f"{call.facts.seed}:{self.id}"
        weights = {member.phone: member.weight for member in found}
        return order(self.strategy, named, seed=seed, turn=turn, weights=weights, idle=idle)

    def _ringing(self, call: Call, found: tuple[Member, ...]) -> Ringing:
        return Ringing(
            ring_timeout_s=self.ring_s,
            own_s={member.phone: member.rings_s for member in found if member.rings_s},
            next_on=self.next_on,
            whisper=whisper(call, self.whisper, self.whisper_region),
            confirm=self.confirm,
            show=self.show,
        )

    def outlook(self, assets: Assets) -> Outlook:
        groups = within(assets, [self.group] if self.group else [])
        return Outlook(
            any_order=self.strategy not in (Strategy.SEQUENTIAL, Strategy.SIMULTANEOUS),
            by_time=any(assets.groups[group].hours for group in groups)
            or by_time(assets, (member.phone for member in self.members(assets))),
        )

    @property
    def ring_s(self) -> int:
        """Seconds that a phone without a ring time of its own is rung."""
        return self.rings * RING_S or self.ring_timeout_s

    def members(self, assets: Assets, at: datetime | None = None) -> tuple[Member, ...]:
        """The phones to ring: the group's, then those named here, none twice.

        With `at`, without phones, and those of groups, that are not in their opening hours then.
        """
        group = members(assets, assets.groups[self.group], at) if self.group else ()
        named = [Member(phone) for phone in self.phones if rings(assets, phone, at)]
        found = {member.phone: member for member in (*named, *group)}
        return tuple(found[phone] for phone in dict.fromkeys(m.phone for m in (*group, *named)))

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if not self.group and not self.phones:
            yield error(
                "no_phones",
                self.place("group"),
                "没有选择接听组或电话",
                "neither a group nor a phone is chosen",
            )
            return
        found = self.members(assets)
        if not found:
            name = assets.groups[self.group].name
            yield error(
                "empty_group",
                self.place("group"),
                f"接听组「{name}」里没有电话",
                f"group “{name}” has no phone",
            )
        if len(found) > MAX_PHONES:
            yield error(
                "too_many_phones",
                self.place("group"),
                f"一步最多 {MAX_PHONES} 个电话，现在有 {len(found)} 个",
                f"one step rings at most {MAX_PHONES} phones; these are {len(found)}",
            )
        seconds = sum(member.rings_s or self.ring_s for member in found)
        if seconds > 120 and len(found) > 1 and self.strategy != Strategy.SIMULTANEOUS:
            yield warning(
                "long_wait",
                self.place("ring_timeout_s"),
                f"都不接时来电者要等 {seconds} 秒，多数人会先挂断",
                f"a caller waits {seconds} s if nobody answers; most hang up before",
            )
