from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from app.errors import CallerHungUp
from app.flow.commands import Leave
from app.flow.dialling import SHOWN, Ringing
from app.flow.fields import choice, choices, flag, number, phones, ref
from app.flow.members import by_time, members, rings
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.nodes.hunt import MAX_PHONES
from app.flow.nodes.menu import KEYS
from app.flow.problems import Problem, error, warning
from app.flow.snapshot import Assets
from app.flow.snapshot import Queue as Line
from app.flow.waiting import Rules, Stay
from app.flow.whispering import whisper
from app.routing.strategies import Strategy
from app.words import Words

STRATEGIES = {
    Strategy.LONGEST_IDLE.value: Words("最久空闲", "longest idle"),
    Strategy.SEQUENTIAL.value: Words("顺序接听", "in order"),
    Strategy.ROUND_ROBIN.value: Words("循环接听", "round robin"),
    Strategy.RANDOM.value: Words("随机接听", "at random"),
    Strategy.WEIGHTED.value: Words("按权重接听", "by weight"),
    Strategy.SIMULTANEOUS.value: Words("同时振铃", "all at once"),
}
NEWS = {"place": Words("前面还有几位", "callers ahead"), "wait": Words("预计等待时间", "estimated wait")}
CALLBACK_KEYS = {"none": Words("不提供", "none")} | {key: Words(f"按 {key}", f"key {key}") for key in KEYS}


@dataclass(frozen=True, kw_only=True)
class Queue(Node):
    """Lets callers wait with music for a free phone, in the order in which they came, VIPs first.

    A phone that does not answer its offer rests for 10 seconds, while the caller, who keeps his place, is offered to
    others; after three misses in a row it is offline. The company's queues have both as settings. Of phones that ring all
    at once the first to answer takes the call, the others are free again at once; when none answers it is a miss for
    all, else for none.
    """

    kind: ClassVar[str] = "queue"
    words: ClassVar[Words] = Words("排队等待", "Queue")
    icon: ClassVar[str] = "users"
    order: ClassVar[int] = 45
    pauses: ClassVar[bool] = False  # who finds it full or closed is out again at once

    queue: str = ref("queue", "队列", "Queue")
    group: str = ref("group", "或接听组", "or group")
    phones: tuple[str, ...] = phones("或这些电话", "or these phones")
    strategy: str = choice("接听方式", "Order", STRATEGIES, default="longest_idle")
    ring_timeout_s: int = number(
        "每个电话振铃", "Ring each for", default=20, low=5, high=120, unit=Words("秒", "s")
    )
    confirm: bool = flag("按 1 才接通", "Press 1 to accept")
    whisper: str = ref("prompt", "接听人先听到", "The person who answers hears first")
    whisper_region: bool = flag("并告知来电地区", "and where the caller is from")
    show: str = choice("电话上显示", "The phone shows", SHOWN, default="caller")
    max_size: int = number("最多排队", "At most", default=50, low=1, high=10000, unit=Words("人", "callers"))
    max_wait_s: int = number(
        "最长等待", "Longest wait", default=600, low=10, high=7200, unit=Words("秒", "s")
    )
    hours: str = ref(
        "hours", "营业时间", "Opening hours", help=Words("下班后不再等待", "waiting ends with them")
    )
    music: str = ref("prompt", "等待音乐", "Music")
    every_s: int = number("播报间隔", "Announce every", default=45, low=0, high=600, unit=Words("秒", "s"))
    news: tuple[str, ...] = choices("播报", "Say", NEWS, default=tuple(NEWS))
    reminder: str = ref("prompt", "播报后的提示", "Prompt after that")
    callback_key: str = choice("按键预约回电", "Key for a call-back", CALLBACK_KEYS, default="none")
    callback_tries: int = number(
        "回电最多拨", "Call back at most", default=3, low=1, high=5, unit=Words("次", "times")
    )

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        keys = (Exit(key, Words(f"按 {key}", f"key {key}"), "sys.goodbye", is_key=True) for key in KEYS)
        return (
            Exit("answered", Words("通话结束后", "after the conversation")),
            Exit("timeout", Words("等待太久", "waited too long"), farewell="sys.unanswered"),
            Exit("full", Words("队列已满", "queue full"), farewell="sys.queue_full"),
            Exit("no_agents", Words("没有人在岗", "nobody on duty"), farewell="sys.unanswered"),
            Exit("closed", Words("营业时间外", "outside opening hours"), farewell="sys.closed"),
            Exit("callback", Words("预约了回电", "call-back promised"), farewell="sys.callback"),
            *keys,
        )

    def run(self, call: Call) -> Run:
        stay = Stay(self._rules(call), call)
        try:
            way = yield from stay.run()
        except CallerHungUp:
            if stay.is_in:
                yield Leave(stay.rules.queue.id, "abandoned")
            raise
        if stay.is_in:
            yield Leave(stay.rules.queue.id, "key" if way in KEYS else way)
        return way

    def _rules(self, call: Call) -> Rules:
        queue, hours = self.line(call.assets, call.facts.did, call.now), self._hours(call.assets)
        return Rules(
            queue=queue,
            max_wait_s=self.max_wait_s,
            keys="".join(key for key in KEYS if key in self.exits),
            callback_key="" if self.callback_key == "none" else self.callback_key,
            callback_tries=self.callback_tries,
            hours=call.assets.hours[hours].without(call.assets.closures) if hours else None,
            reminder=self.reminder,
            say=frozenset(self.news),
            every_s=self.every_s,
            ringing=self._ringing(call, queue),
        )

    def _ringing(self, call: Call, queue: Line) -> Ringing:
        group = members(call.assets, call.assets.groups[self.group]) if self.group else ()
        return Ringing(
            ring_timeout_s=queue.ring_timeout_s,
            own_s={member.phone: member.rings_s for member in group if member.rings_s},
            whisper=whisper(call, self.whisper, self.whisper_region),
            confirm=self.confirm,
            show=self.show,
        )

    def _hours(self, assets: Assets) -> str:
        """The opening hours that hold here: its own, else those of the group that answers."""
        return self.hours or (assets.groups[self.group].hours if self.group else "")

    def line(self, assets: Assets, did: str, at: datetime | None = None) -> Line:
        """The company's queue that is named here, else one of this node's own, for this 400 number.

        With `at`, without the phones that may not be rung then.
        """
        whole = assets.queues[self.queue] if self.queue else self._own_line(assets, did)
        return replace(whole, phones=tuple(phone for phone in whole.phones if rings(assets, phone, at)))

    def _own_line(self, assets: Assets, did: str) -> Line:
        group = members(assets, assets.groups[self.group]) if self.group else ()
        return Line(
            id=f"{did}:{self.id}",
            name=self.title,
            phones=tuple(dict.fromkeys((*(member.phone for member in group), *self.phones))),
            strategy=self.strategy,
            ring_timeout_s=self.ring_timeout_s,
            max_size=self.max_size,
            music=self.music,
            weights={member.phone: member.weight for member in group},
        )

    def outlook(self, assets: Assets) -> Outlook:
        keys = [key for key in KEYS if key in self.exits or key == self.callback_key]
        calls_back = self.callback_key != "none"  # but not to every number
        timed = bool(self._hours(assets)) or by_time(assets, self.line(assets, "").phones)
        return Outlook(presses=tuple(keys), by_time=timed, by_caller=calls_back)

    def problems(self, assets: Assets) -> Iterator[Problem]:
        own = bool(self.group or self.phones)
        if self.queue and own:
            yield error(
                "two_sources",
                self.place("queue"),
                "选了队列就不能再选接听组或电话",
                "a queue is chosen, so no group or phones may be",
            )
        elif not self.queue and not own:
            yield error(
                "no_phones",
                self.place("queue"),
                "没有选择队列、接听组或电话",
                "neither a queue nor a group nor a phone is chosen",
            )
        else:
            yield from self._line_problems(self.line(assets, ""))
        if self.callback_key in self.exits:
            yield error(
                "key_twice",
                self.place("callback_key"),
                f"按 {self.callback_key} 已有去向，不能再用来预约回电",
                f"key {self.callback_key} leads somewhere, so it cannot ask for a call-back",
            )
        keys = self.callback_key != "none" or any(key in self.exits for key in KEYS)
        if keys and not (self.reminder and self.every_s):
            yield warning(
                "keys_not_said",
                self.place("reminder"),
                "等待时可以按键，但没有提示告诉来电者",
                "keys may be pressed while waiting, but no prompt says so",
            )

    def _line_problems(self, line: Line) -> Iterator[Problem]:
        if not line.phones:
            yield error("empty_queue", self.place("queue"), "没有电话可以接听", "there is no phone to answer")
        if line.strategy == Strategy.SIMULTANEOUS and len(line.phones) > MAX_PHONES:
            yield error(
                "too_many_phones",
                self.place("queue"),
                f"最多 {MAX_PHONES} 个电话同时振铃，现在有 {len(line.phones)} 个",
                f"at most {MAX_PHONES} phones ring at once; these are {len(line.phones)}",
            )
