"""What the person who answers hears before he talks: who calls, so that he knows how to greet."""

from __future__ import annotations

from collections.abc import Iterator

from app.flow.nodes.base import Call


def whisper(call: Call, prompt: str, with_region: bool) -> tuple[str, ...]:
    """The prompts to whisper: the step's own ("400 来电，售后"), then where the caller is from ("浙江杭州")."""
    own = (prompt,) if prompt else ()
    return (*own, *_region(call)) if with_region else own


def _region(call: Call) -> Iterator[str]:
    """The prompt that says the caller's place, if there is one."""
    region = call.facts.region
    if region and (place := f"sys.area.{region.area_code}") in call.assets.prompts:
        yield place
