"""A caller hears prompts, numbers and the system in the language of his call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.flow.snapshot import Prompt
from app.flow.system_prompts import ENGLISH, system_prompt
from app.simulator.caller import Caller
from tests.flow.company import ASSETS, flow_of, snapshot_of
from tests.telephony.bench import DEADLINE_S, Bench

WELCOME = replace(
    ASSETS.prompts["welcome"],
    languages={"en": Prompt("welcome", "欢迎语", "1/welcome-en.wav", "Welcome.", 1000)},
)


def heard(bench: Bench, language: str) -> list[str]:
    """The sounds that a caller hears, in order."""
    flow = flow_of(
        hello={
            "kind": "announce", "language": language, "prompt": "welcome", "say": "number", "value": "200",
            "exits": {"done": "bye"},
        },
        bye={"kind": "announce", "prompt": "closed"},
    )  # fmt: skip
    bench.snapshot = snapshot_of(flow, replace(ASSETS, prompts={**ASSETS.prompts, "welcome": WELCOME}))
    story = bench.place(Caller("13800138000", "4008001234")).wait(DEADLINE_S)
    bench.record_of(story)
    return [line.values["file"] for line in story.lines if line.event in ("playing", "not_found")]


def test_prompts_and_numbers_are_in_the_language_of_the_call(bench: Bench) -> None:
    assert heard(bench, "en") == ["welcome-en.wav + n2.wav + hundred.wav", "closed.wav"]
    assert heard(bench, "zh") == ["welcome.wav + n200.wav", "closed.wav"]


@pytest.mark.parametrize("key", ENGLISH)
def test_the_system_speaks_english_too(key: str) -> None:
    prompt = system_prompt(key)
    assert prompt
    assert prompt.in_("en").file == prompt.file.replace("system/", "system/en/")
    assert prompt.in_("en").text.isascii()
