"""Places that are kept for callers who hung up, and what to do when their turn comes."""

from __future__ import annotations

import time
from contextlib import suppress
from queue import Empty

from app.live.places import Callback, Offer
from app.live.queues import Queues

MOST_CLAIMS = 50  # handed out at a time


class Callbacks(Queues):
    """Part of `Shared`."""

    def promise(self, company: int, queue: str, call_id: str, number: str, tries: int) -> bool:
        """Keep the caller's place when he hangs up. False when he is in no queue or the company owes too many."""
        del queue
        link = self._link
        if not number or tries < 1:
            return False
        return link.do(
            company,
            lambda here: here.promise(link.now(), link.controller, call_id, number, tries),
            lambda there: there.promise(company, link.script_now(), link.controller, call_id, number, tries),
        )

    def due_callbacks(self, seconds: float) -> tuple[Callback, ...]:
        """Promises of this controller whose turn has come, a phone held for each; waits for the first so long.

        Each is to be ended by `redeem` or `retry`."""
        deadline = time.monotonic() + seconds
        while True:
            left = deadline - time.monotonic()
            claims = tuple(claim for claim in self._told(max(0.0, left)) if self._take(claim))
            if claims or left <= 0:
                return claims

    def _told(self, seconds: float) -> list[Callback]:
        told: list[Callback] = []
        with suppress(Empty):
            told.append(self._link.callbacks.get(timeout=seconds))
            while len(told) < MOST_CLAIMS:
                told.append(self._link.callbacks.get_nowait())
        return told

    def _take(self, claim: Callback) -> bool:
        """Whether it is to be carried out: a phone is still held for it, and nobody is about it already."""
        key = (claim.company, claim.call_id)
        firm = self._look(*key) == Offer(claim.phone) and key not in self._link.claimed
        if firm:
            self._link.claimed.add(key)
        return firm

    def redeem(self, company: int, call_id: str, new_call: str) -> str:
        """The caller answered the call-back: the phone is held for the new call now. "" when it is gone."""
        link = self._link
        link.claimed.discard((company, call_id))
        return link.do(
            company,
            lambda here: here.redeem(link.now(), link.controller, call_id, new_call),
            lambda there: there.redeem(company, link.script_now(), link.controller, call_id, new_call),
        )

    def retry(self, company: int, call_id: str, pause_s: int) -> int:
        """He did not answer: the phone is free, his turn comes again after a pause. Tries left, 0 = given up."""
        link, pause = self._link, pause_s * 1_000_000
        link.claimed.discard((company, call_id))
        return link.do(
            company,
            lambda here: here.retry(link.now(), call_id, pause),
            lambda there: there.retry(company, link.script_now(), link.controller, call_id, pause),
        )
