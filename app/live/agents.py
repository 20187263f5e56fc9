"""How the people at the phones are: available, on a break, busy with what a call left them, away."""

from __future__ import annotations

from datetime import UTC, datetime

from app.live.company import STATES
from app.live.link import Link
from app.live.places import AgentState


class Agents:
    """Part of `Shared`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def set_agent(self, company: int, phone: str, state: str, until: datetime | None = None) -> None:
        """available, break, wrap_up (ends by itself at `until`) or offline. ValueError for any other."""
        if state not in STATES:
            raise ValueError(f"{state!r} is no state of an agent")
        link, at = self._link, round(until.timestamp() * 1_000_000) if until else 0
        link.do(
            company,
            lambda here: here.agent(link.now(), phone, state, at),
            lambda there: there.agent(company, link.script_now(), phone, state, at),
        )

    def agents(self, company: int) -> dict[str, AgentState]:
        """The phones that are not simply available."""
        link = self._link
        states = link.read(lambda there: there.states(company), lambda: dict(link.local.of(company).states))
        return {
            phone: AgentState(state, datetime.fromtimestamp(until / 1_000_000, UTC) if until else None)
            for phone, (state, until) in states.items()
        }

    def unanswered(self, company: int, phone: str) -> bool:
        """An offer was not answered. True when that was once too often in a row and the phone is offline now."""
        link = self._link
        return link.do(
            company,
            lambda here: here.missed(link.now(), phone),
            lambda there: there.missed(company, link.script_now(), phone),
        )
