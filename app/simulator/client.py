"""Asks a running simulated switch for calls: plain sockets, for the command line."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict
from typing import Any

from app.errors import HotlineError
from app.settings import Settings
from app.simulator.caller import Caller
from app.simulator.story import StoryLine

CONNECT_S = 3.0
SILENCE_S = 600.0  # nothing happens for longer in no call


def place(settings: Settings, caller: Caller, *, speed: float = 1.0) -> Iterator[StoryLine]:
    """Place one call, `speed` times as fast as real ones; its story, line by line. Leaving it hangs up."""
    fields = {
        name: value for name, value in asdict(caller).items() if value not in (None, "", {}) or name == "ani"
    }
    with closing(_ask(settings, {"call": {**fields, "speed": speed}})) as answers:
        for answer in answers:
            if "end" in answer:
                return
            yield StoryLine.decode(answer["line"])


def set_phone(settings: Settings, number: str, behaviour: str) -> None:
    """Have a phone behave in another way from now on: "busy", "no answer", "answers after 3 talks 10" …"""
    with closing(_ask(settings, {"phone": number, "behaviour": behaviour})) as answers:
        next(answers)


def phones(settings: Settings) -> dict[str, str]:
    """How the phones behave that were told to."""
    with closing(_ask(settings, {"phones": True})) as answers:
        told: dict[str, str] = next(answers)["phones"]
    return told


def _ask(settings: Settings, request: Mapping[str, Any]) -> Generator[dict[str, Any], None, None]:
    """The answers to one request. HotlineError when there is no switch, or it does not understand."""
    with _connect(settings) as connection, connection.makefile("rb") as answers:
        connection.sendall(json.dumps(request, ensure_ascii=False).encode() + b"\n")
        for line in answers:
            answer: dict[str, Any] = json.loads(line)
            if "error" in answer:
                raise HotlineError(f"the simulated switch refused: {answer['error']}")
            yield answer
    raise HotlineError("the simulated switch has ended")


def _connect(settings: Settings) -> socket.socket:
    try:
        connection = socket.create_connection(settings.simulator_listen, CONNECT_S)
    except OSError as bad:
        hint = "start it with `hotline400 run` or `hotline400 simulator`"
        raise HotlineError(f"no simulated switch at {settings.simulator_listen}; {hint}") from bad
    connection.settimeout(SILENCE_S)
    return connection
