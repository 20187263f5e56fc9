"""The console with a clock that stands still: what it shows is then the same every time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

from app.store.models import TABLES
from app.store.models.base import utc_now
from app.web import formats

CLOCKS = (utc_now, formats.now)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Everything of ours that asks for the time by `utc_now` or `now` is told this moment."""

    def told() -> datetime:
        return moment

    patches: list[Any] = [
        patch.object(module, name, told)
        for module in list(sys.modules.values())
        if getattr(module, "__name__", "").startswith("app.")
        for name, value in list(vars(module).items())
        if any(value is clock for clock in CLOCKS)
    ]
    defaults = [table._meta.defaults for table in TABLES]
    patches += [
        patch.dict(known, {field: told for field, clock in known.items() if clock is utc_now})
        for known in defaults
    ]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()
