"""How long to wait before a process that ended is started again."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Backoff:
    """Doubling pauses for a process that keeps ending; one that lived `calm_s` begins anew. All in seconds."""

    first_s: float = 0.5
    longest_s: float = 30.0
    calm_s: float = 60.0
    _next_s: float = 0.0

    def pause_s(self, lived_s: float) -> float:
        """The pause after a process that lived so long."""
        if lived_s >= self.calm_s or not self._next_s:
            self._next_s = self.first_s
        pause_s, self._next_s = self._next_s, min(self._next_s * 2, self.longest_s)
        return pause_s
