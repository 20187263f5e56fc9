"""How calls are written in the journal's files. Pure.

A record is its length, its CRC-32 (both 32 bit, little endian) and JSON: `[kind, call id, body]`. Reading stops at the
first record that is not whole, so a file whose end was torn off by a crash gives everything before.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

BEGIN, END = "begin", "end"
MAX_BYTES = 1024 * 1024  # of one record; what claims to be longer is damage

_FRAME = struct.Struct("<II")


Cdr = Mapping[str, Any]


class Record(NamedTuple):
    """`body` is what was known at a call's begin, or its call detail record at its end."""

    kind: str
    call_id: str
    body: Cdr


def encode(record: Record) -> bytes:
    """One record as it stands in a file. ValueError when it is too long to be read again."""
    text = _json(record)
    if len(text) > MAX_BYTES:
        raise ValueError(f"call {record.call_id}: a record of {len(text)} bytes")
    return _FRAME.pack(len(text), zlib.crc32(text)) + text


def _json(record: Record) -> bytes:
    try:
        return orjson.dumps([*record])
    except TypeError:  # half a character, which some switch sent: rare, and the slower writer knows how
        return json.dumps(record, separators=(",", ":")).encode()


def read(data: bytes) -> Iterator[Record]:
    """All whole records from the start on."""
    position = 0
    while (end := _end_of(data, position)) is not None:
        yield Record(*json.loads(data[position + _FRAME.size : end]))
        position = end


def whole_bytes(data: bytes) -> int:
    """How many bytes from the start are whole records."""
    position = 0
    while (end := _end_of(data, position)) is not None:
        position = end
    return position


def _end_of(data: bytes, position: int) -> int | None:
    """Where the record that begins here ends; None when it is not whole."""
    start = position + _FRAME.size
    if start > len(data):
        return None
    length: int
    length, checksum = _FRAME.unpack_from(data, position)
    text = data[start : start + length]
    if length > MAX_BYTES or len(text) < length or zlib.crc32(text) != checksum or not length:
        return None
    return start + length
