from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.flow.commands import RecallPhone
from app.flow.dialling import Ringing, ring
from app.flow.fields import number, ref, text
from app.flow.members import rings
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets
from app.routing.regions import Region
from app.words import Words

VIP_PRIORITY = "5"


@dataclass(frozen=True, kw_only=True)
class Caller(Node):
    """Goes by who calls: lists of callers, a customer's tag, and who calls again, to the person he talked to last.

    Asked in this order: white list, black list, VIP list, tag, the same person as last time. A VIP waits before others
    in the queues that come after.
    """

    kind: ClassVar[str] = "caller"
    words: ClassVar[Words] = Words("识别来电者", "Who calls")
    icon: ClassVar[str] = "user-search"
    order: ClassVar[int] = 33
    pauses: ClassVar[bool] = False

    white: str = ref("list", "白名单", "White list", help=Words("比黑名单优先", "before the black list"))
    black: str = ref("list", "黑名单", "Black list")
    vip: str = ref("list", "VIP 名单", "VIP list")
    tag: str = text(
        "客户标签是",
        "Customer tag is",
        max_length=50,
        help=Words("标签由前面的网络服务给出", "a web service before gives the tag"),
    )
    repeat_days: int = number(
        "先找上次接听的人",
        "First the person of last time",
        default=0,
        low=0,
        high=365,
        unit=Words("天内", "days"),
        help=Words("0 为不找", "0: not"),
    )
    ring_timeout_s: int = number("振铃", "Ring for", default=15, low=5, high=120, unit=Words("秒", "s"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("white", Words("在白名单", "on the white list"), otherwise="other"),
            Exit("black", Words("在黑名单", "on the black list"), farewell="sys.goodbye"),
            Exit("vip", Words("VIP 客户", "VIP"), otherwise="other"),
            Exit("tagged", Words("有这个标签", "has the tag"), otherwise="other"),
            Exit("answered", Words("与上次的人通话后", "after talking to the same person")),
            Exit("withheld", Words("没有显示号码", "number withheld"), otherwise="other"),
            Exit("other", Words("其他来电者", "everybody else"), farewell="sys.goodbye"),
        )

    def run(self, call: Call) -> Run:
        listed = self.listed(call.assets, call.facts.ani, call.facts.region, call.now.date())
        if listed == "vip":
            call.variables.setdefault("priority", VIP_PRIORITY)
        if listed:
            return listed
        if not call.facts.ani:
            return "withheld"
        if self.tag and call.variables.get("customer_tag") == self.tag:
            return "tagged"
        if self.repeat_days and (yield from self._ring_last(call)) == "answered":
            return "answered"
        return "other"

    def listed(self, assets: Assets, ani: str, region: Region | None, day: date) -> str:
        """The way of the first list that holds a caller on a day, "" for none."""
        for name in ("white", "black", "vip"):
            callers = assets.lists.get(getattr(self, name))
            if callers and callers.holds(ani, region, day):
                return name
        return ""

    def _ring_last(self, call: Call) -> Run:
        """Ring the phone that this caller talked to last, if this flow knows it."""
        phone = (yield RecallPhone(self.repeat_days)).phone
        if phone not in call.assets.phones or not rings(call.assets, phone, call.now):
            return "unreachable"
        return (yield from ring(call, [(phone,)], Ringing(self.ring_timeout_s)))

    def outlook(self, assets: Assets) -> Outlook:
        lists = [assets.lists[key] for key in (self.white, self.black, self.vip) if key in assets.lists]
        return Outlook(
            by_caller=True,
            places=tuple(place for callers in lists for place in callers.places),
            callers=tuple((number, callers.name) for callers in lists if (number := callers.sample)),
            reads=("customer_tag",) if self.tag else (),
        )

    def problems(self, assets: Assets) -> Iterator[Problem]:
        if not (self.white or self.black or self.vip or self.tag or self.repeat_days):
            yield error(
                "no_rule", self.place("black"), "没有选择任何名单或规则", "no list and no rule is chosen"
            )
        for name in ("white", "vip", "tagged"):
            field = "tag" if name == "tagged" else name
            if getattr(self, field) and name not in self.exits:
                yield error(
                    "row_leads_nowhere",
                    self.place(f"exits.{name}"),
                    "设置了这条规则，但没有去向",
                    "the rule is set, but leads nowhere",
                )
            if name in self.exits and not getattr(self, field):
                yield error(
                    "exit_without_row",
                    self.place(f"exits.{name}"),
                    "没有设置这条规则，这个出口不会用到",
                    "the rule is not set: this exit is never taken",
                )
