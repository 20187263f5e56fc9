"""One call as FreeSWITCH keeps it: fields and variables, what it is doing, and the waits of its thread."""

from __future__ import annotations

import re
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from enum import Enum, auto
from itertools import count
from typing import TYPE_CHECKING
from urllib.parse import unquote

from app.simulator import template
from app.simulator.caller import Caller
from app.simulator.clock import Change, Clock
from app.simulator.hearing import Hearing
from app.simulator.phones import Phones
from app.simulator.story import CallStory, StoryLine

if TYPE_CHECKING:
    from app.simulator.listener import Listener

CORE_UUID = str(uuid.uuid4())
NO_VARIABLES = frozenset(
    {"DTMF", "CHANNEL_STATE"}
)  # these events carry the channel's fields without its variables
MAX_KEYS = 100
TRUE = frozenset({"true", "yes", "on", "enable", "enabled", "active", "allow", "t"})
VARIABLE = re.compile(r"\$\{([^}]*)\}")
_sequence = count(1)


class Phase(Enum):
    """What the caller hears."""

    INCOMING = auto()
    PROMPT = auto()
    ASKING = auto()
    RECORDING = auto()
    QUIET = auto()
    RINGING = auto()
    TALKING = auto()


SILENT = (Phase.INCOMING, Phase.QUIET)


class Woken(Enum):
    """Why a wait of the channel's thread ended."""

    TIME = auto()
    KEY = auto()
    BROKEN = auto()
    GONE = auto()


Texts = dict[str, str]
Execute = Callable[["Channel", Mapping[str, str]], None]


class Channel:
    """A call and the state its greenlets share; `change` tells all of them when something is different.

    hangup_cause  "" while the call lives
    keys          pressed and not read yet
    commands      what the controller wants executed and has not been begun
    speaks_until  clock's seconds until which the caller speaks, or spoke
    restarted     the dialplan is to go on with its next action: the controller left and socket_resume is true
    controller    "host:port" of the one that has the call, "" while none has it
    application_log  (application, argument, microseconds since 1970) of everything that was begun
    """

    def __init__(
        self, caller: Caller, clock: Clock, phones: Phones, execute: Execute, call_id: str = ""
    ) -> None:
        self.caller, self.clock, self.phones = caller, clock, phones
        self._execute = execute
        self.uuid = call_id or str(uuid.uuid4())
        self.change = Change()
        self.story = CallStory(self.uuid)
        self.began = clock.now()
        self.phase = Phase.INCOMING
        self.hearing = Hearing(self.began)
        self.questions = 0
        self.recordings = 0
        self.speaks_until = 0.0
        self.answered_us = self.progress_us = self.bridged_us = self.hangup_us = 0
        self.hangup_cause = ""
        self.keys: deque[str] = deque()
        self.digits_dialed = ""
        self.commands: deque[Mapping[str, str]] = deque()
        self.locks = 0
        self.last_application = ("", "")
        self.application_log: list[tuple[str, str, int]] = []
        self.core_uuid, self.controller = CORE_UUID, ""
        self.broken = self.restarted = False
        self.listener: Listener | None = None
        self._record()

    def _record(self) -> None:
        caller = self.caller
        name = unquote(caller.name).replace("${", "%{")  # as FreeSWITCH takes it over from SIP
        self.created_us = self.clock.wall_us()
        values = {
            "uuid": self.uuid, "ani": caller.ani or "anonymous", "did": caller.did,
            "created_us": str(self.created_us), "name": name or caller.ani or "Anonymous",
        }  # fmt: skip
        self.profile, self.state = template.filled("profile", **values), template.filled("state", **values)
        self.caller_fields = template.filled("caller", **values)
        self.variables = template.filled("variables", **values)
        self.other_leg: template.Fields = {}

    # what is, and what it becomes

    @property
    def down(self) -> bool:
        return bool(self.hangup_cause)

    @property
    def gone(self) -> bool:
        """Whether applications have to end: the call is over, or the dialplan takes it back."""
        return self.down or self.restarted

    @property
    def answered(self) -> bool:
        return self.answered_us > 0

    def variable(self, name: str) -> str:
        return str(self.variables.get(f"variable_{name}", ""))

    def set(self, name: str, value: str) -> None:
        """Set a variable; "" removes it, as FreeSWITCH does."""
        self.variables.pop(f"variable_{name}", None)
        if value:
            self.variables[f"variable_{name}"] = value

    def push(self, name: str, value: str) -> None:
        """Add a value to a variable that may hold several; a single one is kept as it is."""
        held = self.variables.get(f"variable_{name}")
        self.variables[f"variable_{name}"] = value if held is None else [*_listed(held), value]

    def is_true(self, name: str) -> bool:
        return self.variable(name).lower() in TRUE

    def expanded(self, text: str) -> str:
        """`text` with its ${variables} filled."""
        return VARIABLE.sub(lambda match: self.variable(match[1]), text)

    def answer(self) -> None:
        """Pick the call up, if that has not been done."""
        if not self.answered and not self.down:
            self.answered_us = self.clock.wall_us()
            self.variables |= template.filled("answered", ani=self.caller.ani)
            self.state |= {"Answer-State": "answered", "Channel-Call-State": "ACTIVE"}
            self.tell("answered")
            self.fire("CHANNEL_ANSWER")
            self.rest()

    def enter(self, phase: Phase) -> None:
        self.phase = phase
        self.hearing.note(phase in SILENT, self.clock.now())
        self.questions += phase is Phase.ASKING
        self.recordings += phase is Phase.RECORDING
        self.change.notify()

    def rest(self) -> None:
        """Nothing is heard any more."""
        self.enter(Phase.QUIET if self.answered else Phase.INCOMING)

    def tell(self, event: str, **values: object) -> None:
        """Add a line to the story."""
        texts = {name: _text(value) for name, value in values.items()}
        self.story.tell(StoryLine(self.clock.now() - self.began, event, texts))

    # what the caller does

    def press(self, digit: str) -> None:
        if not self.down and len(self.keys) < MAX_KEYS:
            self.tell("key", digit=digit)
            self.keys.append(digit)
            self.change.notify()

    def speak(self, seconds: float) -> None:
        """The caller begins to speak, for so long."""
        if not self.down:
            self.tell("speaks", length=seconds)
            self.speaks_until = self.clock.now() + seconds
            self.change.notify()

    def caller_hangs_up(self) -> None:
        if not self.down:
            self.tell("caller_hangs_up")
            self.hang_up("NORMAL_CLEARING" if self.answered else "ORIGINATOR_CANCEL")

    def wait_for(self, *phases: Phase, seconds: float | None = None) -> bool:
        """Wait until the caller hears one of `phases`; False when time went by, or the call ended, first."""
        return self.wait_until(lambda: self.phase in phases, seconds)

    def wait_until(self, holds: Callable[[], bool], seconds: float | None = None) -> bool:
        self.clock.until(self.change, lambda: self.down or holds(), seconds)
        return not self.down and holds()

    def stays_in(self, phases: Iterable[Phase], seconds: float) -> bool:
        """Whether the caller hears one of `phases` for so long."""
        left = self.wait_until(lambda: self.phase not in phases, seconds)
        return not left and not self.down

    # what the channel's own thread does

    def pause(self, seconds: float | None, on_key: Callable[[], bool] | None = None) -> Woken:
        """Pass time; the controller's commands are executed meanwhile, unless locked, and do not count.

        `on_key` is called while there is a key to read, and ends the pause by being true.
        """
        deadline = None if seconds is None else self.clock.now() + seconds
        while (woken := self._woken()) is None:
            began = self.clock.now()
            if on_key and self.keys:
                if on_key():
                    return Woken.KEY
            elif self._may_execute():
                self.execute_next()
                deadline = deadline and deadline + self.clock.now() - began
            elif deadline is not None and began >= deadline:
                return Woken.TIME
            else:
                self._doze(None if deadline is None else deadline - began, bool(on_key))
        return woken

    def _doze(self, seconds: float | None, keys: bool) -> None:
        def stirs() -> bool:
            return self.gone or self.broken or (keys and bool(self.keys))

        self.clock.until(self.change, lambda: stirs() or self._may_execute(), seconds)

    def _woken(self) -> Woken | None:
        if self.broken:
            self.broken = False
            return Woken.BROKEN
        return Woken.GONE if self.gone else None

    def _may_execute(self) -> bool:
        return bool(self.commands) and not self.locks

    def execute_next(self) -> None:
        """Take the controller's next command and do it."""
        self._execute(self, self.commands.popleft())

    def next_key(self) -> str:
        """Read a key, which the controller hears of only now."""
        digit = self.keys.popleft()
        self.fire("DTMF", {"DTMF-Digit": digit, "DTMF-Duration": "800", "DTMF-Source": "RTP"})
        self.digits_dialed += digit
        return digit

    def flush_keys(self) -> None:
        """Forget the keys that nobody has read; the record counts them all the same."""
        self.digits_dialed += "".join(self.keys)
        self.keys.clear()

    def hang_up(self, cause: str) -> None:
        """End the call, from whatever greenlet."""
        if self.down:
            return
        self.hangup_cause, self.hangup_us = cause, self.clock.wall_us()
        self.hearing.note(False, self.clock.now())
        self.state |= {"Channel-State-Number": "10", "Answer-State": "hangup", "Hangup-Cause": cause}
        self.fire("CHANNEL_HANGUP")
        self.change.notify()

    # what the controller is told

    def fire(self, event: str, extra: Texts | None = None, first: Texts | None = None) -> None:
        """Send an event to the controller if it wants it: `first`, channel, other leg, variables, `extra`."""
        if self.listener and self.listener.wants(event):
            variables = {} if event in NO_VARIABLES else self.variables
            fields = self._core(event) | (first or {}) | self.state | self._caller() | self.other_leg
            self.listener.send_event(fields | variables | (extra or {}))

    def connect_reply(self, control: Texts) -> bytes:
        """The answer to `connect`: all that is known of the channel, as one header block."""
        fields = self._core("CHANNEL_DATA") | self.profile | self.state | self._caller() | self.other_leg
        return template.url_encoded(fields | self.variables | control)

    def _core(self, event: str) -> template.Fields:
        return template.core_fields(event, next(_sequence), self.clock.wall_us(), CORE_UUID)

    def _caller(self) -> template.Fields:
        times = {
            "Caller-Channel-Answered-Time": self.answered_us,
            "Caller-Channel-Progress-Time": self.progress_us,
            "Caller-Channel-Bridged-Time": self.bridged_us,
        }
        return self.caller_fields | {name: str(value) for name, value in times.items()}


def _text(value: object) -> str:
    return f"{value:.1f}" if isinstance(value, float) else str(value)


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
