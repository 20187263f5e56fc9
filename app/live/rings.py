"""How many phones a company rings in a minute of the clock; _rates.lua is the same in Redis."""

from __future__ import annotations

from dataclasses import dataclass

MINUTE_US = 60_000_000


@dataclass(slots=True)
class Rings:
    """`count` phones were rung in the `minute` since 1970; `refused_at` is when one was not, µs, 0 for never."""

    minute: int = 0
    count: int = 0
    refused_at: int = 0

    def may_ring(self, now: int, more: int, limit: int) -> bool:
        """Whether so many more may be rung, 0 for no limit; counted in when they may."""
        if not limit or not more:
            return True
        minute = now // MINUTE_US
        count = self.count if self.minute == minute else 0
        if count + more > limit:
            self.refused_at = now
            return False
        self.minute, self.count = minute, count + more
        return True
