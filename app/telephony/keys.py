"""Keys that a caller presses faster than questions begin. Pure.

FreeSWITCH takes a key from the line wherever the call is, also between two applications and in a playback, which
do nothing with it; at that moment it fires DTMF. So all keys are heard here, in the order in which they were taken,
and those that no question has read answer the next one.
"""

from __future__ import annotations

from app.flow.commands import Collect

KEYS = frozenset("0123456789*#")
MOST = 40  # nobody knows menus that are deeper


class Keys:
    """What a caller has pressed and no question has had yet: `waiting`. Times are FreeSWITCH's, in microseconds.

    dropped  the key that ended an input which was complete before it came, "" for none since `ask`
    """

    def __init__(self) -> None:
        self.waiting = self.dropped = ""
        self._ends, self._ends_until_us = "", 0
        self._deaf_until_us = 0

    def hear(self, key: str, at_us: int) -> None:
        """FreeSWITCH has taken a key from the line."""
        if key not in KEYS or at_us < self._deaf_until_us:
            return
        ends, self._ends = self._ends if at_us <= self._ends_until_us else "", ""
        if key in ends:
            self.dropped = key
        else:
            self.waiting = (self.waiting + key)[-MOST:]

    def forget(self, until_us: int) -> None:
        """What was pressed until then was said to somebody else."""
        self.waiting, self._deaf_until_us = "", until_us

    def take(self, command: Collect, now_us: int) -> tuple[str, bool]:
        """As many of the waiting keys as answer a question, and whether they do, as `play_and_get_digits` decides it.

        Who is asked for 801 and a # presses both, also where three digits are enough: the # belongs to the 801.
        """
        digits, is_whole = "", False
        for key in self.waiting:
            if is_whole := key in command.terminators:
                self.waiting = self.waiting[1:]
                break
            if len(digits) == command.max_digits:
                break
            digits, self.waiting = digits + key, self.waiting[1:]
        if len(digits) == command.max_digits and not is_whole:
            is_whole = True
            if not self.waiting:
                self._ends, self._ends_until_us = command.terminators, now_us + command.interdigit_ms * 1000
        return digits, is_whole

    def ask(self) -> None:
        """An application is going to read keys; nothing is waiting."""
        self.waiting = self.dropped = ""

    def answered(self, begun: str, read: str, terminators: str) -> None:
        """The application has read `read`, and perhaps a terminator; `begun` was pressed before it was asked.

        What was heard before those came while it had not yet begun. If they were not heard at all, an event is
        missing, and what else was heard is not trusted: no key may count twice.
        """
        heard = self.waiting
        if heard[-1:] in terminators and heard[:-1].endswith(read):
            heard = heard[:-1]
        before = heard.removesuffix(read) if heard.endswith(read) else ""
        self.waiting = begun + before + read
