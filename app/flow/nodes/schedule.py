from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.flow.fields import ref
from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem, warning
from app.flow.snapshot import Assets
from app.routing import calendar
from app.words import Words


@dataclass(frozen=True, kw_only=True)
class Schedule(Node):
    """Goes one way in opening hours and other ways outside of them.

    Leaves the next opening in the variable `next_opening`, for an announcement to say.
    """

    kind: ClassVar[str] = "schedule"
    words: ClassVar[Words] = Words("按时间段", "Opening hours")
    icon: ClassVar[str] = "clock"
    order: ClassVar[int] = 30
    pauses: ClassVar[bool] = False

    hours: str = ref("hours", "营业时间", "Opening hours", required=True)

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            Exit("open", Words("营业时间内", "in opening hours")),
            Exit("closed", Words("营业时间外", "outside opening hours"), farewell="sys.closed"),
            Exit("holiday", Words("节假日和休息日", "on holidays and closed days"), otherwise="closed"),
            Exit("emergency", Words("紧急切换时", "while the emergency switch is on")),
        )

    def run(self, call: Call) -> Run:
        yield from ()
        if call.assets.emergency and "emergency" in self.exits:
            return "emergency"
        hours = call.assets.hours[self.hours].without(call.assets.closures)
        if hours.is_open(call.now):
            return "open"
        if opening := hours.next_opening(call.now):
            call.variables["next_opening"] = opening.isoformat(timespec="minutes")
        return "holiday" if hours.is_day_off(call.now.date()) else "closed"

    def outlook(self, assets: Assets) -> Outlook:
        return Outlook(by_time=True)

    def problems(self, assets: Assets) -> Iterator[Problem]:
        hours = assets.hours[self.hours]
        year = calendar.year_to_come(date.today()) if hours.holidays else None
        if year:
            yield warning(
                "holidays_by_law",
                self.place("hours"),
                f"{year} 年的放假安排还没有收录，先按法定节假日休息，不含调休：更新系统，或把日期写进营业时间",
                f"the arrangement of {year} is not known yet: closed on the days the law sets, no weekend is worked; "
                "update, or put the dates into the opening hours",
            )
        if "holiday" in self.exits and not (hours.holidays or hours.closed_dates or assets.closures):
            yield warning(
                "no_holidays",
                self.place("exits.holiday"),
                f"「{hours.name}」没有节假日，也没有休息的日期，这个出口不会用到",
                f"“{hours.name}” knows no holidays and no closed dates: this exit is never taken",
            )
