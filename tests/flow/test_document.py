"""Bad documents are refused with every problem listed, its place and words; good ones survive a round trip."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DocumentError
from app.flow import text
from app.flow.check import check
from app.flow.compile import compile_snapshot, dump, load
from app.flow.document import read, write
from app.flow.kinds import KINDS
from tests.flow.company import ASSETS, FLOW, flow_of, snapshot_of


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good flow with one thing changed; `...` removes it."""
    flow = copy.deepcopy(FLOW)
    *parents, last = path.split(".")
    at: Any = flow
    for name in parents:
        at = at[name]
    if value is ...:
        del at[last]
    else:
        at[last] = value
    return flow


BAD = [
    ("spec", 2, "bad_spec", "spec"),
    ("colour", "red", "unknown_field", "colour"),
    ("start", "nowhere", "no_start", "start"),
    ("start", ..., "no_start", "start"),
    ("fallback", "not a phone", "bad_phone", "fallback"),
    ("fallback", "13800138000138001", "bad_phone", "fallback"),
    ("name", ["a"], "bad_value", "name"),
    ("nodes", {}, "no_nodes", "nodes"),
    ("nodes", "hours", "no_nodes", "nodes"),
    ("nodes.Welcome", {"kind": "hangup"}, "bad_id", "nodes.Welcome"),
    ("nodes.13800138000", {"kind": "hangup"}, "bad_id", "nodes.13800138000"),
    ("nodes.welcome", None, "bad_value", "nodes.welcome"),
    ("nodes.welcome.kind", "teleport", "unknown_kind", "nodes.welcome.kind"),
    ("nodes.welcome.colour", "red", "unknown_field", "nodes.welcome.colour"),
    ("nodes.welcome.prompt", ..., "missing_field", "nodes.welcome.prompt"),
    ("nodes.welcome.prompt", "nothing", "unknown_prompt", "nodes.welcome.prompt"),
    ("nodes.welcome.tries", 0, "bad_value", "nodes.welcome.tries"),
    ("nodes.welcome.tries", "many", "bad_value", "nodes.welcome.tries"),
    ("nodes.welcome.tries", True, "bad_value", "nodes.welcome.tries"),
    ("nodes.welcome.title", "长" * 51, "bad_value", "nodes.welcome.title"),
    ("nodes.welcome.exits", ["1"], "bad_value", "nodes.welcome.exits"),
    ("nodes.welcome.exits", {}, "no_keys", "nodes.welcome.exits"),
    ("nodes.welcome.exits.11", "sales", "unknown_exit", "nodes.welcome.exits.11"),
    ("nodes.welcome.exits.1", "nowhere", "unknown_target", "nodes.welcome.exits.1"),
    ("nodes.welcome.exits.1", "1380013800a", "bad_target", "nodes.welcome.exits.1"),
    ("nodes.welcome.exits.1", "${system rm}", "bad_target", "nodes.welcome.exits.1"),
    ("nodes.hours.hours", "never", "unknown_hours", "nodes.hours.hours"),
    ("nodes.sales.group", "nobody_knows", "unknown_group", "nodes.sales.group"),
    ("nodes.sales.group", "nobody", "empty_group", "nodes.sales.group"),
    ("nodes.sales.group", ..., "no_phones", "nodes.sales.group"),
    ("nodes.sales.phones", ["desk", "stranger"], "unknown_phone", "nodes.sales.phones"),
    ("nodes.sales.phones", ["desk", "desk"], "bad_value", "nodes.sales.phones"),
    ("nodes.sales.phones", [str(13800000000 + n) for n in range(21)], "bad_value", "nodes.sales.phones"),
    ("nodes.sales.strategy", "loudest", "bad_value", "nodes.sales.strategy"),
    ("nodes.sales.next_on", ["rain"], "bad_value", "nodes.sales.next_on"),
    ("nodes.sales.ring_timeout_s", 4, "bad_value", "nodes.sales.ring_timeout_s"),
    ("nodes.island", {"kind": "hangup"}, "unreachable", "nodes.island"),
    ("nodes.hours.exits.open", "hours", "endless", "nodes.hours"),
]


@pytest.mark.parametrize(
    ("path", "value", "code", "place"), BAD, ids=[f"{p}={str(v)[:20]}" for p, v, *_ in BAD]
)
def test_a_bad_document_is_refused_with_place_and_words(path: str, value: Any, code: str, place: str) -> None:
    document, problems = check(changed(path, value), ASSETS)
    assert document is None
    found = [
        problem for problem in problems if problem.is_error and (problem.code, problem.place) == (code, place)
    ]
    assert found, [str(problem) for problem in problems]
    assert all(problem.words.zh and problem.words.en for problem in problems)
    with pytest.raises(DocumentError):
        snapshot_of(changed(path, value))


def test_all_problems_are_listed_at_once() -> None:
    flow = changed("nodes.welcome.tries", 99)
    flow["nodes"]["sales"]["strategy"] = "loudest"
    flow["start"] = ""
    assert {problem.place for problem in check(flow, ASSETS)[1]} == {
        "start",
        "nodes.welcome.tries",
        "nodes.sales.strategy",
    }


def test_a_cycle_through_nodes_that_take_no_time_is_refused_but_a_menu_may_come_back() -> None:
    quick = {
        "a": {"kind": "schedule", "hours": "office", "exits": {"open": "b"}},
        "b": {"kind": "schedule", "hours": "office", "exits": {"closed": "a"}},
    }
    assert {problem.code for problem in check(flow_of(**quick), ASSETS)[1]} == {"endless"}
    slow = {"a": {"kind": "menu", "prompt": "closed", "exits": {"1": "a"}}}
    assert check(flow_of(**slow), ASSETS)[1] == []


def test_the_prompt_that_offers_a_key_which_leads_nowhere_is_warned_about() -> None:
    flow = flow_of(a={"kind": "menu", "prompt": "welcome", "exits": {"1": "13800138000", "3": "13800138000"}})
    document, problems = check(flow, ASSETS)
    assert document is not None
    assert [(problem.code, problem.place) for problem in problems] == [
        ("key_said_not_bound", "nodes.a.exits.0"),
        ("key_said_not_bound", "nodes.a.exits.2"),
        ("key_bound_not_said", "nodes.a.exits.3"),
    ]


def test_the_good_flow_has_no_problems_and_survives_a_round_trip() -> None:
    document, problems = check(FLOW, ASSETS)
    assert document is not None
    assert problems == []
    assert read(write(document)) == (document, [])
    assert read(text.parse(text.dump(write(document)))[0]) == (document, [])


def test_a_snapshot_survives_its_json() -> None:
    snapshot = snapshot_of()
    assert load(dump(snapshot)) == snapshot


def test_typed_phones_and_system_prompts_are_in_the_snapshot() -> None:
    assets = snapshot_of().assets
    assert assets.phones["13800138000"].number == "13800138000"
    assert assets.phones["13700000000"].number == "13700000000"
    assert assets.prompts["sys.sorry"].file == "system/sorry.wav"


def test_a_typed_number_that_is_a_bound_phone_keeps_its_name() -> None:
    flow = flow_of(a={"kind": "menu", "prompt": "closed", "exits": {"1": "13900000001"}})
    assert snapshot_of(flow).assets.phones["13900000001"].name == "前台"


def test_a_number_keeps_its_own_fallback_when_the_flow_names_none() -> None:
    flow = flow_of(a={"kind": "hangup"})
    snapshot = compile_snapshot(
        flow, ASSETS, did="4008001234", version=1, company_id=1, flow_id="m", fallback="13912345678"
    )
    assert snapshot.fallback == "13912345678"
    assert snapshot.assets.phones["13912345678"].number == "13912345678"


class TestText:
    def test_a_phone_number_with_a_leading_zero_stays_one(self) -> None:
        assert text.parse("exits: {1: 057112345670}")[0] == {"exits": {"1": "057112345670"}}

    @pytest.mark.parametrize(
        ("yaml", "line"),
        [
            ("a: [1, 2", 1),
            ("a: 1\nb: {c", 2),
            ("a: &x 1\nb: *x", 2),
            ("a: 1\na: 2", 1),
            ("\t- x", 1),
            ("a: !!python/object/apply:os.system [ls]\n b", 2),
        ],
    )
    def test_bad_yaml_is_refused_with_its_line(self, yaml: str, line: int) -> None:
        data, problems = text.parse(yaml)
        assert data is None
        assert [problem.place for problem in problems] == [f"line {line}"]

    def test_a_python_tag_makes_no_object(self) -> None:
        assert text.parse("!!python/object/apply:os.system ['ls']")[0] == ["ls"]

    def test_a_text_that_is_too_long_is_refused(self) -> None:
        assert text.parse("a" * 300_000)[1][0].code == "too_long"


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["hours", "menu", "1", "kind"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["kind", "exits", "nodes", "start", "spec", *KINDS]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JUNK)
def test_whatever_is_read_it_is_either_a_document_or_problems(data: Any) -> None:
    document, problems = read(data)
    assert (document is None) == bool(problems)


@given(st.sampled_from([path for path, *_ in BAD if path != "spec"]), JUNK)
def test_whatever_stands_at_one_place_of_a_flow_it_never_breaks_the_check(path: str, value: Any) -> None:
    check(changed(path, value), ASSETS)
