"""The coverage of drafts, kept while nothing of them changes: each page of the editor asks for it."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.flow.compile import dump, load, snapshot_of
from app.flow.coverage.cover import Coverage, cover
from app.flow.document import Document
from app.flow.snapshot import Assets
from app.web.language import timezone

KEPT = 16  # coverages of large flows take a few megabytes each


def of(document: Document, assets: Assets) -> Coverage:
    """The coverage of a flow as it would be published now."""
    today = datetime.now(ZoneInfo(timezone())).date()
    return _covered(dump(snapshot_of(document, assets, document.fallback)), today)


@lru_cache(KEPT)
def _covered(snapshot: str, today: date) -> Coverage:
    return cover(load(snapshot), today)
