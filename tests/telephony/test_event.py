"""Events and the headers of `connect`, read lazily and exactly."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import ProtocolError
from app.telephony.event import Event, PlainHeaders

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text("abcXYZ_-", min_size=1)


def an_event(**fields: Any) -> Event:
    return Event(orjson.dumps({"Event-Name": "DTMF"} | fields))


def test_an_event_knows_its_name() -> None:
    assert an_event().name == "DTMF"


def test_a_field_that_is_not_there() -> None:
    assert an_event().header("Nothing") == ""
    assert an_event().header("Nothing", "something") == "something"


@given(st.dictionaries(NAMES, TEXTS))
def test_a_field_reads_the_same_with_and_without_parsing(fields: dict[str, str]) -> None:
    event = an_event(**fields)
    assert [event.header(name) for name in fields] == list(fields.values())
    event.texts("so that it is parsed")
    assert [event.header(name) for name in fields] == list(fields.values())


@given(TEXTS)
def test_no_value_can_pretend_to_be_a_field(text: str) -> None:
    fake = f'{text}","Application-UUID":"mine'
    assert an_event(**{"Caller-Caller-ID-Name": fake}).header("Application-UUID") == ""


def test_a_field_with_spaces_after_the_colon() -> None:
    assert Event(b'{"Event-Name": "DTMF", "DTMF-Digit": "5"}').header("DTMF-Digit") == "5"


def test_a_field_with_several_texts() -> None:
    event = an_event(variable_originate_causes=["a;USER_BUSY", "b;NONE"])
    assert event.texts("variable_originate_causes") == ("a;USER_BUSY", "b;NONE")
    assert event.header("variable_originate_causes") == "a;USER_BUSY"


def test_one_text_of_a_field_that_may_have_several() -> None:
    assert an_event(variable_x="a;NONE").texts("variable_x") == ("a;NONE",)
    assert an_event().texts("variable_x") == ()


def test_a_name_in_gbk_does_not_spoil_the_event() -> None:
    event = Event(b'{"Event-Name":"DTMF","Name":"\xb9\xab\xcb\xbe","X":"\\u0041"}')
    assert event.header("X") == "A"
    assert "\ufffd" in event.header("Name")


@pytest.mark.parametrize(
    ("stamp", "at_us"), [("1795411984433689", 1795411984433689), ("", 0), ("soon", 0), ("²", 0)]
)
def test_the_time_of_an_event(stamp: str, at_us: int) -> None:
    assert an_event(**{"Event-Date-Timestamp": stamp}).at_us == at_us


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"Event-Name: DTMF\n", b"{", b'{"a":1', b"\xff\xfe", b"{]}", b"{\xff}"]
)
def test_a_body_that_is_no_event(body: bytes) -> None:
    with pytest.raises(ProtocolError, match="not JSON"):
        Event(body)


def test_headers_are_decoded() -> None:
    headers = PlainHeaders(b"\nName: %E5%BA%97%20a\nNumber: 138\nEmpty: \nPlain: 100% sure")
    assert dict(headers) == {"Name": "店 a", "Number": "138", "Empty": "", "Plain": "100% sure"}
    assert headers["Name"] == "店 a"
    assert len(headers) == 4


def test_a_line_break_in_a_name_stays_in_the_name() -> None:
    """D4: decoding before cutting would let a caller write headers of his own."""
    headers = PlainHeaders(
        b"\nCaller-Caller-ID-Name: x%0AUnique-ID: 1%0A%0Avariable_is_vip: true\nUnique-ID: 2"
    )
    assert headers["Unique-ID"] == "2"
    assert "variable_is_vip" not in headers
    assert headers["Caller-Caller-ID-Name"] == "x\nUnique-ID: 1\n\nvariable_is_vip: true"


@pytest.mark.parametrize("separator", ["\u2028", "\u0085", "\x0b", "\x1c"])
def test_only_a_newline_ends_a_line(separator: str) -> None:
    headers = PlainHeaders(f"\nName: x{separator}Unique-ID: 1\nUnique-ID: 2".encode())
    assert headers["Unique-ID"] == "2"
    assert len(headers) == 2


def test_of_two_lines_with_one_name_the_first_counts() -> None:
    assert PlainHeaders(b"\nA: 1\nA: 2")["A"] == "1"
    assert dict(PlainHeaders(b"\nA: 1\nA: 2")) == {"A": "1"}


def test_a_name_that_is_not_there_or_no_name() -> None:
    headers = PlainHeaders(b"\nA: 1\nB: 2")
    assert headers.get("C") is None
    assert headers.get("A: 1\nB") is None


def test_bytes_that_are_not_utf_8() -> None:
    assert "\ufffd" in PlainHeaders(b"\nName: %B9%AB\xb9")["Name"]
