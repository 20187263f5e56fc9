from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem
from app.flow.rows import areas, read_areas
from app.flow.rowways import row_name, row_problems, ways_by_row
from app.flow.snapshot import Assets
from app.words import Words

MAX_AREAS = 34  # provinces, and a few more


@dataclass(frozen=True, kw_only=True)
class Region(Node):
    """Goes by where the caller's number is from: the first area, in the order given, that it belongs to.

    Where several service centres serve a place, the one whose area stands first gets its callers.
    """

    kind: ClassVar[str] = "region"
    words: ClassVar[Words] = Words("按来电地区", "Caller's region")
    icon: ClassVar[str] = "map-pin"
    order: ClassVar[int] = 31
    pauses: ClassVar[bool] = False

    areas: tuple[str, ...] = areas(
        "地区",
        "Areas",
        max_items=MAX_AREAS,
        help=Words(
            "每行一个：名称: 省、市、区号或运营商，例如 华东: 浙江 上海 0512",
            "one a line, name: provinces, cities, area codes or carriers, such as East: 浙江 上海 0512",
        ),
    )

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return (
            *(
                Exit(f"area_{n}", Words(f"第 {n} 个地区", f"area {n}"), otherwise="other", nth=n)
                for n in range(1, MAX_AREAS + 1)
            ),
            Exit("other", Words("其他地区", "elsewhere"), farewell="sys.goodbye"),
            Exit("unknown", Words("不知道归属地", "region not known"), otherwise="other"),
            Exit("withheld", Words("没有显示号码", "number withheld"), otherwise="unknown"),
        )

    @classmethod
    def ways_of(cls, node: Mapping[str, Any]) -> tuple[Exit, ...]:
        return ways_by_row(cls, "areas", node)

    def run(self, call: Call) -> Run:
        yield from ()
        if not call.facts.ani:
            return "withheld"
        region = call.facts.region
        if region is None:
            return "unknown"
        found = (n for n, area in enumerate(read_areas(self.areas), 1) if area.holds(region))
        return next((f"area_{n}" for n in found), "other" if region.province else "unknown")

    def outlook(self, assets: Assets) -> Outlook:
        places = (place for area in read_areas(self.areas) for place in sorted(area.places))
        return Outlook(by_caller=True, places=tuple(places))

    def row_name(self, way: str) -> str:
        return row_name(self, self.areas, way)

    def problems(self, assets: Assets) -> Iterator[Problem]:
        return row_problems(self, "areas", [area.name for area in read_areas(self.areas)])
