"""One page of a long list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")

PAGE_SIZE = 50
COUNT_LIMIT = 10_000  # counting further costs more than anybody wants to know


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`number` counts from 1; `total` is not counted beyond COUNT_LIMIT, `more` says that there are more."""

    items: Sequence[T]
    number: int
    total: int
    more: bool = False
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // self.size))


def page_of(query: Any, number: int, size: int = PAGE_SIZE) -> Page[Any]:
    """The page of an ordered query; a number beyond the ends gives the first or the last page."""
    total = query.order_by().limit(COUNT_LIMIT + 1).count()
    more, total = total > COUNT_LIMIT, min(total, COUNT_LIMIT)
    last = max(1, -(-total // size))
    number = min(max(1, number), last)
    return Page(list(query.paginate(number, size)), number, total, more, size)
