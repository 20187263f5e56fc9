"""Trial calls of a company's drafts, and those that are kept as tests: what must come of them before a flow is published."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from app.calls import situation, trial
from app.calls.situation import BadTrial
from app.calls.trial import Stage
from app.errors import DocumentError
from app.flow.compile import compile_snapshot
from app.flow.problems import Problem, error
from app.flow.snapshot import Snapshot
from app.store import assets, flow_tests, flows, numbers
from app.store.models import Company, Flow, FlowTest
from app.words import Words

NOBODY = Words("没有人接听", "nobody answers")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a test now; `why` it failed, None when it passed."""

    test: FlowTest
    found: dict[str, Any]
    why: Words | None

    @property
    def passes(self) -> bool:
        return self.why is None


def snapshot_of(company: Company, flow: Flow) -> Snapshot:
    """The draft as calls of its first number would get it. DocumentError when it has errors."""
    known = assets.of(company)
    number = next(iter(numbers.leading_to(company, flow)), None)
    newest = flows.published(company, flow.slug)
    snapshot = compile_snapshot(
        flow.draft,
        known,
        did=number.did if number else "",
        version=newest.version + 1 if newest else 1,
        company_id=company.id,
        flow_id=flow.slug,
        timezone=company.timezone,
        fallback=number.fallback.number if number and number.fallback else "",
    )
    return replace(snapshot, assets=replace(snapshot.assets, dialling=known.dialling))


def result_of(stage: Stage, snapshot: Snapshot) -> dict[str, Any]:
    """What is kept of a trial that is over, and compared."""
    cdr = stage.cdr
    assert cdr is not None
    phone = snapshot.assets.phones.get(cdr["answered_by"])
    return {
        "result": cdr["result"],
        "answered_by": cdr["answered_by"],
        "answerer": (phone.name or phone.number) if phone else "",
        "way": [[step["node"], step["exit"], step["label"]] for step in cdr["trail"]],
    }


def verdicts(company: Company, slug: str) -> list[Verdict]:
    """All tests of a flow, gone through on its draft. DocumentError when the draft has errors."""
    tests = flow_tests.every(company, slug)
    if not tests:
        return []
    snapshot = snapshot_of(company, flows.find(company, slug))
    return [judge(test, snapshot) for test in tests]


def judge(test: FlowTest, snapshot: Snapshot) -> Verdict:
    """One test on a snapshot."""
    try:
        found = result_of(trial.run(snapshot, situation.read(test.situation)), snapshot)
    except BadTrial as bad:
        return Verdict(test, {}, bad.words)
    return Verdict(test, found, difference(test.expected, found))


def demand(company: Company, slug: str) -> None:
    """DocumentError with a problem for each test that fails."""
    failed = [_problem(verdict) for verdict in verdicts(company, slug) if not verdict.passes]
    if failed:
        raise DocumentError(failed)


def difference(expected: dict[str, Any], found: dict[str, Any]) -> Words | None:
    """In which way something else came than expected; None when it did not."""
    if expected["answered_by"] != found["answered_by"]:
        before, now = _answerer(expected), _answerer(found)
        return Words(f"应是{before.zh}，现在{now.zh}", f"expected: {before.en}; now: {now.en}")
    for wanted, came in zip(expected["way"], found["way"], strict=False):
        if wanted[:2] != came[:2]:
            return Words(
                f"应走到「{wanted[2]}」，现在走到「{came[2]}」",
                f"should come to “{wanted[2]}”, now to “{came[2]}”",
            )
    if len(expected["way"]) != len(found["way"]):
        last = (found["way"] or [["", "", ""]])[-1][2]
        return Words(f"现在到「{last}」结束", f"now ends at “{last}”")
    if expected["result"] != found["result"]:
        return Words("结果不一样了", "it ends in another way")
    return None


def _answerer(result: dict[str, Any]) -> Words:
    name = result["answerer"] or result["answered_by"]
    return Words(f"「{name}」接听", f"“{name}” answers") if name else NOBODY


def _problem(verdict: Verdict) -> Problem:
    why = verdict.why or Words("", "")
    name = verdict.test.name
    return error("test_failed", "", f"测试「{name}」没有通过：{why.zh}", f"test “{name}” failed: {why.en}")
