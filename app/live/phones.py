"""Which call has which phone, since when phones are idle, whom a caller talked to last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from app.live.company import Company
from app.live.link import Link


class Phones:
    """Part of `Shared`."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def acquire(self, company: int, call_id: str, phones: Sequence[str], caller: str = "") -> frozenset[str]:
        """Take phones for a call; those taken now. Those that it has already count as taken.

        `caller` tells the board whose call it is, "<caller's number>/<400 number>"; "" when that was said before.
        """
        return self._hold(company, call_id, phones, caller, 0) or frozenset()

    def ring(
        self, company: int, call_id: str, phones: Sequence[str], caller: str = "", limit: int = 0
    ) -> frozenset[str] | None:
        """The same for phones that are rung now: None when the company would ring more than `limit` in this minute.

        Then none is taken; those that the call had are to be released all the same. 0 is no limit.
        """
        return self._hold(company, call_id, phones, caller, limit)

    def _hold(
        self, company: int, call_id: str, phones: Sequence[str], caller: str, limit: int
    ) -> frozenset[str] | None:
        link = self._link

        def settle(here: Company, theirs: frozenset[str] | None) -> None:
            taken = theirs or frozenset()
            here.release(
                link.now(), link.controller, call_id, [phone for phone in phones if phone not in taken]
            )
            for phone in taken:
                here.cede(phone, call_id)
            here.hold(link.now(), link.controller, call_id, sorted(taken))

        return link.do(
            company,
            lambda here: here.hold(link.now(), link.controller, call_id, phones, limit),
            lambda there: there.hold(
                company, link.script_now(), link.controller, call_id, phones, limit, caller
            ),
            settle,
        )

    def over_limit_at(self, company: int) -> datetime | None:
        """When the company was last refused to ring a phone because of its limit, within a day."""
        link = self._link
        at = link.read(
            lambda there: there.refused_at(company), lambda: link.local.of(company).rings.refused_at
        )
        return datetime.fromtimestamp(at / 1_000_000, UTC) if at else None

    def release(self, company: int, call_id: str, phones: Sequence[str]) -> None:
        """Give phones back; `talked` comes before it. The other controllers hear of it a moment later; see `flush`."""
        link = self._link
        link.do(
            company,
            lambda here: here.release(link.now(), link.controller, call_id, phones),
            lambda there: there.release(company, link.script_now(), link.controller, call_id, phones),
        )

    def talked(self, company: int, phone: str, ani: str, ended: datetime) -> None:
        """A conversation is over: since when the phone is idle, and whom the caller talked to. Before `release`."""
        link, at = self._link, round(ended.timestamp() * 1_000_000)

        def talked(here: Company) -> None:
            if ani:
                link.local.remember(company, ani, phone, at)
            here.talked(link.now(), phone, at)

        link.do(
            company,
            talked,
            lambda there: there.talked(company, link.script_now(), phone, at, ani),
        )

    def rank_idle(self, company: int, phones: Sequence[str]) -> tuple[str, ...]:
        """By how long they have not talked, longest first; those that never did come before, in the order given."""
        link = self._link
        idle_ms = link.read(
            lambda there: there.idle_ms(company, phones) if phones else [],
            lambda: [link.local.of(company).idle_ms.get(phone, 0) for phone in phones],
        )
        since = dict(zip(phones, idle_ms, strict=True))
        return tuple(sorted(phones, key=since.__getitem__))

    def last_phone(self, company: int, ani: str, days: int) -> str:
        """The phone that this caller talked to last, within so many days; "" for none."""
        link = self._link
        phone, ended = link.read(
            lambda there: there.last_phone(company, ani),
            lambda: link.local.last_phones.get((company, ani), ("", 0)),
        )
        return phone if ended >= link.now() - days * 86_400_000_000 else ""
