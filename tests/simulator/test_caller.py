"""Key scripts and callers."""

from __future__ import annotations

import pytest

from app.simulator.caller import Caller, Step, read_script


@pytest.mark.parametrize(
    ("script", "steps"),
    [
        ("", ()),
        ("1", (Step(keys="1"),)),
        ("press 13", (Step(keys="13"),)),
        ("wait 3, press 2, press 13", (Step(wait_s=3), Step(keys="2"), Step(keys="13"))),
        ("WAIT 0.5，press *#", (Step(wait_s=0.5), Step(keys="*#"))),
        ("2, say 8, press #", (Step(keys="2"), Step(say_s=8), Step(keys="#"))),
        ("1, wait 4, hang up", (Step(keys="1"), Step(wait_s=4), Step(hangs_up=True))),
    ],
)
def test_a_script_is_read_as_steps(script: str, steps: tuple[Step, ...]) -> None:
    assert read_script(script) == steps


@pytest.mark.parametrize(
    "script", ["press", "wait", "press a", "wait -1", "dance", "1" * 33, ",".join("1" * 101)]
)
def test_what_is_no_script_is_refused_with_words(script: str) -> None:
    with pytest.raises(ValueError, match=r"step"):
        read_script(script)


@pytest.mark.parametrize(
    "values",
    [
        {"did": "4008001234\nfilter x y"},
        {"did": ""},
        {"ani": "138 0013 8000"},
        {"keys": "dance"},
        {"talk_s": -1.0},
        {"patience_s": 1e9},
        {"hang_up_after_s": float("nan")},
    ],
)
def test_a_caller_who_cannot_be_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Caller(**{"ani": "13800138000", "did": "4008001234", **values})  # type: ignore[arg-type]


def test_a_caller_may_withhold_his_number() -> None:
    assert Caller("", "4008001234").ani == ""
