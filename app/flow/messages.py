"""Messages to people about a call: texts with {placeholders} that the call's facts fill."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from app.flow.facts import CallFacts
from app.routing.numbers import pretty

PLACEHOLDER = re.compile(r"\{(\w*)\}")
PLACEHOLDERS = ("caller", "place", "number", "time")


def fill(text: str, facts: CallFacts) -> str:
    """The text with its placeholders filled; one that nobody knows stays as it is."""
    known = _values(facts)
    return PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), text)


def unknown_placeholders(text: str) -> Iterator[str]:
    """The names in braces that `fill` does not know."""
    return (name for name in PLACEHOLDER.findall(text) if name not in PLACEHOLDERS)


def _values(facts: CallFacts) -> Mapping[str, str]:
    region = facts.region
    return {
        "caller": pretty(facts.ani) if facts.ani else "匿名来电",
        "place": "".join(dict.fromkeys((region.province, region.city))) if region else "",
        "number": pretty(facts.did),
        "time": f"{facts.now:%Y-%m-%d %H:%M}",
    }
