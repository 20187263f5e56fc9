"""The classes of callers that a flow tells apart: by where they are from, and by the lists they are on."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.flow.nodes.base import Outlook
from app.flow.snapshot import Assets
from app.routing.areas import every, provinces
from app.routing.mobiles import CARRIERS
from app.routing.regions import Region
from app.words import Words

EVERYBODY, NOBODY_SPECIAL = Words("所有来电", "All callers"), Words("", "")
ELSEWHERE, OTHERS = Words("其他地区", "Elsewhere"), Words("其他来电", "Everybody else")
UNKNOWN, WITHHELD = Words("不知道归属地", "Region not known"), Words("没有显示号码", "Number withheld")
ORDINARY = tuple(
    f"1{first}{rest}" for rest in ("0013800", "9128475") for first in ("380", "591", "866", "777")
)
"""Numbers of which one is on no list, as far as lists leave any."""
ABROAD = "0085291234567"


@dataclass(frozen=True, slots=True)
class Origin:
    """A caller who stands for all that the flow treats alike; `ani` "" when withheld, `region` None when not known."""

    words: Words
    ani: str
    region: Region | None


class Treatment(Protocol):
    """How the flow treats callers, for which it looks at them."""

    def of(self, origin: Origin) -> Hashable:
        """What it does with a caller: two for whom this is the same are treated alike."""

    def names(self, origin: Origin, usual: Origin) -> Sequence[Words]:
        """What the flow calls such callers, where it treats them in another way than the usual ones; rows by their name.

        An origin that has words has been named already: only rows are added.
        """


def origins(outlooks: Sequence[Outlook], assets: Assets, treatment: Treatment) -> tuple[Origin, ...]:
    """The classes of callers, those of no special place first."""
    usual, *special = _candidates(outlooks, assets)
    found: dict[Hashable, Origin] = {treatment.of(usual): usual}
    for origin in special:
        found.setdefault(treatment.of(origin), origin)
    if len(found) == 1:
        return (replace(usual, words=EVERYBODY),)
    elsewhere = ELSEWHERE if any(outlook.places for outlook in outlooks) else OTHERS
    others = (
        replace(origin, words=_joined([origin.words, *treatment.names(origin, usual)]))
        for origin in list(found.values())[1:]
    )
    return (replace(usual, words=elsewhere), *others)


def _joined(words: Sequence[Words]) -> Words:
    """Those that say something, each once."""
    said = [each for each in dict.fromkeys(words) if each.zh]
    return Words(" · ".join(each.zh for each in said), " · ".join(each.en for each in said))


def _candidates(outlooks: Sequence[Outlook], assets: Assets) -> Iterator[Origin]:
    """Callers among whom there is one for each class; the first is from no special place and on no list."""
    ordinary = _ordinary(assets)
    named = frozenset(place for outlook in outlooks for place in outlook.places)
    listed = dict(caller for outlook in outlooks for caller in outlook.callers)
    regions = list(_regions(named))
    yield from (Origin(NOBODY_SPECIAL, ordinary, region) for region in regions)
    for ani, name in listed.items():
        yield from (Origin(Words(name, name), ani, region) for region in regions)
    yield Origin(UNKNOWN, ABROAD, None)
    yield Origin(WITHHELD, "", None)


def _regions(named: frozenset[str]) -> Iterator[Region]:
    """Regions that differ in what of them is named; the first is one of which nothing is."""
    carriers = ("", *(carrier for carrier in CARRIERS if carrier in named))
    seen: dict[frozenset[str], Region] = {}
    for area in every():
        city = "" if area.city in provinces() and area.city != area.province else area.city
        seen.setdefault(
            named & {area.province, city, area.code}, Region(area.province, area.city, "", area.code)
        )
    for _, region in sorted(seen.items(), key=lambda item: len(item[0])):
        yield from (region._replace(carrier=carrier) for carrier in carriers)


def _ordinary(assets: Assets) -> str:
    ours = {phone.number for phone in assets.phones.values()}
    free = (
        ani
        for ani in ORDINARY
        if ani not in ours and not any(callers.holds(ani, None) for callers in assets.lists.values())
    )
    return next(free, ORDINARY[0])
