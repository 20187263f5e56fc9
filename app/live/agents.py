"""How the people at the phones are: available, on a break, busy with what a call left them, away."""

from __future__ import annotations

from datetime import UTC, datetime

from app.live.company import AVAILABLE, STATES
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

    def agent_state(self, company: int, phone: str) -> str:
        """How one phone is: one of STATES, or rest."""
        link = self._link
        state, _ = link.read(
            lambda there: there.state(company, phone),
            lambda: link.local.of(company).states.get(phone, (AVAILABLE, 0)),
        )
        return state

    def agents(self, company: int) -> dict[str, AgentState]:
        """The phones that are not simply available; those that rest after a miss among them."""
        link = self._link
        states = link.read(lambda there: there.states(company), lambda: dict(link.local.of(company).states))
        return {
            phone: AgentState(state, datetime.fromtimestamp(until / 1_000_000, UTC) if until else None)
            for phone, (state, until) in states.items()
        }

    def unanswered(self, company: int, phone: str) -> bool:
        """The offer of a queue was not answered: the phone rests. Before `release`.

        True when that was once too often in a row and it is offline now.
        """
        link = self._link
        return link.do(
            company,
            lambda here: here.missed(link.now(), phone),
            lambda there: there.missed(company, link.script_now(), phone),
        )
