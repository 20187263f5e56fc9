"""What calls share while they live: who has which phone, who waits where, how agents are.

Every call takes at most a fraction of a second and works without Redis too, within this process. For greenlets and
threads alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis import Redis

from app.live import board
from app.live.agents import Agents
from app.live.callbacks import Callbacks
from app.live.link import Link
from app.live.membership import Membership
from app.live.phones import Phones


class Shared(Phones, Callbacks, Agents):
    """The façade for one process, `controller` its name, unique among all and without blanks.

    `run` keeps it joined up with the others; without it nothing expires and no offer arrives. `clock` is for tests:
    microseconds since 1970 instead of Redis's time.
    """

    def __init__(self, redis: Redis, controller: str, clock: Callable[[], int] | None = None) -> None:
        self._link = Link(redis, controller, clock)
        self._membership = Membership(self._link)

    def run(self) -> None:
        """Heartbeat, offers, giving back what dead controllers held: until `stop`, in a greenlet or thread of its own."""
        self._membership.run()

    def stop(self) -> None:
        """Let `run` return, within a second."""
        self._membership.stop()

    @property
    def alone(self) -> bool:
        """Whether Redis is away, as far as this process has noticed."""
        return self._link.alone

    def flush(self) -> None:
        """Wait until the others can know what was told: phones given back, conversations and calls that ended."""
        link = self._link
        link.read(lambda there: there.flush(), lambda: None)

    def touch(self) -> None:
        """One heartbeat for all that this process holds; `run` does it every second."""
        self._membership.touch()

    def may_begin(self, company: int, call_id: str, limit: int) -> bool:
        """Count a call in. False when the company has `limit` live calls already (0 = no limit)."""
        link = self._link
        return link.do(
            company,
            lambda here: here.begin(link.controller, call_id, limit),
            lambda there: there.begin(company, link.script_now(), link.controller, call_id, limit),
            lambda here, may: None if may else here.end(link.controller, call_id),
        )

    def ended(self, company: int, call_id: str) -> None:
        """The call is over: whatever it still had is given back."""
        link = self._link
        with link.lock:
            here = link.local.of(company)
            phones = [phone for phone, lease in here.leases.items() if lease.call_id == call_id]
            waits, counts = call_id in here.waiters, call_id in here.calls
        if waits:
            self.leave(company, "", call_id, "abandoned")
        if phones:
            self.release(company, call_id, phones)
        if not counts:
            return  # nobody limits this company's calls: there is nothing to count out
        link.do(
            company,
            lambda here: here.end(link.controller, call_id),
            lambda there: there.end(company, link.script_now(), link.controller, call_id),
        )

    def keep_state(self, call_id: str, text: str) -> None:
        """Keep the state of a call that is too long for its channel."""
        self._link.tell(lambda there: there.keep_state(call_id, text))

    def kept_state(self, call_id: str) -> str:
        """The state that was kept for a call; "" when none is, or Redis is away."""
        return self._link.read(lambda there: there.kept_state(call_id), str)

    def board(self, company: int) -> dict[str, Any]:
        """Queues, phones and live calls of a company, as the console shows them; see board.py."""
        link = self._link
        return link.read(
            lambda there: board.of_redis(there.redis, company),
            lambda: board.of_model(link.local.of(company)),
        )
