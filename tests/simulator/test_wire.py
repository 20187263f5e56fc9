"""The simulator says what a real FreeSWITCH said, for each recorded call: same frames, same order, same values."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from app.simulator.recording import Frame
from tests.simulator.replaying import WIRE, Replayer, load
from tests.simulator.sounding import write_sounds

NOT_SIMULATED = {"bad_gateway"}  # the simulated switch has every gateway
RECORDINGS = sorted({path.stem for path in WIRE.glob("*.txt")} - NOT_SIMULATED)
TELLING = re.compile(
    r"Event-Name|Unique-ID|Caller-Caller-ID-(Name|Number)|Answer-State|Application(-Data|-Response)?|Hangup-Cause|DTMF-(Digit|Source)|Bridge-.*"
    r"|Other-Leg-Unique-ID|variable_(originate_(disposition|causes|failed_cause)|originated_legs|DIALSTATUS|h400_.*"
    r"|read_(result|terminator_used)|playback_terminator_used|((last_)?bridge_)?hangup_cause|digits_dialed"
    r"|current_application_response|endpoint_disposition|socket_resume|last_(app|arg))"
)


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sounds(tmp_path_factory.mktemp("prompts"))


@pytest.mark.parametrize("name", RECORDINGS)
def test_says_what_freeswitch_said(name: str, prompts: Path) -> None:
    recording = load(name)
    heard = Replayer(recording, prompts).run()
    for connection, frames in zip(recording.connections(), heard, strict=True):
        recorded = [frame for frame in connection if frame.side == "switch" and not frame.closed]
        assert _answers(frames) == _answers(recorded)
        assert _events(frames) == _events(recorded)
        assert _notices(frames) == _notices(recorded)


def test_events_have_the_fields_that_freeswitch_gives_them(prompts: Path) -> None:
    recording = load("answered_callee_hangs_up")
    (heard,) = Replayer(recording, prompts).run()
    for ours, theirs in zip(_with_fields(heard), _with_fields(recording.frames), strict=True):
        assert set(ours) - MOMENTARY == set(theirs) - MOMENTARY, ours.get("Event-Name")


# Set by the SIP stack when an ACK arrives, or absent until something else of SIP happened.
MOMENTARY = {"variable_sip_to_tag", "variable_sip_cseq"}


def _with_fields(frames: list[Frame]) -> list[dict[str, Any]]:
    return [frame.event or frame.headers for frame in frames if frame.event or "Unique-ID" in frame.headers]


def _answers(frames: list[Frame]) -> list[dict[str, Any]]:
    """Replies to commands, in order; of the answer to `connect` what it says of the socket."""
    answers = [
        frame for frame in frames if frame.headers["Content-Type"] in ("command/reply", "api/response")
    ]
    return [_answer(frame) for frame in answers]


def _answer(frame: Frame) -> dict[str, Any]:
    told = {
        name: value
        for name, value in frame.headers.items()
        if name in ("Socket-Mode", "Control", "Reply-Text")
    }
    return told | {"body": frame.body.strip()} | _told(frame.headers)


def _events(frames: list[Frame]) -> list[dict[str, Any]]:
    return [_told(frame.event) for frame in frames if frame.event]


def _notices(frames: list[Frame]) -> list[str]:
    """Disconnect notices; that of lingering may come before the last events, and in FreeSWITCH it sometimes does."""
    return [
        frame.headers["Content-Disposition"] for frame in frames if "Content-Disposition" in frame.headers
    ]


def _told(fields: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in fields.items() if TELLING.fullmatch(name)}
    if told.get("Application") == "socket":
        del told["Application-Data"]  # the controllers' addresses
    elif "Application-UUID" in fields:
        told["Application-UUID"] = fields["Application-UUID"]
    return told
