"""What FreeSWITCH tells about a channel: JSON events, and the plain headers of the `connect` reply; read lazily."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

import orjson

from app.calls.switch_record import texts_of
from app.errors import ProtocolError
from app.telephony.wire import header_line


class Event:
    """One event. It has some 170 fields and few are ever asked for, so its JSON is parsed only when it must be.

    at_us  when it happened by FreeSWITCH's clock: microseconds since 1970; 0 when it does not say
    """

    __slots__ = ("_body", "_fields", "at_us", "name")

    def __init__(self, body: bytes) -> None:
        """`body` is the JSON; ProtocolError when it cannot be an event."""
        if not (body.startswith(b"{") and body.endswith(b"}")):
            raise ProtocolError(f"event is not JSON: {body[:40]!r}")
        self._body = body
        self._fields: dict[str, Any] | None = None
        self.name = self._glance("Event-Name") or str(self._parsed().get("Event-Name", ""))
        self.at_us = moment_us(self.header("Event-Date-Timestamp"))

    def header(self, name: str, default: str = "") -> str:
        """The text of a field; `default` when there is no such field, the first text when it has several."""
        if self._fields is None:
            if (text := self._glance(name)) is not None:
                return text
            if self._lacks(name):
                return default
        value = self._parsed().get(name, default)
        return str(value[0] if isinstance(value, list) and value else value)

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts of a field that can have several, such as `variable_originate_causes`."""
        if self._fields is None:
            if (text := self._glance(name)) is not None:
                return (text,)
            if self._lacks(name):
                return ()
        value = self._parsed().get(name, [])
        return tuple(map(str, value)) if isinstance(value, list) else (str(value),)

    def _glance(self, name: str) -> str | None:
        # Quotes inside a JSON text are escaped, so `"name":"` can only be a key. None: the parser must look.
        key = _keys(name)[0]
        start = self._body.find(key)
        if start < 0:
            return None
        start += len(key)
        text = self._body[start : self._body.find(b'"', start)]
        return None if b"\\" in text else text.decode("utf-8", "replace")

    def _lacks(self, name: str) -> bool:
        return _keys(name)[1] not in self._body

    def _parsed(self) -> dict[str, Any]:
        if self._fields is None:
            self._fields, self._body = _loads(self._body), b""
        return self._fields


@lru_cache(maxsize=512)
def _keys(name: str) -> tuple[bytes, bytes]:
    """How a field begins whose value is a text, and how it begins at all."""
    return f'"{name}":"'.encode(), f'"{name}"'.encode()


def _loads(body: bytes) -> dict[str, Any]:
    try:
        # A carrier's display name may be in GBK, which FreeSWITCH hands on as it came.
        fields: dict[str, Any] = orjson.loads(body if body.isascii() else body.decode("utf-8", "replace"))
    except ValueError:
        raise ProtocolError(f"event is not JSON: {body[:40]!r}") from None
    return fields


class PlainHeaders(Mapping[str, str]):
    """The url-encoded lines of a `connect` reply by name; a channel variable `x` is called `variable_x`.

    Lines are cut before they are decoded, so a `%0A` in a caller's name stays in that name. Of two lines with one
    name the first counts.
    """

    __slots__ = ("_lines",)

    def __init__(self, lines: bytes) -> None:
        """`lines` as in `Frame.headers`: each with a newline before it."""
        self._lines = lines

    def __getitem__(self, name: str) -> str:
        value = header_line(self._lines, name.encode())
        if value is None or "\n" in name:
            raise KeyError(name)
        return _decoded(value)

    def header(self, name: str) -> str:
        """The text of a field; "" when there is no such field."""
        return self.get(name, "")

    def texts(self, name: str) -> tuple[str, ...]:
        """All texts of a field that can have several."""
        return texts_of(self.get(name, ""))

    def __iter__(self) -> Iterator[str]:
        names = (line.partition(b": ") for line in self._lines.split(b"\n"))
        # A name that is not ASCII is none of FreeSWITCH's, and could not be asked for either.
        return iter(dict.fromkeys(name.decode() for name, colon, _ in names if colon and name.isascii()))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _decoded(value: bytes) -> str:
    text = value.decode("utf-8", "replace")
    return unquote(text, errors="replace") if "%" in text else text


def moment_us(stamp: str) -> int:
    """A time stamp of FreeSWITCH's: microseconds since 1970; 0 for what is none."""
    return int(stamp) if stamp.isascii() and stamp.isdigit() else 0
