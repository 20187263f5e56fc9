"""The classes of callers that a flow tells apart: by where they are from, and by the lists they are on."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from app.flow.nodes.base import Outlook
from app.flow.snapshot import Assets
from app.routing.areas import every, provinces
from app.routing.mobiles import CARRIERS
from app.routing.regions import Region
from app.words import Words

EVERYBODY, ELSEWHERE = Words("所有来电", "All callers"), Words("其他地区", "Elsewhere")
UNKNOWN, WITHHELD = Words("不知道归属地", "Region not known"), Words("没有显示号码", "Number withheld")
ORDINARY = tuple(
    f"1{first}{rest}" for rest in ("0013800", "9128475") for first in ("380", "591", "866", "777")
)
"""Numbers of which one is on no list, as far as lists leave any."""
ABROAD = "0085291234567"
MAX_ORIGINS = 60


@dataclass(frozen=True, slots=True)
class Origin:
    """A caller who stands for all that the flow treats alike; `ani` "" when withheld, `region` None when not known."""

    words: Words
    ani: str
    region: Region | None


def origins(
    outlooks: Sequence[Outlook], assets: Assets, treated: Callable[[Origin], tuple[Hashable, Words | None]]
) -> tuple[Origin, ...]:
    """The classes of callers, at most MAX_ORIGINS, those of no special place first.

    `treated` tells how the flow treats a caller, and what the flow itself calls such callers.
    """
    usual, *special = _candidates(outlooks, assets)
    if not any(outlook.by_caller for outlook in outlooks):
        return (Origin(EVERYBODY, usual.ani, usual.region),)
    found: dict[Hashable, Origin] = {}
    for origin in (usual, *special):
        how, words = treated(origin)
        listed = origin.words if origin.words != ELSEWHERE else None
        found.setdefault(how, Origin(_named(listed, words), origin.ani, origin.region))
    if len(found) == 1:
        return (Origin(EVERYBODY, usual.ani, usual.region),)
    return tuple(found.values())[:MAX_ORIGINS]


def _named(listed: Words | None, place: Words | None) -> Words:
    both = [words for words in (listed, place) if words]
    if not both:
        return ELSEWHERE
    return Words(" · ".join(words.zh for words in both), " · ".join(words.en for words in both))


def _candidates(outlooks: Sequence[Outlook], assets: Assets) -> Iterator[Origin]:
    """Callers among whom there is one for each class; the first is from no special place and on no list."""
    ordinary = _ordinary(assets)
    named = frozenset(place for outlook in outlooks for place in outlook.places)
    listed = dict(caller for outlook in outlooks for caller in outlook.callers)
    regions = list(_regions(named))
    yield Origin(ELSEWHERE, ordinary, regions[0])
    yield from (Origin(ELSEWHERE, ordinary, region) for region in regions[1:])
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
