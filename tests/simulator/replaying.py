"""Plays the controller of a recording against the simulator, and keeps what the simulator answers."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gevent
from gevent import socket
from gevent.event import Event
from gevent.server import StreamServer

from app.simulator import dialstring
from app.simulator.caller import Caller, HangUp
from app.simulator.channel import Channel
from app.simulator.clock import InstantClock
from app.simulator.dialplan import APOLOGY, SETTINGS, Dialplan, offer
from app.simulator.execution import run_application
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.recording import Frame, FrameCutter, read
from app.simulator.story import CallStory
from app.simulator.switch import SimulatedSwitch

WIRE = Path(__file__).parents[1] / "wire"
RECORDED_PROMPTS = "/tmp/prompts/"
SPONTANEOUS_S = 0.15  # a controller that was silent for longer waited for nothing but the time


@dataclass(frozen=True, slots=True)
class FormerDialplan(Dialplan):
    """That with which the recordings were made."""

    settings: str = SETTINGS

    def run(self, channel: Channel, controllers: Sequence[str]) -> None:
        run_application(channel, "multiset", self.settings.format(did=channel.caller.did[-10:]))
        first, second, third = (offer(controllers, turn) for turn in range(3))
        for application, argument in (first, second, ("sleep", "1000"), third, *APOLOGY):
            if not channel.down:
                run_application(channel, application, argument)


OURS = FormerDialplan()
FIRST = FormerDialplan(settings="socket_resume=true continue_on_fail=true hangup_after_bridge=false")
"""Of the recordings without a `dialplan` in their scenario."""


@dataclass(frozen=True)
class Recording:
    """A recorded scenario: who called, which phones there were, the dialplan, and all frames.

    placed  the switch called him
    """

    name: str
    caller: Caller
    placed: bool
    dialplan: Dialplan
    phones: dict[str, PhoneBehaviour]
    frames: list[Frame]

    def connections(self) -> list[list[Frame]]:
        numbers = sorted({frame.connection for frame in self.frames})
        return [[frame for frame in self.frames if frame.connection == number] for number in numbers]


def load(name: str) -> Recording:
    notes, frames = read((WIRE / f"{name}.txt").read_text("utf-8"))
    scenario = json.loads(
        next(note for note in notes if note.startswith("scenario ")).removeprefix("scenario ")
    )
    behaviours = {number: PhoneBehaviour.read(words) for number, words in scenario["phones"].items()}
    placed = scenario["caller"].pop("placed", False)
    dialplan = OURS if scenario.get("dialplan") == "fs-config" else FIRST
    return Recording(name, _caller(scenario["caller"]), placed, dialplan, behaviours, frames)


def _caller(values: dict[str, Any]) -> Caller:
    moment = HangUp(values["hang_up"]) if "hang_up" in values else None
    return Caller(**{"ani": "13800138000", "did": "4008001234", **values, "hang_up": moment})


class Replayer:
    """A controller that says what the recorded one said, when as much had come back as then.

    `heard` is what the simulator said, per connection, in the recording's UUIDs and paths; `kept` is the call once it
    is over, for the switch's own record of it.
    """

    def __init__(self, recording: Recording, prompts: Path) -> None:
        self._connections = recording.connections()
        self._paths = (RECORDED_PROMPTS, f"{prompts}/")
        self._clock = InstantClock()
        self._server = StreamServer(("127.0.0.1", 0), self._control)
        self._served = 0
        self._over = Event()
        self.heard: list[list[Frame]] = []
        self.kept: list[Channel] = []
        self._recording, self._phones = recording, Phones(recording.phones)

    def run(self) -> list[list[Frame]]:
        """Place the call and play the controller to the end."""
        self._server.start()
        try:
            address = f"127.0.0.1:{self._server.server_port}"
            dialplan = self._recording.dialplan
            switch = SimulatedSwitch(
                [address, address], self._clock, self._phones, dialplan=dialplan, keep_record=self.kept.append
            )
            self._call(switch).wait(20)
            assert self._over.wait(20), f"the controller has not said everything; heard {self.heard}"
        finally:
            self._server.stop()
        return self.heard

    def _call(self, switch: SimulatedSwitch) -> CallStory:
        caller = self._recording.caller
        if not self._recording.placed:
            return switch.place(caller)
        ((to,),) = dialstring.parse(f"{{hotline_callback=1}}sofia/gateway/carrier/{caller.ani}")
        story, cause = switch.ring(to, caller.did)
        assert story, cause
        return story

    def _control(self, sock: socket.socket, _peer: object) -> None:
        frames, self._served = self._connections[self._served], self._served + 1
        ear = _Ear(sock, self._paths)
        self.heard.append(ear.frames)
        said, due = frames[0], 0
        for frame in frames:
            if frame.side == "switch":
                due += not frame.closed
            else:
                ear.wait_for(due)
                self._say(frame, frame.at_s - said.at_s, ear, frames)
            said = frame
        ear.finish()
        if self._served == len(self._connections):
            self._over.set()

    def _say(self, frame: Frame, waited_s: float, ear: _Ear, recorded: list[Frame]) -> None:
        """Send a frame. One that came out of the blue comes at the same moment: time stands until it has worked."""
        if waited_s > SPONTANEOUS_S and not self._clock._standing:
            self._clock.sleep(waited_s)
        with self._clock.standing():
            ear.say(frame, recorded)


class _Ear:
    """Collects what the switch says on one connection."""

    def __init__(self, sock: socket.socket, paths: tuple[str, str]) -> None:
        self._sock, self._paths = sock, paths
        self._uuids = ("", "")
        self.frames: list[Frame] = []
        self._news = Event()
        self._greenlet = gevent.spawn(self._listen)

    def _listen(self) -> None:
        cutter = FrameCutter()
        while data := self._receive():
            for head, body in cutter.feed(data):
                self.frames.append(Frame(0.0, 1, "switch", head, body))
                self._news.set()

    def _receive(self) -> bytes:
        try:
            return self._sock.recv(65536)
        except OSError:
            return b""

    def wait_for(self, count: int) -> None:
        while len(self.frames) < count:
            self._news.clear()
            assert self._news.wait(10), f"{len(self.frames)} of {count} frames came: {self.frames[-1]}"

    def say(self, frame: Frame, recorded: list[Frame]) -> None:
        """Send a recorded command and wait for what comes back first; or close and wait for the goodbye."""
        if frame.closed:
            with contextlib.suppress(OSError):  # the switch was the first to close
                self._sock.shutdown(socket.SHUT_WR)
            self._greenlet.join(10)
        else:
            heard = len(self.frames)
            self._sock.sendall(self._in_own_words(frame, recorded))
            self.wait_for(heard + 1)

    def _in_own_words(self, frame: Frame, recorded: list[Frame]) -> bytes:
        text = f"{frame.head}\n\n{frame.body}".replace(*self._paths)
        if self.frames:
            theirs = next(answer.headers["Unique-ID"] for answer in recorded if "Unique-ID" in answer.headers)
            self._uuids = (self.frames[0].headers["Unique-ID"], theirs)
            text = text.replace(self._uuids[1], self._uuids[0])
        return text.encode()

    def finish(self) -> None:
        """Listen until the switch has said goodbye; then speak of the recorded call."""
        self._greenlet.join(10)
        self._sock.close()
        self.frames[:] = [self._as_recorded(frame) for frame in self.frames]

    def _as_recorded(self, frame: Frame) -> Frame:
        (ours, theirs), (recorded_folder, folder) = self._uuids, self._paths

        def told(text: str) -> str:
            return (text.replace(ours, theirs) if ours else text).replace(folder, recorded_folder)

        return Frame(frame.at_s, frame.connection, frame.side, told(frame.head), told(frame.body))
