"""Every error that hotline400 raises on purpose, as one tree.

HotlineError
├── SettingError            a setting cannot be used; the process exits with code 2
├── FlowError               a call cannot go on as the flow says
│   ├── DocumentError       a flow document has errors and was not compiled
│   └── ReplayError         outcomes do not fit the flow they are replayed on
├── StateError              the state that a channel carries cannot be used
├── CallerHungUp            the caller is gone; thrown into a running flow
├── TelephonyError          FreeSWITCH and we do not understand each other
│   ├── ProtocolError       the peer does not speak the event socket protocol
│   ├── HandedOver          the call goes on at another controller
│   ├── CommandRefused      FreeSWITCH answered -ERR
│   └── DeadlinePassed      FreeSWITCH did not answer in time
├── NotInService            no published snapshot for the number dialled
├── StoreError              the database refused
└── LiveError               Redis is away or refused
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.flow.outcomes import Outcome
    from app.flow.problems import Problem


class HotlineError(Exception):
    """Base of all errors that hotline400 raises on purpose."""


class SettingError(HotlineError):
    """A setting has a value that cannot be used."""

    def __init__(self, name: str, value: str, expected: str) -> None:
        super().__init__(f"{name}={value!r} cannot be used: expected {expected}")
        self.name = name


class FlowError(HotlineError):
    """A call cannot go on as its flow says."""


class DocumentError(FlowError):
    """A flow document has errors; `problems` lists all of them, warnings included."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems if problem.is_error))
        self.problems = tuple(problems)


class ReplayError(FlowError):
    """Recorded outcomes do not fit the flow that they are replayed on."""


class StateError(HotlineError):
    """The state that a channel carries is not ours, or cannot be understood."""


class CallerHungUp(HotlineError):
    """The caller is gone. `cause` is the Q.850 name that FreeSWITCH gave.

    `outcome` is what had come of the command until then, when that is worth recording: the phones that were ringing.
    """

    def __init__(self, cause: str = "NORMAL_CLEARING", outcome: Outcome | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.outcome = outcome


class TelephonyError(HotlineError):
    """FreeSWITCH and we do not understand each other."""


class ProtocolError(TelephonyError):
    """The peer does not speak the event socket protocol, or goes beyond its limits."""


class HandedOver(TelephonyError):
    """The call lives and is no longer ours: another controller goes on with it."""


class CommandRefused(TelephonyError):
    """FreeSWITCH answered a command with -ERR."""


class DeadlinePassed(TelephonyError):
    """FreeSWITCH did not answer in time."""


class NotInService(HotlineError):
    """No snapshot is published for the number that was dialled."""


class StoreError(HotlineError):
    """The database refused, or does not hold what was asked for."""


class LiveError(HotlineError):
    """Redis is away, too slow, or refused."""
