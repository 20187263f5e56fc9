"""The recorder: what goes through it is written down, readable and without our addresses."""

from __future__ import annotations

import io
import json

import pytest

from app.simulator.caller import Caller
from app.simulator.clock import InstantClock
from app.simulator.recorder import Recorder, sanitised, shortened
from app.simulator.recording import Frame, FrameCutter, read
from app.simulator.switch import SimulatedSwitch
from tests.simulator.controllers import controlled, standard


@pytest.mark.parametrize("brief", [True, False])
def test_a_recorded_call_can_be_read_back(brief: bool) -> None:
    out = io.StringIO()
    with controlled(standard) as address:
        recorder = Recorder("127.0.0.1:0", address, out, brief=brief)
        recorder.server.start()
        through = f"127.0.0.1:{recorder.server.server_port}"
        SimulatedSwitch([through], InstantClock()).place(Caller("13800138000", "4008001234", "1")).wait(10)
    recorder.server.stop(timeout=10)
    notes, frames = read("# a note\n\n" + out.getvalue())
    assert notes == ["a note"]
    assert frames[0].head == "connect"
    events = [frame.event for frame in frames if frame.event]
    assert [event["Event-Name"] for event in events[-3:]] == [
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_EXECUTE_COMPLETE",
        "CHANNEL_HANGUP_COMPLETE",
    ]
    assert [len(event) < 60 for event in events] == [brief] * len(events)
    assert {frame.side for frame in frames if frame.closed} == {"controller", "switch"}


def test_a_frame_survives_being_written_and_read() -> None:
    event = {
        "Event-Name": "DTMF",
        "DTMF-Digit": "1",
        "list": ["a", "b"],
        "text": "two\n\nlines\n@ 1.000 1 switch",
    }
    frames = [
        Frame(0.125, 1, "controller", "sendmsg\ncall-command: execute", ""),
        Frame(1.5, 2, "switch", "Content-Length: 7\nContent-Type: text/event-json", json.dumps(event)),
        Frame(2.0, 2, "switch", "Content-Type: api/response\nContent-Length: 4", "+OK"),
        Frame(3.0, 1, "controller", closed=True),
    ]
    _, again = read("".join(str(frame) for frame in frames))
    assert [(f.at_s, f.connection, f.side, f.head, f.closed) for f in again] == [
        (f.at_s, f.connection, f.side, f.head, f.closed) for f in frames
    ]
    assert again[1].event == event
    assert again[2].body == "+OK"


def test_names_and_addresses_of_the_machine_are_replaced() -> None:
    head, body = sanitised(
        "FreeSWITCH-Hostname: pbx.example.com\nFreeSWITCH-IPv4: 10.1.2.3\nvariable_sip_host: 127.0.0.1",
        '{"FreeSWITCH-Hostname":"pbx.example.com","FreeSWITCH-IPv6":"fd00::2","variable_sip_from_host":"203.0.113.77"}',
    )
    assert head == "FreeSWITCH-Hostname: switch-1\nFreeSWITCH-IPv4: 192.0.2.10\nvariable_sip_host: 127.0.0.1"
    assert json.loads(body) == {
        "FreeSWITCH-Hostname": "switch-1",
        "FreeSWITCH-IPv6": "2001:db8::10",
        "variable_sip_from_host": "192.0.2.10",
    }


def test_a_brief_recording_keeps_what_tells_something() -> None:
    _, body = shortened(
        "Content-Type: text/event-json", '{"Event-Name":"DTMF","DTMF-Digit":"1","variable_read_rate":"8000"}'
    )
    assert json.loads(body) == {"Event-Name": "DTMF", "DTMF-Digit": "1"}


def test_frames_are_cut_wherever_the_bytes_are_torn() -> None:
    stream = b"connect\n\n\nContent-Type: x\nContent-Length: 5\n\na\n\nb\nevent json ALL\n\n"
    whole = list(FrameCutter().feed(stream))
    for size in (1, 2, 7):
        cutter = FrameCutter()
        assert [
            frame for at in range(0, len(stream), size) for frame in cutter.feed(stream[at : at + size])
        ] == whole
    assert whole == [
        ("connect", ""),
        ("Content-Type: x\nContent-Length: 5", "a\n\nb\n"),
        ("event json ALL", ""),
    ]
