"""Frames out of bytes, commands into bytes, limits on both."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ProtocolError
from app.telephony.wire import MAX_BODY_BYTES, MAX_HEADER_BYTES, Frame, FrameReader, command

REPLY = b"Content-Type: command/reply\nReply-Text: +OK\n\n"
EVENT = b'Content-Length: 11\nContent-Type: text/event-json\n\n{"a":"\n\n"} '
STREAM = REPLY + EVENT + b"Content-Type: text/disconnect-notice\nContent-Length: 4\n\nBye\n" + EVENT


def read(*pieces: bytes) -> list[Frame]:
    reader = FrameReader()
    return [frame for piece in pieces for frame in reader.feed(piece)]


def test_a_frame_is_headers_and_the_body_that_they_announce() -> None:
    (frame,) = read(EVENT)
    assert frame.header(b"Content-Type") == b"text/event-json"
    assert frame.body == b'{"a":"\n\n"} '


def test_a_header_that_is_not_there_is_empty() -> None:
    assert read(REPLY)[0].header(b"Content-Length") == b""


def test_of_two_headers_with_one_name_the_first_counts() -> None:
    assert read(b"A: 1\nB: 2\nA: 3\n\n")[0].header(b"A") == b"1"


def test_a_header_is_found_by_its_whole_name_only() -> None:
    assert read(b"X-Content-Type: no\nContent-Type: yes\n\n")[0].header(b"Content-Type") == b"yes"


@given(st.lists(st.integers(0, len(STREAM)), max_size=8))
def test_frames_do_not_depend_on_how_the_stream_is_cut(cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    assert read(*(STREAM[a:b] for a, b in pairwise(edges))) == read(STREAM)


def test_a_stream_byte_by_byte() -> None:
    assert read(*(bytes([byte]) for byte in STREAM)) == read(STREAM)
    assert len(read(STREAM)) == 4


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"x" * (MAX_HEADER_BYTES + 1), "headers are longer", id="no end of headers"),
        pytest.param(b"A: " + b"x" * MAX_HEADER_BYTES + b"\n\n", "headers are longer", id="1 MB of headers"),
        pytest.param(b"Content-Length: -1\n\n", "Content-Length is", id="negative length"),
        pytest.param(b"Content-Length: 1e3\n\n", "Content-Length is", id="length in words"),
        pytest.param(b"Content-Length: \n\n", "Content-Length is", id="no length"),
        pytest.param("Content-Length: \u0663\n\n".encode(), "Content-Length is", id="arabic digits"),
        pytest.param(b"Content-Length: 99999999999999999999\n\n", "Content-Length is", id="absurd length"),
        pytest.param(
            b"Content-Length: %d\n\n" % (MAX_BODY_BYTES + 1), "bytes is announced", id="too long a body"
        ),
    ],
)
def test_what_freeswitch_would_never_send(data: bytes, says: str) -> None:
    with pytest.raises(ProtocolError, match=says):
        read(data)


def test_frames_before_the_bad_one_are_delivered() -> None:
    frames = FrameReader().feed(REPLY + b"Content-Length: x\n\n")
    assert next(frames).header(b"Reply-Text") == b"+OK"
    with pytest.raises(ProtocolError):
        next(frames)


def test_the_largest_frame_that_is_allowed() -> None:
    name = b"Content-Length: %d\nA: " % MAX_BODY_BYTES
    headers = name + b"x" * (MAX_HEADER_BYTES - len(name))
    (frame,) = read(headers + b"\n\n" + b"y" * MAX_BODY_BYTES)
    assert len(frame.body) == MAX_BODY_BYTES


def test_a_command_is_lines_and_an_empty_one() -> None:
    sent = command("sendmsg", call_command="execute", execute_app_arg="a b", event_uuid="")
    assert sent == b"sendmsg\ncall-command: execute\nexecute-app-arg: a b\n\n"


@given(st.text(), st.text())
def test_no_text_can_add_a_line_to_a_command(line: str, value: str) -> None:
    try:
        sent = command(line, header=value)
    except ValueError:
        return
    assert sent.count(b"\n") == (3 if value else 2)
    assert b"\r" not in sent
    assert b"\0" not in sent


@pytest.mark.parametrize("bad", ["\n", "\r", "\0", "a\nb", "\x1b", "\x7f"])
def test_control_characters_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        command(bad)
    with pytest.raises(ValueError, match="control character"):
        command("sendmsg", header=bad)
