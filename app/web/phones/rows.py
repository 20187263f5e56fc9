"""The rows of the list of phones: who, where, how it is now, what is missing; searched and filtered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.routing import regions
from app.routing.mobiles import is_virtual
from app.routing.number_kinds import Kind, kind_of
from app.routing.numbers import normalise
from app.routing.regions import Region
from app.store import phones as store
from app.store import proofs
from app.store.models import HuntGroup, Phone, PhoneProof
from app.web.board.now import AVAILABLE, Seat
from app.web.board.views import present
from app.web.session import company
from app.web.texts import later

FREE, BUSY, AWAY, UNPROVEN, DOUBTFUL = "free", "busy", "away", "unproven", "doubtful"
FILTERS = {
    "": later("全部"),
    FREE: later("空闲"),
    BUSY: later("占用中"),
    AWAY: later("不在岗"),
    UNPROVEN: later("缺实名凭证"),
    DOUBTFUL: later("号码有疑问"),
}
MAX_SEARCH = 40


@dataclass(frozen=True, slots=True)
class Row:
    """A phone with all that the list shows; `seat` is None while the live service is away.

    missed  when it last rang out unanswered
    """

    phone: Phone
    region: Region | None
    groups: tuple[HuntGroup, ...]
    seat: Seat | None
    proof: PhoneProof | None
    missed: datetime | None

    @property
    def doubts(self) -> tuple[str, ...]:
        """What carriers hardly accept behind a 400 number: "virtual" and "freephone"."""
        found = {
            "virtual": is_virtual(self.phone.number),
            "freephone": kind_of(self.phone.number) is Kind.FREEPHONE,
        }
        return tuple(name for name, holds in found.items() if holds)

    @property
    def proof_state(self) -> str:
        return self.proof.state if self.proof else "none"

    def is_shown(self, show: str) -> bool:
        """Whether a filter keeps it."""
        state = self.seat.state if self.seat else ""
        return {
            FREE: bool(self.seat and self.seat.is_free),
            BUSY: bool(self.seat and self.seat.is_busy),
            AWAY: state not in ("", AVAILABLE),
            UNPROVEN: self.proof_state in ("none", "refused"),
            DOUBTFUL: bool(self.doubts),
        }.get(show, True)

    def has(self, text: str) -> bool:
        """Whether its name, number, extension or a group holds the text."""
        digits = normalise(text)
        names = (self.phone.name, self.phone.number, self.phone.extension, *(g.name for g in self.groups))
        return any(text.lower() in name.lower() for name in names) or bool(
            digits and digits in self.phone.number
        )


def every() -> list[Row]:
    """All phones of the company, in a few questions however many they are."""
    here = company()
    board = present({})
    seats = {seat.phone.id: seat for seat in board.seats} if board else {}
    inside, papers, missed = store.groups_of_all(here), proofs.every(here), store.last_missed(here)
    return [
        Row(
            phone,
            regions.lookup(phone.number),
            tuple(inside.get(phone.id, ())),
            seats.get(phone.id),
            papers.get(phone.id),
            missed.get(phone.slug) or missed.get(phone.number),
        )
        for phone in store.every(here)
    ]


def chosen(rows: Iterable[Row], search: str, show: str) -> list[Row]:
    return [row for row in rows if row.is_shown(show) and (not search or row.has(search))]
