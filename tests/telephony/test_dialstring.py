"""Dial strings: the structure is ours whatever the values are."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.calls.ringing import picked_up
from app.settings import Trunk
from app.telephony import arguments
from app.telephony.dialstring import MAX_LEGS, DialLeg, Greeting, dial_string

GATEWAY = Trunk("gateway", "carrier")
PROFILE = Trunk("profile", "test", "10.0.0.5", 5080)
UUIDS = [f"5a1b7c3e-0d4f-4c2a-9e8b-{n:012d}" for n in range(MAX_LEGS + 1)]
LEG = DialLeg(UUIDS[0], "13800138000", 20)

ENDPOINT = (
    r"sofia/(?:gateway/(?P<gateway>[\w.-]+)/(?P<number>\d+)|(?P<profile>[\w.-]+)/(?P<to>\d+)@[\w.-]+:\d+)"
)


def structure(argument: str) -> tuple[dict[str, str], list[tuple[dict[str, str], str]]]:
    """The variables for all legs, and each leg's own variables and number, as FreeSWITCH would cut the text up."""
    match = re.fullmatch(r"\{([^{}]*)\}(.*)", argument)
    assert match, argument
    legs = []
    for leg in re.findall(r"\[[^\]]*\][^,]*", match[2]):
        own, endpoint = re.fullmatch(r"\[([^\[\]]*)\](.*)", leg).groups()  # type: ignore[union-attr]
        target = re.fullmatch(ENDPOINT, endpoint, re.ASCII)
        assert target, endpoint
        legs.append((pairs(own), target["number"] or target["to"]))
    assert match[2].count("[") == len(legs)
    return pairs(match[1]), legs


def pairs(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split(","))


def test_one_phone_through_a_gateway() -> None:
    assert dial_string([LEG], GATEWAY, "4008001234") == (
        "{ignore_early_media=true,originate_timeout=25,"
        "origination_caller_id_number=4008001234,origination_caller_id_name=4008001234}"
        f"[origination_uuid={UUIDS[0]},leg_timeout=20]sofia/gateway/carrier/13800138000"
    )


def test_two_phones_at_once_through_a_profile() -> None:
    legs = [LEG, DialLeg(UUIDS[1], "057188888888", 30)]
    assert structure(dial_string(legs, PROFILE)) == (
        {"ignore_early_media": "true", "originate_timeout": "35"},
        [
            ({"origination_uuid": UUIDS[0], "leg_timeout": "20"}, "13800138000"),
            ({"origination_uuid": UUIDS[1], "leg_timeout": "30"}, "057188888888"),
        ],
    )
    assert dial_string(legs, PROFILE).endswith("sofia/test/057188888888@10.0.0.5:5080")


def test_variables_for_all_legs() -> None:
    shared, _ = structure(dial_string([LEG], GATEWAY, variables={"hotline_call": UUIDS[1], "record": False}))
    assert shared["hotline_call"] == UUIDS[1]
    assert shared["record"] == "false"


def test_a_whisper_before_they_talk() -> None:
    sound = arguments.files(["/p/a.wav", "/p/b.wav"])
    shared, legs = structure(dial_string([LEG], GATEWAY, greeting=Greeting(sound, 8, UUIDS[1])))
    assert shared["group_confirm_key"] == "exec"
    assert shared["group_confirm_file"] == "playback file_string:///p/a.wav!/p/b.wav"
    assert (shared["group_confirm_timeout"], shared["originate_timeout"]) == ("8", "33")
    assert "api_on_answer" not in legs[0][0]


def test_a_key_has_to_be_pressed_and_who_picked_up_is_told() -> None:
    greeting = Greeting(arguments.files(["/p/a.wav"]), 12, UUIDS[2], confirm=True)
    legs = [LEG, DialLeg(UUIDS[1], "057188888888", 30)]
    shared, told = structure(dial_string(legs, GATEWAY, greeting=greeting))
    assert (shared["group_confirm_key"], shared["group_confirm_file"]) == ("1", "/p/a.wav")
    assert [own["api_on_answer"] for own, _ in told] == [
        f"uuid_setvar {UUIDS[2]} {picked_up(position)} {leg.uuid}" for position, leg in enumerate(legs)
    ]


@pytest.mark.parametrize(
    "greeting",
    [
        Greeting("/p/a.wav,api_on_answer=system", 8, UUIDS[1]),  # type: ignore[arg-type]
        Greeting(arguments.files(["/p/a.wav"]), 0, UUIDS[1]),
        Greeting(arguments.files(["/p/a.wav"]), 8, "x true,api_on_answer=system", confirm=True),
    ],
)
def test_what_cannot_be_whispered(greeting: Greeting) -> None:
    with pytest.raises(ValueError, match=r"cannot be"):
        dial_string([LEG], GATEWAY, greeting=greeting)


def changed(**slots: Any) -> str:
    leg = DialLeg(
        slots.get("uuid", LEG.uuid),
        slots.get("number", LEG.number),
        slots.get("ring_timeout_s", LEG.ring_timeout_s),
    )
    trunk = Trunk(
        slots.get("kind", "profile"),
        slots.get("name", "test"),
        slots.get("host", "10.0.0.5"),
        slots.get("port", 5080),
    )
    variables = {slots.get("variable", "x"): slots.get("value", "1")}
    return dial_string([leg], trunk, slots.get("caller_id", "4008001234"), variables)


SLOTS = ["uuid", "number", "kind", "name", "host", "caller_id", "variable", "value"]
PLAIN = structure(changed())


@given(st.sampled_from(SLOTS), st.text())
@example("number", "138]sofia/gateway/other/110")
@example("number", "13800138000,sofia/gateway/other/110")
@example("number", "13800138000|110")
@example("number", "１３８００１３８０００")
@example("number", "13800138000\n")
@example("uuid", UUIDS[1] + "\n")
@example("caller_id", "400,origination_uuid=1")
@example("value", "1,api_on_answer=system id")
@example("value", "^^:a")
@example("variable", "^^:a")
@example("value", "${system id}")
@example("name", "test/110@evil:1")
@example("host", "a:1;b")
def test_any_text_in_any_slot_is_refused_or_changes_its_own_value_only(slot: str, text: str) -> None:
    try:
        shared, legs = structure(changed(**{slot: text}))
    except ValueError:
        return
    assert len(legs) == 1
    expected, [(own, number)] = PLAIN
    rest = {"x", text, "origination_caller_id_number", "origination_caller_id_name"}
    assert {k: v for k, v in shared.items() if k not in rest} == {
        k: v for k, v in expected.items() if k not in rest
    }
    assert legs[0][0] == own | ({"origination_uuid": text} if slot == "uuid" else {})
    assert legs[0][1] == (text if slot == "number" else number)


@pytest.mark.parametrize(
    "slots",
    [
        {"number": ""}, {"number": "12"}, {"number": "1" * 21}, {"number": "+8613800138000"}, {"uuid": ""},
        {"uuid": "1"}, {"ring_timeout_s": 0}, {"ring_timeout_s": 301}, {"ring_timeout_s": "20"},
        {"ring_timeout_s": True}, {"caller_id": "anonymous"}, {"kind": "loopback"}, {"kind": ""}, {"name": ""},
        {"host": ""}, {"port": 0}, {"port": 65536}, {"value": "a b"}, {"variable": ""},
    ],
)  # fmt: skip
def test_what_cannot_be_dialled(slots: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"cannot (be|ring)"):
        changed(**slots)


@pytest.mark.parametrize(
    "legs",
    [
        pytest.param([], id="none"),
        pytest.param([LEG, LEG], id="one UUID twice"),
        pytest.param([DialLeg(uuid, "110", 5) for uuid in UUIDS], id="too many"),
    ],
)
def test_how_many_phones_can_be_dialled(legs: list[DialLeg]) -> None:
    with pytest.raises(ValueError, match="legs"):
        dial_string(legs, GATEWAY)


def test_as_many_as_allowed() -> None:
    _, legs = structure(dial_string([DialLeg(uuid, "110", 5) for uuid in UUIDS[:MAX_LEGS]], GATEWAY))
    assert len(legs) == MAX_LEGS
