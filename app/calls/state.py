"""A call's state, as its channel carries it from one controller to the next.

A call is its snapshot, its facts and its outcomes so far. So that any controller can go on where another one died,
these stand in one variable of FreeSWITCH's channel: short, of letters that mean nothing to FreeSWITCH, and signed, for
a caller must not be able to make up where he is. Pure.

    1.PAYLOAD.SIGNATURE      both in base64url; the payload is JSON, z instead of 1 when it is deflated
"""

from __future__ import annotations

import hashlib
import hmac
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from app.calls.ringing import Ringing
from app.errors import StateError
from app.flow.outcomes import Outcome, decode, encode

VARIABLE = "hotline_state"
PAUSES = "hotline_pauses"
"""A character for each second that the dialplan has waited for a controller since the last one died (fs-config/dialplan)."""

STORED = "stored"  # instead of a state that is too long: it is in Redis
MAX_LENGTH = 6000  # of the text; each event of the channel carries it
DEFLATE_FROM = 600  # bytes; below that it gains little
MAX_PAYLOAD = 64 * 1024  # when inflated: 200 steps fit many times
SIGNATURE_BYTES = 16


@dataclass(frozen=True, slots=True)
class Begin:
    """What a call began with, beside what FreeSWITCH tells anew to each controller.

    revision    of the number's snapshot (live/snapshots.py)
    began_at    aware, to the millisecond
    began_us    the same moment by FreeSWITCH's clock, microseconds since 1970
    called_back the queue and the phone's number that the caller was called back for; ("", "") for who called himself
    resumed     how often another controller has gone on with the call
    """

    revision: int
    began_at: datetime
    began_us: int
    called_back: tuple[str, str] = ("", "")
    resumed: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """Where a call is. `ringing` when a conversation may have gone on without a controller."""

    begin: Begin
    outcomes: tuple[Outcome, ...]
    ringing: Ringing | None = None


class StateLog:
    """Writes the state of one call as it grows; an outcome is encoded once."""

    def __init__(self, secret: bytes, call_id: str, begin: Begin, outcomes: Iterable[Outcome] = ()) -> None:
        self._secret, self._call_id, self.begin = secret, call_id, begin
        began_ms = round(begin.began_at.timestamp() * 1000)
        self._head = orjson.dumps(
            [begin.revision, began_ms, begin.began_us, *begin.called_back, begin.resumed]
        )
        self._outcomes = [orjson.dumps(encode(outcome)) for outcome in outcomes]

    def add(self, outcome: Outcome) -> None:
        """This came of the last command."""
        self._outcomes.append(orjson.dumps(encode(outcome)))

    def text(self, ringing: Ringing | None = None) -> str:
        """The state as it is now. Longer than MAX_LENGTH it cannot be carried, and is to be kept elsewhere."""
        under_way = orjson.dumps([ringing.at_ms, ringing.phones]) if ringing else b"null"
        payload = b"[%b,[%b],%b]" % (self._head, b",".join(self._outcomes), under_way)
        kind = b"1"
        if len(payload) > DEFLATE_FROM:
            kind, payload = b"z", zlib.compress(payload, 1)
        body = b"%b.%b" % (kind, urlsafe_b64encode(payload).rstrip(b"="))
        text = b"%b.%b" % (body, _signature(self._secret, self._call_id, body))
        return text.decode()


def key_of(secret_key: str) -> bytes:
    """The key that signs states; all controllers of an installation have the same secret key."""
    return hmac.digest(secret_key.encode(), b"hotline400 call state", "sha256")


def carried(header: Callable[[str], str], stored: Callable[[str], str]) -> str:
    """The text of the state that a channel carries, "" for none; `stored` gives what is kept elsewhere for a call."""
    text = header(f"variable_{VARIABLE}")
    return stored(header("Unique-ID")) if text == STORED else text


def waited_ms(header: Callable[[str], str]) -> int:
    """How long the call has stood still since the last controller died, and what it was doing was over."""
    return len(header(f"variable_{PAUSES}")) * 1000


def read(secret: bytes, call_id: str, text: str) -> State:
    """The state that a `StateLog` of this call wrote. StateError when it is not ours or cannot be understood."""
    if len(text) > 2 * MAX_PAYLOAD or not text.isascii():
        raise StateError("it is too long or no text of ours")
    body, _, signature = text.encode().rpartition(b".")
    if not hmac.compare_digest(signature, _signature(secret, call_id, body)):
        raise StateError("it is not signed by us for this call")
    try:
        return _decoded(_payload(body))
    except (ValueError, TypeError, KeyError, OSError, OverflowError, zlib.error) as wrong:
        raise StateError(f"written by another release? {wrong!r}") from wrong


def _payload(body: bytes) -> Sequence[Any]:
    kind, _, payload = body.partition(b".")
    data = urlsafe_b64decode(payload + b"=" * (-len(payload) % 4))
    if kind == b"z":
        inflate = zlib.decompressobj()
        data = inflate.decompress(data, MAX_PAYLOAD)
        if inflate.unconsumed_tail:
            raise ValueError("it is too long when inflated")
    elif kind != b"1":
        raise ValueError(f"kind {kind[:8]!r}")
    payload_list: list[Any] = orjson.loads(data)
    return payload_list


def _decoded(payload: Sequence[Any]) -> State:
    (revision, began_ms, began_us, queue, number, resumed), outcomes, ringing = payload
    began_at = datetime.fromtimestamp(began_ms / 1000, UTC)
    begin = Begin(int(revision), began_at, int(began_us), (str(queue), str(number)), int(resumed))
    under_way = None
    if ringing:
        at_ms, phones = ringing
        under_way = Ringing(tuple((str(leg), str(phone)) for leg, phone in phones), int(at_ms))
    return State(begin, tuple(map(decode, outcomes)), under_way)


def _signature(secret: bytes, call_id: str, body: bytes) -> bytes:
    """Of the state for this call: one that belongs to another call is of no use here."""
    mac = hashlib.blake2b(call_id.encode() + b"\n" + body, key=secret, digest_size=SIGNATURE_BYTES)
    return urlsafe_b64encode(mac.digest()).rstrip(b"=")
