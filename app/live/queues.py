"""Waiting for a free phone."""

from __future__ import annotations

from dataclasses import replace

from app.live.company import KEEP_PHONE, Company, Joined, Looked
from app.live.link import Link, Wake
from app.live.pairing import Lease
from app.live.places import JoinedPlace, Offer, Place, QueuePlan


class Queues:
    """Part of `Shared`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def join(
        self, company: int, queue: QueuePlan, call_id: str, priority: int = 0, caller: str = ""
    ) -> JoinedPlace:
        """Enter a queue, behind those of the same or a higher priority (0 to 99). From now on a phone may be offered.

        `caller` as for `acquire`.
        """
        link = self._link

        def settle(here: Company, joined: Joined) -> None:
            if not joined.place:
                here.leave(link.now(), link.controller, call_id)
            elif call_id in here.waiters:
                here.rescore(call_id, joined.score)

        joined = link.do(
            company,
            lambda here: here.join(link.now(), link.controller, queue, call_id, priority),
            lambda there: there.join(
                company, link.script_now(), link.controller, queue, call_id, priority, caller
            ),
            settle,
        )
        return JoinedPlace(joined.place, full=joined.place == 0)

    def wait(self, company: int, queue: QueuePlan, call_id: str, seconds: float, wake: Wake) -> Offer | Place:
        """Until a phone is held for the caller, somebody sets `wake`, or the time is up.

        `wake` is clear when this is called; it is set for an offer too. A caller of a controller that died, or
        that Redis forgot, is taken over here: with his place as long as it is known.
        """
        link = self._link
        told = link.expect(call_id, wake)
        try:
            offer = self._stands(company, queue, call_id)
            if offer is None and not told:
                wake.wait(seconds)
            return offer or self._look(company, call_id)
        finally:
            link.expect_no_more(call_id)

    def gather(self, company: int, call_id: str) -> tuple[str, ...]:
        """All phones that are held for a caller who is offered one, that one first.

        In a queue that rings them all at once that is, from now on, every phone of it that is free.
        """
        link = self._link

        def settle(here: Company, held: tuple[str, ...]) -> None:
            mine = [phone for phone, lease in here.leases.items() if lease.call_id == call_id]
            here.release(link.now(), link.controller, call_id, [phone for phone in mine if phone not in held])
            waiter = here.waiters.get(call_id)
            for phone in held:
                here.cede(phone, call_id)
                if waiter and phone not in here.leases:
                    here.take(phone, Lease(call_id, link.controller, waiter.queue, link.now()))

        return link.do(
            company,
            lambda here: here.gather(link.now(), link.controller, call_id),
            lambda there: there.gather(company, link.script_now(), link.controller, call_id),
            settle,
        )

    def leave(self, company: int, queue: str, call_id: str, why: str) -> None:
        """Out of the queue, and the phone that was offered is free unless it `answered`. A promised place stays."""
        del queue  # a caller is in one at most
        link, how = self._link, KEEP_PHONE if why == "answered" else ""
        link.forget(call_id)
        link.do(
            company,
            lambda here: here.leave(link.now(), link.controller, call_id, how),
            lambda there: there.leave(company, link.script_now(), link.controller, call_id, how),
        )

    def _stands(self, company: int, plan: QueuePlan, call_id: str) -> Offer | None:
        """Put the caller in his place if he is not; the phone that is held for him already."""
        with self._link.lock:
            here = self._link.local.of(company)
            waiter = here.waiters.get(call_id)
            if waiter and waiter.phone:
                return Offer(waiter.phone)
            if waiter and here.lined_up(call_id):
                return None
        if waiter is None:
            self.join(company, replace(plan, max_size=0), call_id)
        stands = self._look(company, call_id)
        return stands if isinstance(stands, Offer) else None

    def _look(self, company: int, call_id: str) -> Offer | Place:
        link = self._link

        def settle(here: Company, looked: Looked | None) -> None:
            if looked:
                link.local.looked(company, call_id, looked.phone, link.now())

        looked = link.do(
            company,
            lambda here: here.look(link.now(), link.controller, call_id),
            lambda there: there.look(company, link.script_now(), link.controller, call_id),
            settle,
        )
        if looked and looked.phone:
            return Offer(looked.phone)
        if looked:
            return Place(looked.place, looked.eta_s, looked.staffed)
        with link.lock:  # Redis forgot him; the next heartbeat tells it again
            here = link.local.of(company)
            return Place(here.place(call_id) if call_id in here.waiters else 0)
