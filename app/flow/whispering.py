"""What the person who answers hears before he talks: who calls, so that he knows how to greet."""

from __future__ import annotations

from app.flow.nodes.base import Call
from app.speech.places import said


def whisper(call: Call, prompt: str, with_region: bool) -> tuple[str, ...]:
    """The prompts to whisper: the step's own ("400 来电，售后"), then where the caller is from ("浙江杭州", "移动")."""
    own = (prompt,) if prompt else ()
    region = call.facts.region if with_region else None
    return (*own, *said(region)) if region else own
