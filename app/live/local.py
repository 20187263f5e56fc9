"""What this process's calls hold and wait for, company by company."""

from __future__ import annotations

from collections.abc import Iterator

from app.live.company import PASSING, Company
from app.live.pairing import Lease, Waiter
from app.live.places import QueuePlan

MOST_LAST_PHONES = 10_000


class Local:
    """The model of each company; paused while Redis pairs. Whoever uses it holds the link's lock."""

    def __init__(self) -> None:
        self.companies: dict[int, Company] = {}
        self.last_phones: dict[tuple[int, str], tuple[str, int]] = {}
        self._paused = True

    def of(self, company: int) -> Company:
        if company not in self.companies:
            self.companies[company] = Company()
            self.companies[company].paused = self._paused
        return self.companies[company]

    def go_alone(self, now: int) -> None:
        """Pair what can be paired here."""
        self._pause(False)
        for company in self.companies.values():
            company.match(company.lines, now)

    def join_up(self) -> None:
        """Redis pairs again."""
        self._pause(True)

    def looked(self, company: int, call_id: str, phone: str, now: int) -> None:
        """Redis says which phone it holds for a caller of ours, "" for none."""
        model = self.of(company)
        waiter = model.waiters.get(call_id)
        if not waiter or waiter.phone == phone:
            return
        if waiter.phone:
            model.drop(waiter.phone)
        if phone:
            model.cede(phone, call_id)
            model.step_out(call_id)
            waiter.phone = phone
            model.take(phone, Lease(call_id, waiter.owner, waiter.queue, now))
        else:
            model.line_up(call_id)

    def learn_states(self, company: int, states: dict[str, tuple[str, int]]) -> None:
        """Agents' states as Redis has them."""
        model = self.of(company)
        model.states = states
        for phone, (state, until) in states.items():
            if state in PASSING:
                model.due["phone", phone] = until

    def remember(self, company: int, ani: str, phone: str, ended: int) -> None:
        """The last phone of a caller; of so many callers that memory stays small."""
        self.last_phones.pop((company, ani), None)
        self.last_phones[company, ani] = (phone, ended)
        if len(self.last_phones) > MOST_LAST_PHONES:
            del self.last_phones[next(iter(self.last_phones))]

    def items(self) -> set[str]:
        """All that is ours, written as in keys.HELD."""
        return {f"{number} {item}" for number, company in self.companies.items() for item in _items(company)}

    def take_changed(self) -> set[str]:
        """What changed since this was last asked."""
        changed = {
            f"{number} {item}" for number, company in self.companies.items() for item in company.changed
        }
        for company in self.companies.values():
            company.changed.clear()
        return changed

    def lined(self, company: int, call_id: str) -> str:
        """When a caller is offered a phone: "now", "later", or from so many µs since 1970 on."""
        model = self.of(company)
        if model.lined_up(call_id):
            return "now"
        return str(model.due.get(("call", call_id), "later"))

    def waiter(self, company: int, call_id: str) -> tuple[Waiter, QueuePlan] | None:
        model = self.of(company)
        waiter = model.waiters.get(call_id)
        return (waiter, model.lines[waiter.queue].plan) if waiter else None

    def _pause(self, paused: bool) -> None:
        self._paused = paused
        for company in self.companies.values():
            company.paused = paused


def _items(company: Company) -> Iterator[str]:
    yield from (f"phone {phone}" for phone in company.leases)
    yield from (f"wait {call_id}" for call_id in company.waiters)
    yield from (f"call {call_id}" for call_id in company.calls)
