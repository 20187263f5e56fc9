"""Damaged messages for the readers of what comes from FreeSWITCH: they may refuse, with the error that is meant for it.

Packets are made from real ones: bytes flipped, cut out, repeated, exchanged with another packet's. States are damaged
as they stand in the channel, where the signature must tell, and once more before they are signed, as another release
of ours might have written them.
"""

from __future__ import annotations

import random
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.calls import state
from app.calls.ringing import Ringing
from app.calls.state import Begin, StateLog
from app.errors import ProtocolError, StateError
from app.flow.outcomes import Answered, Collected, Dialled, DialResult, Leg, Outcome, Played, Turn
from app.telephony.event import Event, PlainHeaders
from app.telephony.wire import MAX_BODY_BYTES, MAX_HEADER_BYTES, Frame, FrameReader

SECRET, CALL_ID = b"k" * 32, "5a1b7c3e-0d4f-4c2a-9e8b-112233445566"
NAMES = (
    "Unique-ID", "Event-Name", "Answer-State", "Application", "Application-UUID", "Hangup-Cause", "DTMF-Digit",
    "Event-Date-Timestamp", "Caller-Caller-ID-Name", "Bridge-B-Unique-ID", "variable_hotline_state", "no-such-field",
)  # fmt: skip
SEVERAL = ("variable_originate_causes", "variable_originated_legs", "Unique-ID")
LENGTHS = (
    b"0",
    b"-1",
    b"1e3",
    b"99999999999",
    b"%d" % MAX_BODY_BYTES,
    b"%d" % (MAX_BODY_BYTES + 1),
    b"\xd9\xa1",
    b"",
)
MARKS = (
    b"\n\n",
    b"\n",
    b"\r\n",
    b"\0",
    b"%0A",
    b"%",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b": ",
    b"Content-Length: 3\n\n",
)
MOST_DAMAGES = 4


@dataclass
class Found:
    """What became of the packets. `crashes` are those that raised anything but the error meant for them."""

    packets: int = 0
    refused: int = 0
    crashes: list[tuple[bytes, Exception]] = field(default_factory=list)

    def __str__(self) -> str:
        understood = self.packets - self.refused - len(self.crashes)
        return (
            f"{self.packets} packets: {self.refused} refused, {understood} read, {len(self.crashes)} crashes"
        )


def fuzz(packets: Sequence[bytes], count: int, seed: int) -> Found:
    """Damage packets and states, `count` in all; the same seed does the same."""
    dice = random.Random(seed)
    states = list(_states())
    found = Found()
    for _ in range(count):
        if dice.random() < 0.7:
            _try(found, _damaged(dice, packets), lambda data: _read_packets(dice, data), ProtocolError)
        elif dice.random() < 0.5:
            _try(found, _damaged(dice, states), _read_state, StateError)
        else:
            _try(found, _resigned(dice, states), _read_state, StateError)
    return found


def _try(
    found: Found, data: bytes, reader: Callable[[bytes], object], meant: type[ProtocolError | StateError]
) -> None:
    found.packets += 1
    try:
        reader(data)
    except meant:
        found.refused += 1
    except Exception as crash:
        found.crashes.append((data, crash))


def _damaged(dice: random.Random, samples: Sequence[bytes]) -> bytes:
    data = bytearray(dice.choice(samples))
    for _ in range(dice.randint(1, MOST_DAMAGES)):
        dice.choice(_DAMAGES)(dice, data, samples)
    return bytes(data)


def _flip(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if data:
        data[dice.randrange(len(data))] = dice.randrange(256)


def _cut(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    start = dice.randint(0, len(data))
    del data[start : start + dice.choice((1, 2, 8, 100, len(data)))]


def _repeat(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    start, length = dice.randint(0, len(data)), dice.choice((1, 10, 200))
    data[start:start] = data[start : start + length] * dice.choice((1, 2, 50))


def _mark(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    at = dice.randint(0, len(data))
    data[at:at] = dice.choice(MARKS)


def _exchange(dice: random.Random, data: bytearray, samples: Sequence[bytes]) -> None:
    other = dice.choice(samples)
    start = dice.randint(0, len(other))
    data[dice.randint(0, len(data)) :] = other[start : start + 2000]


def _lie(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    """About the length of the body."""
    start = data.find(b"Content-Length: ")
    if start >= 0:
        start += len(b"Content-Length: ")
        data[start : data.find(b"\n", start)] = dice.choice(LENGTHS)


def _swell(dice: random.Random, data: bytearray, _: Sequence[bytes]) -> None:
    if dice.random() < 0.01:
        at = dice.randint(0, len(data))
        data[at:at] = b"x" * (MAX_HEADER_BYTES + 1)


_DAMAGES = (_flip, _cut, _repeat, _mark, _exchange, _lie, _swell)


# Packets


def _read_packets(dice: random.Random, data: bytes) -> None:
    """As a connection does, in pieces of any size."""
    reader = FrameReader()
    start = 0
    while start < len(data):
        size = dice.choice((1, 7, 300, 5000, 65536)) if dice.random() < 0.2 else len(data)
        for frame in reader.feed(data[start : start + size]):
            _look_into(frame)
        start += size


def _look_into(frame: Frame) -> None:
    is_event = frame.header(b"Content-Type") == b"text/event-json"
    about = Event(frame.body) if is_event else PlainHeaders(frame.headers)
    for name in NAMES:
        about.header(name)
    for name in SEVERAL:
        about.texts(name)
    if isinstance(about, Event):
        assert about.at_us >= 0
    else:
        assert len(about) == len(list(about.items()))


# States


def _states() -> Iterator[bytes]:
    begin = Begin(7, datetime(2026, 1, 1, tzinfo=UTC), 1_767_225_600_000_000, ("care", "13900000001"), 1)
    ringing = Ringing((("leg-1", "desk"), ("leg-2", "13900000002")), 12_000)
    leg = Leg(phone="desk", result=DialResult.ANSWERED, cause="SUCCESS", ring_ms=3000, talk_ms=20_000)
    outcomes: tuple[Outcome, ...] = (
        Answered(at_ms=10),
        Played(at_ms=400),
        Collected(digits="1", at_ms=900),
        Turn(n=3, at_ms=901),
        Dialled(result=DialResult.ANSWERED, phone="desk", legs=(leg,), at_ms=24_000),
    )
    for length in (0, 1, len(outcomes), 60):
        log = StateLog(SECRET, CALL_ID, begin, (outcomes * 12)[:length])
        yield log.text().encode()
        yield log.text(ringing).encode()


def _read_state(text: bytes) -> None:
    state.read(SECRET, CALL_ID, text.decode("utf-8", "replace"))


def _resigned(dice: random.Random, states: Sequence[bytes]) -> bytes:
    """A damaged payload with our signature on it."""
    kind, payload, _ = dice.choice(states).split(b".")
    data = urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    data = zlib.decompress(data) if kind == b"z" else data
    data = _damaged(dice, [data])
    if kind == b"z" and dice.random() < 0.5:
        data = zlib.compress(data)
    body = kind + b"." + urlsafe_b64encode(data).rstrip(b"=")
    return body + b"." + state._signature(SECRET, CALL_ID, body)
