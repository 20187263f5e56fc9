"""What a caller hears of trouble: how long there was nothing at all to hear."""

from __future__ import annotations


class Hearing:
    """The silences of one call: (begin, length) in the clock's seconds, those that are over.

    Silence is whatever is neither sound, question, recording, ringing nor talk; before the first of them, too.
    """

    def __init__(self, now: float) -> None:
        self.silences: list[tuple[float, float]] = []
        self._silent_since: float | None = now

    def note(self, silent: bool, now: float) -> None:
        """From `now` on the caller hears nothing, or something again."""
        if not silent and self._silent_since is not None:
            self.silences.append((self._silent_since, now - self._silent_since))
            self._silent_since = None
        elif silent and self._silent_since is None:
            self._silent_since = now

    def longest_s(self, since: float = 0.0) -> float:
        """The longest silence that lasted beyond `since`."""
        return max((length for began, length in self.silences if began + length >= since), default=0.0)
