"""What coverage finds: hours and callers for whom nobody's phone rings, steps that no call comes to, far ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.flow.check import flows_below
from app.flow.coverage.cover import Coverage
from app.flow.coverage.never import never_taken
from app.flow.coverage.periods import ALWAYS, period_words
from app.flow.coverage.reach import Soonest, Step
from app.flow.coverage.ways import Way
from app.flow.phrases import filled
from app.flow.problems import Problem, Severity, warning
from app.flow.prune import references
from app.words import Words

MAX_SECONDS = 60  # callers who have heard no ringing after a minute are mostly gone
MAX_KEYS = 4
MANY_CALLERS = 4  # classes of callers that are named one by one
SYSTEM = ("sys.", "say.")  # begin the ids of the system's own prompts
VOICEMAIL = Words("来电者可以留言", "callers may leave a message")


def coverage_problems(coverage: Coverage) -> Iterator[Problem]:
    """All findings, each at the step where it can be mended."""
    yield from _nobody_rings(coverage)
    yield from never_taken(coverage)
    yield from _far(coverage)
    if not coverage.is_whole:
        yield warning(
            "too_wide",
            "nodes",
            "流程的走法、时段和来电类别太多，没有全部检查",
            "there are too many ways, times and classes of callers: not all of them were looked at",
        )


@dataclass(frozen=True, slots=True)
class _Silence:
    """How a call goes on which nobody's phone rings: where it ends, what is heard, whether a message may be left."""

    step: Step
    heard: tuple[str, ...]
    kept: bool


def _nobody_rings(coverage: Coverage) -> Iterator[Problem]:
    """One finding for each way in which calls end without a phone, and all callers who share it at the same times."""
    callers: dict[tuple[_Silence, int], list[int]] = {}
    for (moment, origin), reached in coverage.worlds.items():
        if not reached.phones and reached.whole:
            silence = _silence(coverage.ways(moment, origin))
            callers.setdefault((silence, moment), []).append(origin)
    moments: dict[tuple[_Silence, tuple[int, ...]], list[int]] = {}
    for (silence, moment), origins in callers.items():
        moments.setdefault((silence, tuple(origins)), []).append(moment)
    for (silence, together), when in moments.items():
        yield _silent(coverage, silence, together, when)


def _silence(ways: Sequence[Way]) -> _Silence:
    """How the call ends of one who presses nothing; else of the first way there is."""
    ended = [way for way in ways if not way.again] or ways
    way = next((way for way in ended if not way.keys), ended[0])
    return _Silence(way.steps[-1], way.heard, way.kept)


def _silent(coverage: Coverage, silence: _Silence, origins: Sequence[int], moments: Sequence[int]) -> Problem:
    """A note where callers are told that it is closed, or what else the company says, or may leave a message.

    That is mostly meant so; that nobody ever answers is not.
    """
    when, who = period_words(coverage.times, moments), _callers(coverage, origins)
    told = [key for key in silence.heard if key == "sys.closed" or not key.startswith(SYSTEM)]
    is_meant = (silence.kept or bool(told)) and when != ALWAYS
    return Problem(
        "nobody_rings",
        place_of(coverage, silence.step),
        filled(
            "{when}{who}没有电话响铃：{what}",
            "{when}{who}: no phone rings; {what}",
            when=when,
            who=who,
            what=what_is_heard(coverage, silence.heard, silence.kept),
        ),
        Severity.NOTE if is_meant else Severity.WARNING,
    )


def _callers(coverage: Coverage, origins: Sequence[int]) -> Words:
    """Which callers, "" for all of them."""
    if len(origins) == len(coverage.callers):
        return Words("", "")
    names = [coverage.callers[origin].words for origin in origins]
    more = len(names) > MANY_CALLERS
    zh, en = ([name[language] for name in names[:MANY_CALLERS]] for language in (0, 1))
    return Words(
        f"，来自「{'、'.join(zh)}」{'等' if more else ''}的来电",
        f", callers of {', '.join(en)}{' …' if more else ''}",
    )


def what_is_heard(coverage: Coverage, heard: Sequence[str], kept: bool) -> Words:
    """What callers hear last when nobody answers them."""
    if kept:
        return VOICEMAIL
    prompts = coverage.explorer.assets.prompts
    prompt = next((prompts[key] for key in reversed(heard) if key in prompts), None)
    if prompt is None:
        return Words("来电者什么也听不到就被挂断", "callers hear nothing and are cut off")
    own = not prompt.id.startswith(SYSTEM)
    zh, en = prompt.text or prompt.name, prompt.in_("en").text or prompt.name
    zh = prompt.name if own and prompt.name else zh
    return Words(f"来电者听到“{zh}”", f"callers hear “{zh if own else en}”")


def _far(coverage: Coverage) -> Iterator[Problem]:
    """The person to whom it takes the longest, and the one to whom most keys lead, when that is too much."""
    soonest = _soonest(reached.people.items() for reached in coverage.worlds.values())
    if not soonest:
        return
    step, way = max(soonest.items(), key=lambda item: item[1].ms)
    if way.ms > MAX_SECONDS * 1000:
        seconds = round(way.ms / 1000)
        yield warning(
            "far_person",
            place_of(coverage, step),
            f"来电者最快也要 {seconds} 秒才听到这里的电话响铃，超过 {MAX_SECONDS} 秒多数人会挂断",
            f"callers hear these phones ring after {seconds} s at the soonest; after {MAX_SECONDS} s most hang up",
        )
    step, way = max(soonest.items(), key=lambda item: item[1].keys)
    if way.keys > MAX_KEYS:
        yield warning(
            "many_keys",
            place_of(coverage, step),
            f"来电者要按 {way.keys} 次键才能转到这里的电话",
            f"callers press {way.keys} keys until these phones ring",
        )


def _soonest(found: Iterable[Iterable[tuple[Step, Soonest]]]) -> dict[Step, Soonest]:
    """The soonest way to each step of all worlds."""
    soonest: dict[Step, Soonest] = {}
    for people in found:
        for step, way in people:
            if step not in soonest or way.ms < soonest[step].ms:
                soonest[step] = way
    return soonest


def place_of(coverage: Coverage, step: Step) -> str:
    """Where a step is in the flow itself: for one of a sub-flow, the step that goes into it; a typed number, its exit."""
    flow, node_id = step
    document = coverage.explorer.snapshot.document
    if flow:
        into = (
            node.id
            for node in document.nodes.values()
            for kind, key in references(node)
            if kind == "flow" and flow in {key, *flows_below(key, coverage.explorer.assets)}
        )
        return f"nodes.{next(into, document.start)}"
    if node_id in document.nodes:
        return f"nodes.{node_id}"
    leading = (
        node.place(f"exits.{name}")
        for node in document.nodes.values()
        for name, target in node.exits.items()
        if target == node_id
    )
    return next(leading, f"nodes.{document.start}")
