"""What a notice is to those who carry it, and why it may not arrive."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from app.errors import HotlineError

TIMEOUT_S = 10.0  # each step of a delivery: connecting, sending, hearing the answer
MAX_DETAIL = 200


class Reason(StrEnum):
    """Why a notice did not arrive."""

    UNREACHABLE = "unreachable"  # the service does not answer
    BUSY = "busy"  # it does, and wants fewer messages
    REFUSED = "refused"  # it does not take this message, or not for this address
    NOT_SET_UP = "not_set_up"  # the operator has no such service
    REMOVED = "removed"  # the address is nobody's any more


class Undelivered(HotlineError):
    """A notice did not arrive. `detail` is in the other side's words, without secrets."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail[:MAX_DETAIL]

    @property
    def again(self) -> bool:
        """Whether a later try may help."""
        return self.reason in (Reason.UNREACHABLE, Reason.BUSY)


class Notice(NamedTuple):
    """`title` and `text` are one line each; `id` is the same each time this notice is sent through this channel."""

    title: str
    text: str
    id: str

    @property
    def together(self) -> str:
        return f"{self.title}\n{self.text}"
