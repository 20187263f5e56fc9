"""Ids of new things: short, readable, free. People see names; flow files see these."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count


def free_slug(base: str, taken: Collection[str]) -> str:
    """`base`, or `base2`, `base3`, … when it is taken."""
    return next(slug for n in count(1) if (slug := base if n == 1 else f"{base}{n}") not in taken)
