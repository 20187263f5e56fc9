"""Arguments: what is built means what was meant, and nothing else gets in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.calls.causes import CAUSES
from app.telephony import arguments
from app.telephony.arguments import Argument, Value

PROMPT = arguments.files(["/prompts/welcome.wav"])
HOSTILE = [
    "${system id}", "$${x}", "a%0Ab", "a\nb", "a\rb", "a\0b", "a b", 'a"b', "a'b", "a]b", "a[b", "a{b", "a}b",
    "a|b", "a,b", "a;b", "a!b", "a\\b", "^^:a", "a:_:b c", "<a>", "`id`", "&& id", "\u2028", "店 1",
]  # fmt: skip


def collect(**changes: Any) -> Argument:
    wanted: dict[str, Any] = {
        "min_digits": 1,
        "max_digits": 4,
        "timeout_ms": 5000,
        "interdigit_ms": 3000,
        "terminators": "#",
        "variable": "keys_1",
    }
    return arguments.digits_to_collect(changes.pop("prompt", PROMPT), **wanted | changes)


def test_variables_are_set_as_pairs() -> None:
    pairs: dict[str, Value] = {
        "socket_resume": True,
        "x": False,
        "n": 12,
        "state": "aGk=",
        "path": "/a/b-c.wav",
    }
    assert arguments.assignments(pairs) == "socket_resume=true x=false n=12 state=aGk= path=/a/b-c.wav"


def test_one_file_and_several() -> None:
    assert arguments.files(["/p/a.wav"]) == "/p/a.wav"
    assert arguments.files(["/p/a.wav", "/p/提示/b.wav"]) == "file_string:///p/a.wav!/p/提示/b.wav"


def test_silence() -> None:
    assert arguments.silence(1500) == "silence_stream://1500"


def test_digits_to_collect() -> None:
    assert collect() == "1 4 1 5000 # /prompts/welcome.wav silence_stream://1 keys_1 [0-9*#]+ 3000"


def test_no_terminators_are_said_so() -> None:
    assert collect(terminators="").split()[4] == "none"


def test_a_recording_ends_with_silence_or_a_time() -> None:
    assert arguments.recording("/r/a-1.wav", 120, 5) == "/r/a-1.wav 120 200 5"


def test_what_ends_a_sound() -> None:
    assert arguments.sound_ends("1#", 30) == "playback_terminators=1# playback_timeout_sec=30"
    assert arguments.sound_ends("") == "playback_terminators=none playback_timeout_sec=0"


def test_music_is_played_as_often_as_it_takes() -> None:
    assert arguments.over_and_over(["/p/a.wav"], 3) == "file_string:///p/a.wav!/p/a.wav!/p/a.wav"
    with pytest.raises(ValueError, match="whole number"):
        arguments.over_and_over(["/p/a.wav"], arguments.MAX_REPEATS + 1)


def test_a_cause_and_a_uuid() -> None:
    assert arguments.cause("USER_BUSY") == "USER_BUSY"
    uuid = "5a1b7c3e-0d4f-4c2a-9e8b-112233445566"
    assert arguments.channel_uuid(uuid) == uuid


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    "slot",
    [
        pytest.param(lambda text: arguments.assignments({"x": text}), id="value"),
        pytest.param(lambda text: arguments.assignments({text: "x"}), id="name"),
        pytest.param(lambda text: arguments.files([f"/p/{text}"]), id="file"),
        pytest.param(lambda text: arguments.files(["/p/a", text]), id="second file"),
        pytest.param(lambda text: collect(terminators=text), id="terminators"),
        pytest.param(lambda text: arguments.recording(f"/p/{text}", 10, 5), id="recording"),
        pytest.param(lambda text: arguments.sound_ends(text), id="keys that end a sound"),
        pytest.param(lambda text: arguments.over_and_over([f"/p/{text}"], 2), id="music"),
        pytest.param(lambda text: collect(variable=text), id="variable"),
        pytest.param(lambda text: collect(prompt=text), id="prompt"),
        pytest.param(lambda text: collect(min_digits=text), id="number"),
        pytest.param(arguments.silence, id="silence"),
        pytest.param(arguments.cause, id="cause"),
        pytest.param(arguments.channel_uuid, id="uuid"),
    ],
)
def test_what_means_something_to_freeswitch_is_refused(slot: Callable[[str], Argument], text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        slot(text)


@given(st.dictionaries(st.text(), st.text()))
@example({"a": "b=c"})
@example({"a": "^^,b"})
def test_any_text_as_a_variable_is_one_pair_or_refused(variables: dict[str, str]) -> None:
    try:
        argument = arguments.assignments(variables)
    except ValueError:
        return
    assert dict(pair.split("=", 1) for pair in argument.split(" ")) == variables
    assert not argument.startswith("^^")
    assert "${" not in argument


@given(st.lists(st.text("/.ab!,|${} \n店"), min_size=1, max_size=3))
def test_any_text_as_a_path_is_one_file_or_refused(paths: list[str]) -> None:
    try:
        argument = arguments.files(paths)
    except ValueError:
        return
    assert argument.removeprefix("file_string://").split("!") == paths
    assert not re.search(r"[\s,|${}]", argument)


@pytest.mark.parametrize(
    "changes",
    [
        {"min_digits": -1}, {"min_digits": 5}, {"max_digits": 0}, {"max_digits": 41}, {"min_digits": True},
        {"min_digits": 1.0}, {"timeout_ms": 0}, {"timeout_ms": 600_001}, {"interdigit_ms": 0},
        {"terminators": "1234567890*#0"}, {"terminators": "A"}, {"prompt": ""}, {"prompt": Argument("")},
    ],
)  # fmt: skip
def test_numbers_out_of_range(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        collect(**changes)


def test_nothing_to_set_and_nothing_to_play() -> None:
    with pytest.raises(ValueError, match="no variable"):
        arguments.assignments({})
    with pytest.raises(ValueError, match="no sound file"):
        arguments.files([])


def test_limits_of_length() -> None:
    assert len(arguments.assignments({"x": "a" * 8192})) == 8194
    for slot in (
        lambda: arguments.assignments({"x": "a" * 8193}),
        lambda: arguments.files(["/" + "a" * 401]),
    ):
        with pytest.raises(ValueError, match="cannot be"):
            slot()


@pytest.mark.parametrize("name", CAUSES)
def test_every_cause_can_be_given_to_a_hangup(name: str) -> None:
    assert arguments.cause(name) == name
