"""A talk between the caller and a phone, as CHANNEL_BRIDGE and the completion of `bridge` mark it. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Conversation:
    """Times are microseconds since 1970 by FreeSWITCH's clock; `ended_us` is 0 while they talk.

    peer      UUID of the phone's channel
    causes    why each of the phones that rang stopped ringing, as FreeSWITCH says it: "UUID;CAUSE"
    ended_by  "caller", "callee", or "controller" when we hung up; "" while they talk
    """

    peer: str
    began_us: int
    causes: tuple[str, ...] = ()
    ended_us: int = 0
    ended_by: str = ""

    @property
    def talk_ms(self) -> int:
        """How long they talked; 0 while they do."""
        return max(0, self.ended_us - self.began_us) // 1000

    def end(self, at_us: int, by: str) -> None:
        """They stopped. Only the first end counts: a hang-up ends the talk, the completion follows."""
        if not self.ended_by:
            self.ended_us, self.ended_by = at_us or self.began_us, by
