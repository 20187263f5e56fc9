"""What can happen to one company's phones and queues: each method is one script in Redis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.live.pairing import Lease, Pairing, Waiter, score
from app.live.places import QueuePlan
from app.live.rings import Rings

AVAILABLE, BREAK, WRAP_UP, OFFLINE = "available", "break", "wrap_up", "offline"
STATES = (AVAILABLE, BREAK, WRAP_UP, OFFLINE)
REST = "rest"  # after an offer that was not answered; nobody sets it by hand
SIMULTANEOUS = "simultaneous"  # the strategy that rings all free phones for one caller
PASSING = (WRAP_UP, REST)  # end by themselves
KEEP_PHONE, GIVE_UP = "keep phone", "give up"  # ways to leave a queue
MOST_CALLBACKS = 1000  # promised by one company at a time


@dataclass(frozen=True, slots=True)
class Joined:
    """Place in the queue, 0 when it is full, and the score that keeps it."""

    place: int
    score: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """The phone that is held for a caller, else his place and estimated wait in seconds (-1 unknown).

    `staffed`: at least one phone of the queue is not off.
    """

    phone: str = ""
    place: int = 0
    eta_s: int = -1
    staffed: bool = True


class Company(Pairing):
    """All operations; `now` is the caller's clock. What was paired is in `pairs`, to be taken away by the caller."""

    def __init__(self) -> None:
        super().__init__()
        self.missed_of: dict[str, int] = {}
        self.due: dict[tuple[str, str], int] = {}
        self.rings = Rings()

    # Phones

    def hold(
        self, now: int, owner: str, call_id: str, phones: Sequence[str], limit: int = 0
    ) -> frozenset[str] | None:
        """Take those that nobody has; those that this call has already count as taken.

        None, and nothing taken, when more than `limit` would be rung in this minute; 0 when they are not to be rung.
        """
        taken = [phone for phone in phones if self._is_for(call_id, phone)]
        if not self.rings.may_ring(now, len(taken), limit):
            return None
        for phone in taken:
            if phone in self.leases:
                self.leases[phone].owner = owner
            else:
                self.take(phone, Lease(call_id, owner, "", now))
        return frozenset(taken)

    def release(self, now: int, owner: str, call_id: str, phones: Sequence[str]) -> None:
        """Give back those that this call of this controller has; those of a call that another has taken over stay."""
        touched: set[str] = set()
        for phone in phones:
            lease = self.leases.get(phone)
            if lease and (lease.call_id, lease.owner) == (call_id, owner):
                touched |= self.drop(phone)
        self.match(touched, now)

    def gather(self, now: int, owner: str, call_id: str) -> tuple[str, ...]:
        """All phones of a caller who is offered one, that one first: in a simultaneous queue every free one is taken."""
        waiter = self.waiters.get(call_id)
        if waiter is None or not waiter.phone:
            return ()
        line = self.lines[waiter.queue]
        free = self.free(waiter.queue) if line.plan.strategy == SIMULTANEOUS else []
        others = tuple(line.plan.phones[at] for at in free)
        for phone in others:
            self.take(phone, Lease(call_id, owner, waiter.queue, now))
        return (waiter.phone, *others)

    def talked(self, now: int, phone: str, ended: int) -> None:
        """The phone's conversation is over: it is idle since, and has its wrap-up if a queue gave it the call."""
        self.idle_ms[phone] = ended // 1000
        self.missed_of.pop(phone, None)
        lease = self.leases.get(phone)
        line = self.lines.get(lease.queue) if lease else None
        if not lease or not line:
            return
        wrap_up_ms = line.plan.wrap_up_s * 1000
        busy_ms = max(0, now - lease.since) // 1000 + wrap_up_ms
        line.service_ms = (4 * line.service_ms + busy_ms) // 5 if line.service_ms else busy_ms
        if wrap_up_ms and phone not in self.states:
            self.agent(now, phone, WRAP_UP, ended + wrap_up_ms * 1000)

    def agent(self, now: int, phone: str, state: str, until: int = 0) -> None:
        """The phone's state from now on; one of PASSING ends by itself at `until`. Misses in a row go on through a rest."""
        self.changed.add(f"agent {phone}")
        if state != REST:
            self.missed_of.pop(phone, None)
        self.due.pop(("phone", phone), None)
        if state == AVAILABLE:
            self.states.pop(phone, None)
            self.match(self._serves.get(phone, set()), now)
            return
        self.states[phone] = (state, until)
        if state in PASSING:
            self.due["phone", phone] = until

    def missed(self, now: int, phone: str) -> bool:
        """It did not answer the offer of the queue that its lease names. True when that was once too often: it is off now.

        Else it rests, so that the caller, who keeps his place, is offered to the others first.
        """
        lease = self.leases.get(phone)
        line = self.lines.get(lease.queue) if lease else None
        if not line:
            return False
        count = self.missed_of[phone] = self.missed_of.get(phone, 0) + 1
        if 0 < line.plan.max_misses <= count:
            self.agent(now, phone, OFFLINE)
            return True
        if line.plan.rest_s and phone not in self.states:
            self.agent(now, phone, REST, now + line.plan.rest_s * 1_000_000)
        return False

    # Queues

    def join(self, now: int, owner: str, plan: QueuePlan, call_id: str, priority: int) -> Joined:
        """Enter the queue. Who is in it already keeps his place, who is in another leaves that."""
        touched = self.register(plan)
        before = self.waiters.get(call_id)
        if before and before.queue == plan.id:
            before.owner = owner
            if not before.phone and not before.number:
                touched |= self.line_up(call_id)
            place = self.place(call_id)
            self.match(touched, now)
            return Joined(max(1, place), before.score)
        if before:
            touched |= self._remove(call_id)
        if 0 < plan.max_size <= len(self.lines[plan.id].waiting):
            self.match(touched, now)
            return Joined(0)
        waiter = self.waiters[call_id] = Waiter(plan.id, score(priority, now), owner)
        touched |= self.line_up(call_id)
        place = self.place(call_id)
        self.match(touched, now)
        return Joined(place, waiter.score)

    def look(self, now: int, owner: str, call_id: str) -> Looked | None:
        """How the caller stands; a new owner takes him over. None when he is in no queue."""
        waiter = self.waiters.get(call_id)
        if waiter is None:
            return None
        waiter.owner = owner
        if waiter.phone:
            self.leases[waiter.phone].owner = owner
        elif not waiter.number:
            self.match(self.line_up(call_id), now)
        if waiter.phone:
            return Looked(waiter.phone)
        place = self.place(call_id)
        return Looked("", place, self._eta_s(waiter.queue, place), self._is_staffed(waiter.queue))

    def leave(self, now: int, owner: str, call_id: str, how: str = "") -> None:
        """Out of the queue; the phone is free that was held, unless KEEP_PHONE. A promised place stays, unless GIVE_UP.
        So does that of a caller whom another controller has taken over."""
        waiter = self.waiters.get(call_id)
        if waiter is None or waiter.owner != owner or (waiter.number and how != GIVE_UP):
            return
        if how == KEEP_PHONE:
            self._detach(call_id)
        else:
            self.match(self._remove(call_id), now)

    # Call-backs

    def promise(self, now: int, owner: str, call_id: str, number: str, tries: int) -> bool:
        """From now on the place is kept without the caller. False when he is in no queue, or too many were promised."""
        waiter = self.waiters.get(call_id)
        promised = sum(1 for other in self.waiters.values() if other.number)
        if waiter is None or promised >= MOST_CALLBACKS:
            return False
        waiter.owner, waiter.number, waiter.tries = owner, number, tries
        touched = self._release_held(waiter)
        self.match(touched | self.line_up(call_id), now)
        return True

    def redeem(self, now: int, owner: str, call_id: str, new_call: str) -> str:
        """The caller is on the line again: the phone is held for his new call, the promise is kept. "" when it is gone."""
        waiter = self.waiters.get(call_id)
        if waiter is None or not waiter.phone:
            return ""
        phone, waiter.phone = waiter.phone, ""
        self.leases[phone].call_id, self.leases[phone].owner = new_call, owner
        self.match(self._remove(call_id), now)
        return phone

    def retry(self, now: int, call_id: str, pause: int) -> int:
        """He did not answer: the phone is free, and after a pause he is in the line again. Tries left, 0 = given up."""
        waiter = self.waiters.get(call_id)
        if waiter is None or not waiter.number:
            return 0
        touched = self._release_held(waiter)
        self.step_out(call_id)
        waiter.tries -= 1
        if waiter.tries > 0:
            self.due["call", call_id] = now + pause
        else:
            touched |= self._remove(call_id)
        self.match(touched, now)
        return max(0, waiter.tries)

    # Calls at once

    def begin(self, owner: str, call_id: str, limit: int) -> bool:
        """Count the call in. False when the company has `limit` already (0 = no limit)."""
        if call_id not in self.calls and 0 < limit <= len(self.calls):
            return False
        self.calls[call_id] = owner
        self.changed.add(f"call {call_id}")
        return True

    def end(self, owner: str, call_id: str) -> None:
        """Count the call out, unless another controller has taken it over."""
        if self.calls.get(call_id) == owner:
            del self.calls[call_id]
            self.changed.add(f"call {call_id}")

    # Time and death

    def tick(self, now: int) -> None:
        """Wrap-ups and rests that are over, call-backs whose pause is over."""
        touched: set[str] = set()
        for kind, name in [key for key, at in self.due.items() if at <= now]:
            del self.due[kind, name]
            if kind == "phone":
                self.states.pop(name, None)
                touched |= self._serves.get(name, set())
            elif name in self.waiters and not self.waiters[name].phone:
                touched |= self.line_up(name)
        self.match(touched, now)

    def give_back(self, now: int, dead: str, heir: str) -> None:
        """All that a dead controller held is free; the call-backs that it owed are the heir's."""
        touched: set[str] = set()
        for call_id in [call_id for call_id, waiter in self.waiters.items() if waiter.owner == dead]:
            if self.waiters[call_id].number:
                self.waiters[call_id].owner = heir
            else:
                self._detach(call_id)
        for phone in [phone for phone, lease in self.leases.items() if lease.owner == dead]:
            call_id = self.leases[phone].call_id
            waiter = self.waiters.get(call_id)
            offered = waiter and waiter.phone == phone
            touched |= self.drop(phone)
            if offered:
                touched |= self.line_up(call_id)
        self.calls = {call_id: owner for call_id, owner in self.calls.items() if owner != dead}
        self.match(touched, now)

    def _is_for(self, call_id: str, phone: str) -> bool:
        return phone not in self.leases or self.leases[phone].call_id == call_id

    def _remove(self, call_id: str) -> set[str]:
        touched = self._release_held(self.waiters[call_id])
        self._detach(call_id)
        return touched

    def _detach(self, call_id: str) -> None:
        self.step_out(call_id)
        self.due.pop(("call", call_id), None)
        del self.waiters[call_id]

    def _release_held(self, waiter: Waiter) -> set[str]:
        return set(self.drop(waiter.phone)) if waiter.phone else set()

    def _is_staffed(self, queue: str) -> bool:
        return any(
            self.states.get(phone, (AVAILABLE,))[0] != OFFLINE for phone in self.lines[queue].plan.phones
        )

    def _eta_s(self, queue: str, place: int) -> int:
        """From how long phones were busy with a caller lately, and how many of them are on duty."""
        line = self.lines[queue]
        on_duty = sum(
            1
            for phone in line.plan.phones
            if self.states.get(phone, (AVAILABLE,))[0] in (AVAILABLE, *PASSING)
        )
        if not line.service_ms or not on_duty or not place:
            return -1
        return -(-line.service_ms * place // (on_duty * 1000))
