"""What is read back from a file that was cut, damaged, or is none."""

from __future__ import annotations

import json
import struct
import zlib

import pytest

from app.journal import records
from app.journal.records import BEGIN, END, Record

RECORDS = [
    Record(BEGIN, "a", {"did": "4008001234"}),
    Record(END, "a", {"call_id": "a", "city": "杭州", "odd": "\ud800 \0 \u2028"}),
    Record(END, "b", {"call_id": "b", "trail": [{"node": "menu"}], "answered_ms": None}),
]
PIECES = [records.encode(record) for record in RECORDS]
WHOLE = b"".join(PIECES)
ENDS = [sum(map(len, PIECES[:count])) for count in range(len(PIECES) + 1)]


def test_records_come_back_as_they_were() -> None:
    assert list(records.read(WHOLE)) == RECORDS
    assert records.whole_bytes(WHOLE) == len(WHOLE)


@pytest.mark.parametrize("tail", [b"", b"\0" * 64, b"\xff" * 64], ids=["cut", "zeros", "ones"])
def test_a_file_cut_at_any_byte_gives_every_record_before_the_cut(tail: bytes) -> None:
    for cut in range(len(WHOLE) + 1):
        complete = sum(end <= cut for end in ENDS[1:])
        data = WHOLE[:cut] + (tail if cut < len(WHOLE) else b"")
        assert list(records.read(data))[:complete] == RECORDS[:complete]
        assert list(records.read(WHOLE[:cut])) == RECORDS[:complete]
        assert records.whole_bytes(WHOLE[:cut]) == ENDS[complete]


def test_a_changed_byte_costs_its_record_and_those_after_it() -> None:
    for place in range(len(WHOLE)):
        damaged = bytearray(WHOLE)
        damaged[place] ^= 0x40
        before = sum(end <= place for end in ENDS[1:])
        assert list(records.read(bytes(damaged))) == RECORDS[:before]


def test_a_record_too_long_to_be_read_is_not_written() -> None:
    with pytest.raises(ValueError, match="call a: a record of"):
        records.encode(Record(END, "a", {"x": "y" * records.MAX_BYTES}))


def test_a_length_that_cannot_be_is_damage() -> None:
    text = json.dumps([END, "a", {"x": "y" * records.MAX_BYTES}]).encode()
    assert list(records.read(struct.pack("<II", len(text), zlib.crc32(text)) + text)) == []
