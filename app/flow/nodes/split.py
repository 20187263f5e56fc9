from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar

from app.flow.nodes.base import Call, Exit, Node, Outlook, Run
from app.flow.problems import Problem, error, warning
from app.flow.rows import read_shares, shares
from app.flow.rowways import row_name, row_problems, ways_by_row
from app.flow.snapshot import Assets
from app.routing.strategies import share
from app.words import Words

MAX_SHARES = 10


@dataclass(frozen=True, kw_only=True)
class Split(Node):
    """Sends each part of the calls its own way: by chance, in the shares given."""

    kind: ClassVar[str] = "split"
    words: ClassVar[Words] = Words("按比例分流", "Split by share")
    icon: ClassVar[str] = "arrows-split"
    order: ClassVar[int] = 32
    pauses: ClassVar[bool] = False

    shares: tuple[str, ...] = shares(
        "比例",
        "Shares",
        max_items=MAX_SHARES,
        help=Words(
            "每行一个：名称: 百分比，例如 杭州: 70", "one a line, name: percent, such as Hangzhou: 70"
        ),
    )

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        return tuple(
            Exit(f"share_{n}", Words(f"第 {n} 份", f"share {n}"), farewell="sys.goodbye", nth=n)
            for n in range(1, MAX_SHARES + 1)
        )

    @classmethod
    def ways_of(cls, node: Mapping[str, Any]) -> tuple[Exit, ...]:
        return ways_by_row(cls, "shares", node)

    def run(self, call: Call) -> Run:
        yield from ()
        weights = [part.percent for part in read_shares(self.shares)]
        return f"share_{share(weights, Random(f'{call.facts.seed}:{self.id}').random()) + 1}"

    def outlook(self, assets: Assets) -> Outlook:
        shares = enumerate(read_shares(self.shares), 1)
        return Outlook(by_chance=tuple(f"share_{n}" for n, part in shares if part.percent))

    def row_name(self, way: str) -> str:
        return row_name(self, self.shares, way)

    def problems(self, assets: Assets) -> Iterator[Problem]:
        parts = list(read_shares(self.shares))
        yield from row_problems(self, "shares", [part.name for part in parts])
        total = sum(part.percent for part in parts)
        if parts and not total:
            yield error("no_share", self.place("shares"), "比例加起来是 0", "the shares add up to nothing")
        elif parts and total != 100:
            yield warning(
                "shares_not_100",
                self.place("shares"),
                f"比例加起来是 {total}，会按 {total} 折算",
                f"the shares add up to {total}; they are taken as parts of {total}",
            )
