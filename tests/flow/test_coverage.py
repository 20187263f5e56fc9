"""Coverage says what calls do: who rings at which hour, for whom, on which way; and nothing else than what calls do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest

from app.flow.commands import Command, Dial, Hangup
from app.flow.coverage.cover import MAX_WORLDS, Coverage, cover
from app.flow.coverage.explore import Spot
from app.flow.coverage.periods import period_words
from app.flow.coverage.problems import coverage_problems
from app.flow.coverage.ways import Way
from app.flow.interpreter import Walk, replay
from app.flow.outcomes import Outcome
from app.flow.snapshot import Assets, Group, Prompt
from app.routing import opening_hours
from app.routing.areas import provinces
from tests.flow.company import ASSETS, FLOW, company_with, flow_of, snapshot_of
from tests.flow.random_flows import World, random_snapshot, walk_at_random

TODAY = date(2026, 11, 23)
OPEN = 10 * 60
FLOWS = 600
CALLS = 12


def coverage_of(data: dict[str, Any] | None = None, assets: Assets = ASSETS) -> Coverage:
    return cover(snapshot_of(data, assets), TODAY)


def at(coverage: Coverage, day: str, minute: int, caller: int = 0) -> tuple[Way, ...]:
    return coverage.ways(coverage.times.moment_at(day, minute), caller)


def codes(coverage: Coverage) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in coverage_problems(coverage)]


def shown(way: Way) -> list[tuple[tuple[str, ...], int, int]]:
    return [(rung.phones, rung.after_ms // 1000, rung.for_s) for step in way.ringing for rung in step.rounds]


class TestWays:
    def test_phones_ring_in_order_each_for_its_time(self) -> None:
        pressed_1 = next(way for way in at(coverage_of(), "mon", OPEN) if way.choices[0].pressed == ("1",))
        assert shown(pressed_1) == [
            (("desk",), 4, 15),
            (("sales1",), 19, 15),
            (("care1",), 34, 20),
            (("care2",), 54, 20),
        ]
        assert [step.any_order for step in pressed_1.ringing] == [False, True]
        assert pressed_1.heard == ("sys.unanswered",)

    def test_who_presses_nothing_hears_the_prompt_twice(self) -> None:
        silent = next(way for way in at(coverage_of(), "mon", OPEN) if way.choices[0].pressed == ("",))
        assert silent.first_ms == 2 * (4000 + 5000)

    def test_at_night_nobody_rings(self) -> None:
        (way,) = at(coverage_of(), "mon", 20 * 60)
        assert way.ringing == ()
        assert way.heard == ("closed",)

    def test_keys_that_lead_the_same_way_are_one_way(self) -> None:
        data = flow_of(
            a={"kind": "menu", "prompt": "welcome", "exits": dict.fromkeys("12", "b")},
            b={"kind": "hunt", "group": "care"},
        )
        assert [way.choices[0].pressed for way in at(coverage_of(data), "mon", OPEN)] == [("",), ("1", "2")]

    def test_a_way_that_leads_back_is_told_once(self) -> None:
        data = flow_of(
            a={"kind": "menu", "prompt": "welcome", "exits": {"1": "b", "no_key": "a"}},
            b={"kind": "hunt", "group": "care", "exits": {"no_answer": "a"}},
        )
        assert all(way.again for way in at(coverage_of(data), "mon", OPEN))

    def test_a_queue_waits_for_any_of_its_phones(self) -> None:
        data = flow_of(
            a={"kind": "queue", "queue": "care", "max_wait_s": 60, "exits": {"timeout": "b"}},
            b={"kind": "voicemail"},
        )
        (way,) = at(coverage_of(data), "mon", OPEN)
        assert [(rung.phones, rung.waiting) for step in way.ringing for rung in step.rounds] == [
            (("care1", "care2"), True)
        ]
        assert way.kept

    def test_the_ways_of_a_sub_flow_come_back(self) -> None:
        data = flow_of(
            a={"kind": "subflow", "flow": "service", "exits": {"returned_2": "b"}},
            b={"kind": "hunt", "group": "sales"},
        )
        second = next(way for way in at(coverage_of(data), "mon", OPEN) if way.choices[0].pressed == ("3",))
        assert second.steps == (("", "a"), ("service", "ask"), ("service", "second"), ("", "a"), ("", "b"))

    def test_passwords_are_not_shown(self) -> None:
        data = flow_of(
            a={"kind": "password", "prompt": "password", "password": "2468", "exits": {"right": "b"}},
            b={"kind": "hunt", "group": "care"},
        )
        assert "2468" not in str([way.choices for way in at(coverage_of(data), "mon", OPEN)])


class TestDays:
    def test_each_weekday_is_an_ordinary_one(self) -> None:
        days = coverage_of().times.days
        assert [day.code for day in days] == ["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday"]
        assert [day.date.weekday() for day in days[:7]] == list(range(7))

    def test_hours_that_keep_holidays_have_make_up_days(self) -> None:
        data = flow_of(
            a={"kind": "schedule", "hours": "civil", "exits": {"open": "b"}},
            b={"kind": "hunt", "group": "care"},
        )
        coverage = coverage_of(data)
        assert coverage.times.days[-1].code == "make_up"
        assert at(coverage, "make_up", OPEN)[0].ringing
        assert not at(coverage, "holiday", OPEN)[0].ringing

    def test_dates_of_the_company_have_columns_of_their_own_one_for_those_alike(self) -> None:
        closures = ["2026-12-24", "2026-12-25"]
        coverage = coverage_of(None, company_with(closures=closures))
        assert coverage.times.days[-1].words.zh == "12月24日 等"
        assert not at(coverage, "2026-12-24", OPEN)[0].ringing
        assert at(coverage, "thu", OPEN)[-1].ringing

    def test_hours_end_to_the_minute(self) -> None:
        coverage = coverage_of()
        assert at(coverage, "fri", 17 * 60 + 59)[0].ringing
        assert not at(coverage, "fri", 18 * 60)[0].ringing

    def test_saturdays_night_shift_ends_on_sunday(self) -> None:
        night = opening_hours.read("office", "夜班", {"weekly": {"sat": ["22:00-02:00"]}})
        coverage = coverage_of(None, replace(ASSETS, hours={**ASSETS.hours, "office": night}))
        assert at(coverage, "sun", 119)[0].ringing
        assert not at(coverage, "sun", 120)[0].ringing
        assert not at(coverage, "sat", 119)[0].ringing

    @pytest.mark.parametrize(
        ("weekly", "words"),
        [
            ({"mon-sun": ["09:00-18:00"]}, "每天 00:00–09:00、18:00–24:00"),
            ({"mon-fri": ["00:00-24:00"]}, "周六、周日全天"),
            ({"sat": ["00:00-24:00"]}, "周一至周五、周日、节假日全天"),
            ({"mon-sun": ["00:00-24:00"]}, ""),
            ({}, "任何时候"),
        ],
    )
    def test_periods_in_words(self, weekly: dict[str, Any], words: str) -> None:
        hours = opening_hours.read("office", "时间", {"weekly": weekly})
        coverage = coverage_of(None, replace(ASSETS, hours={**ASSETS.hours, "office": hours}))
        silent = [moment for (moment, _), reached in coverage.worlds.items() if not reached.phones]
        assert period_words(coverage.times, silent).zh == words


class TestCallers:
    def test_a_flow_that_looks_at_nobody_has_one_class(self) -> None:
        assert [caller.words.zh for caller in coverage_of().callers] == ["所有来电"]

    def test_areas_carriers_and_those_whom_nobody_can_place(self) -> None:
        areas = ["华东: 浙江 上海", "电信: 中国电信"]
        exits = {"area_1": "b", "area_2": "c", "unknown": "c", "other": "d"}
        nodes = {
            "b": {"kind": "hunt", "group": "care"},
            "c": {"kind": "hunt", "group": "sales"},
            "d": {"kind": "hangup"},
        }
        coverage = coverage_of(flow_of(a={"kind": "region", "areas": areas, "exits": exits}, **nodes))
        rings = {
            caller.words.zh: sorted(coverage.worlds[0, number].phones)
            for number, caller in enumerate(coverage.callers)
        }
        assert rings == {
            "其他地区": [],
            "华东": ["care1", "care2"],
            "电信": ["desk", "sales1"],
            "不知道归属地": ["desk", "sales1"],
        }

    def test_lists_are_told_by_their_names(self) -> None:
        data = flow_of(
            a={"kind": "caller", "black": "rude", "vip": "gold", "exits": {"vip": "b", "other": "c"}},
            b={"kind": "hunt", "group": "care"},
            c={"kind": "hunt", "group": "sales"},
        )
        assert [caller.words.zh for caller in coverage_of(data).callers] == [
            "其他地区",
            "VIP 客户",
            "骚扰电话",
        ]


HUNT = {"kind": "hunt", "group": "care"}
MENU = {"kind": "menu", "prompt": "welcome"}
LONG = replace(
    ASSETS,
    prompts={**ASSETS.prompts, "long": Prompt("long", "长", "1/l.wav", "很长", 70_000)},
    groups={**ASSETS.groups, "noon": Group("noon", "午班", ("desk",), hours="noon")},
    hours={
        **ASSETS.hours,
        "noon": opening_hours.read("noon", "午间", {"weekly": {"mon-sun": ["12:00-13:00"]}}),
    },
)
END = {"kind": "hangup", "prompt": "closed"}
MESSAGE = {"kind": "voicemail"}
ONE = {"kind": "hunt", "phones": ["desk"]}


def schedule(**exits: str) -> dict[str, Any]:
    return {"kind": "schedule", "hours": "office", "exits": exits}


def menu(**exits: str) -> dict[str, Any]:
    return MENU | {"exits": {name.removeprefix("key_"): target for name, target in exits.items()}}


FINDINGS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("somebody always answers", {"a": HUNT}, []),
    (
        "closed hours with the company's own words are a note",
        FLOW["nodes"],
        [("nobody_rings", "nodes.night")],
    ),
    (
        "a group that is out of its hours",
        {"a": {"kind": "hunt", "group": "noon"}},
        [("nobody_rings", "nodes.a")],
    ),
    ("never anybody", {"a": MESSAGE}, [("nobody_rings", "nodes.a")]),
    (
        "nobody for some callers",
        {"a": {"kind": "region", "areas": ["华东: 浙江"], "exits": {"area_1": "b"}}, "b": HUNT},
        [("nobody_rings", "nodes.a")],
    ),
    (
        "an exit for all busy where one phone rings",
        {"a": ONE | {"exits": {"all_busy": "b"}}, "b": MESSAGE},
        [("never_taken", "nodes.a.exits.all_busy")],
    ),
    (
        "extensions that nobody may dial",
        {"a": menu(key_1="b", answered="c"), "b": HUNT, "c": END},
        [("never_taken", "nodes.a.exits.answered")],
    ),
    (
        "a survey before anybody can have answered",
        {"a": {"kind": "survey", "prompt": "question", "exits": {"rated": "b", "skipped": "b"}}, "b": HUNT},
        [("never_taken", "nodes.a.exits.rated")],
    ),
    (
        "closing while callers wait may happen",
        {
            "a": schedule(open="b", closed="d"),
            "b": {"kind": "queue", "group": "care", "hours": "office", "exits": {"closed": "c"}},
            "c": END,
            "d": HUNT,
        },
        [],
    ),
    (
        "the emergency switch may be on",
        {"a": schedule(open="b", closed="b", emergency="c"), "b": HUNT, "c": ONE},
        [],
    ),
    (
        "a prompt of more than a minute",
        {"a": {"kind": "announce", "prompt": "long", "exits": {"done": "b"}}, "b": HUNT},
        [("far_person", "nodes.b")],
    ),
    (
        "five menus",
        {f"m{n}": menu(key_1=f"m{n + 1}") for n in range(4)} | {"m4": menu(key_1="b"), "b": HUNT},
        [("many_keys", "nodes.b")],
    ),
]


@pytest.mark.parametrize(("says", "nodes", "expected"), FINDINGS, ids=[says for says, _, _ in FINDINGS])
def test_findings(says: str, nodes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(coverage_of(flow_of(**nodes), LONG)) == expected


def test_what_is_said_of_closed_hours() -> None:
    (problem,) = coverage_problems(coverage_of())
    assert problem.severity == "note"
    assert problem.words.zh == (
        "周一至周五、节假日 00:00–09:00、18:00–24:00，周六、周日全天没有电话响铃：来电者听到“下班提示”"
    )
    assert problem.words.en.endswith("no phone rings; callers hear “下班提示”")


def test_what_is_said_of_callers_for_whom_nobody_rings() -> None:
    data = flow_of(a={"kind": "region", "areas": ["华东: 浙江"], "exits": {"area_1": "b"}}, b=HUNT)
    (problem,) = coverage_problems(coverage_of(data))
    assert problem.severity == "warning"
    assert problem.words.zh.startswith(
        "任何时候，来自「其他地区」的来电没有电话响铃：来电者听到“感谢您的来电"
    )


def random_coverages() -> Iterator[tuple[Random, Coverage]]:
    """Coverages of random flows, always the same."""
    random = Random(400)
    for _ in range(FLOWS):
        if snapshot := random_snapshot(random):
            yield random, cover(snapshot, TODAY)


def some_world(random: Random, coverage: Coverage) -> tuple[int, int]:
    return random.choice(list(coverage.worlds))


def test_calls_come_to_nothing_that_coverage_does_not_know() -> None:
    """Random calls of random flows ring no other phones, and go no other ways."""
    walked = 0
    for random, coverage in random_coverages():
        snapshot = coverage.explorer.snapshot
        for _ in range(CALLS):
            place = some_world(random, coverage)
            reached = coverage.worlds[place]
            facts = replace(coverage.explorer.facts(coverage.world(*place)), seed=random.randrange(1000))
            world = World(random, next(iter(snapshot.assets.phones), ""), "金牌")
            walk = walk_at_random(snapshot, facts, world)
            if not any(step.problem for step in walk.trail):  # else the fallback has been rung
                assert set(world.dialled) <= reached.phones
                assert trail_of(walk) <= {(step, way) for step, ways in reached.taken.items() for way in ways}
                walked += len(walk.trail)
    assert walked > 2000


def trail_of(walk: Walk) -> set[tuple[tuple[str, str], str]]:
    """The steps of a call with the exits they took, those of sub-flows left out, which write theirs when entered."""
    return {
        (step_of(step.node), step.exit) for step in walk.trail[:-1] if step.kind != "subflow" and step.exit
    }


def step_of(node: str) -> tuple[str, str]:
    flow, _, name = node.rpartition(".")
    return flow, name.removeprefix("tel")


def test_every_way_is_what_a_call_does() -> None:
    """The outcomes of a way bring a real call over the same steps to the same phones at the same times, and to its end."""
    replayed = 0
    for random, coverage in random_coverages():
        place = some_world(random, coverage)
        for way in coverage.ways(*place):
            if not way.again and not any(is_by_chance(coverage, step) for step in way.steps):
                assert rung_by(coverage, place, way) == [
                    (rung.phones, rung.after_ms)
                    for step in way.ringing
                    for rung in step.rounds
                    if not rung.waiting
                ]
                replayed += 1
    assert replayed > 200


def is_by_chance(coverage: Coverage, step: tuple[str, str]) -> bool:
    outlook = coverage.explorer.outlook(Spot(*step))
    return bool(outlook.by_chance) or outlook.any_order


def rung_by(coverage: Coverage, place: tuple[int, int], way: Way) -> list[tuple[tuple[str, ...], int]]:
    """What a real call with the way's outcomes dials, and when."""
    walk = Walk(coverage.explorer.snapshot, coverage.explorer.facts(coverage.world(*place)))
    dialled: list[tuple[tuple[str, ...], int]] = []

    def watch(command: Command, _outcome: Outcome) -> None:
        if isinstance(command, Dial):
            dialled.append((command.phones, walk.call.elapsed()))

    _, command = replay(walk, way.outcomes(), watch)
    assert isinstance(command, Hangup)
    assert [step_of(step.node) for step in walk.trail] == without_comings_back(way)
    return dialled


def without_comings_back(way: Way) -> list[tuple[str, str]]:
    """A step that goes into a sub-flow stands in a trail once, in a way again when it comes back."""
    found: list[tuple[str, str]] = []
    inside: list[tuple[str, str]] = []
    for before, step in zip((None, *way.steps), way.steps, strict=False):
        if inside and step == inside[-1] and before and before[0] != step[0]:
            inside.pop()
            continue
        if before and step[0] and step[0] != before[0]:
            inside.append(before)
        found.append(step)
    return found


@pytest.mark.parametrize(
    ("says", "closed", "severity"),
    [
        ("the system says that it is closed", {}, "note"),
        ("a message may be left", {"n": MESSAGE}, "note"),
        ("the company says something itself", {"n": END}, "note"),
        ("nothing is heard at all", {"n": {"kind": "hangup"}}, "warning"),
    ],
)
def test_silence_that_is_mostly_meant_so_is_a_note(says: str, closed: dict[str, Any], severity: str) -> None:
    exits = {"open": "b"} | ({"closed": "n"} if closed else {})
    (problem,) = coverage_problems(coverage_of(flow_of(a=schedule(**exits), b=HUNT, **closed)))
    assert (problem.code, problem.severity) == ("nobody_rings", severity)


def test_callers_for_whom_nobody_rings_at_other_hours_are_told_apart() -> None:
    data = flow_of(
        a=schedule(open="b", closed="n"),
        b={"kind": "region", "areas": ["华东: 浙江"], "exits": {"area_1": "c", "other": "n"}},
        c=HUNT,
        n=MESSAGE,
    )
    assert sorted(problem.words.zh for problem in coverage_problems(coverage_of(data))) == [
        "周一至周五、节假日 00:00–09:00、18:00–24:00，周六、周日全天没有电话响铃：来电者可以留言",
        "周一至周五、节假日 09:00–18:00，来自「其他地区」的来电没有电话响铃：来电者可以留言",
    ]


def test_too_much_to_look_at_is_told_and_not_taken_for_silence() -> None:
    """Each of 34 areas has hours of its own: more pairs of times and callers than are looked at."""
    hours = {
        f"h{n}": opening_hours.read(
            f"h{n}", f"h{n}", {"weekly": {"mon-sun": [f"{n // 4:02}:{n % 4 * 15:02}-20:00"]}}
        )
        for n in range(34)
    }
    areas = [f"{province}: {province}" for province in sorted(provinces())[:31]]
    nodes: dict[str, Any] = {"a": {"kind": "region", "areas": areas, "exits": {}}}
    for n in range(31):
        nodes["a"]["exits"][f"area_{n + 1}"] = f"s{n}"
        nodes[f"s{n}"] = {"kind": "schedule", "hours": f"h{n}", "exits": {"open": "b"}}
    nodes["b"] = HUNT
    coverage = coverage_of(flow_of(**nodes), replace(ASSETS, hours=hours))
    assert not coverage.is_whole
    assert "too_wide" in [code for code, _ in codes(coverage)]
    assert "never_taken" not in [code for code, _ in codes(coverage)]
    assert len(coverage.worlds) <= MAX_WORLDS
