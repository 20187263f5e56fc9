"""Trial calls of a company's drafts, and those that are kept as tests: what must come of them before a flow is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.calls import situation, trial
from app.calls.situation import BadTrial
from app.calls.trial import Stage
from app.errors import DocumentError
from app.flow.check import check
from app.flow.compile import compile_snapshot
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets, Snapshot
from app.store import assets, flow_tests, flows, numbers
from app.store.models import Company, Flow, FlowTest
from app.words import Words

Draft = dict[str, Any]
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


def snapshot_of(
    company: Company, flow: Flow, document: Draft | None = None, known: Assets | None = None
) -> Snapshot:
    """The draft, or this document of the flow, as calls of its first number would get it. DocumentError when it has errors."""
    known = known or assets.of(company)
    number = next(iter(numbers.leading_to(company, flow)), None)
    newest = flows.published(company, flow.slug)
    snapshot = compile_snapshot(
        flow.draft if document is None else document,
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


def verdicts(company: Company, slug: str, document: Draft | None = None) -> list[Verdict]:
    """All tests of a flow, gone through on its draft or on this document. DocumentError when that has errors."""
    tests = flow_tests.every(company, slug)
    if not tests:
        return []
    snapshot = snapshot_of(company, flows.find(company, slug), document)
    return [judge(test, snapshot) for test in tests]


def spoilt(company: Company, slug: str, document: Draft, known: Assets | None = None) -> list[Verdict]:
    """Tests of the published flows which enter this one that pass now, and would fail once it is this document.

    DocumentError when one of those flows cannot enter it so. `known` is what assets.of gives.
    """
    known = known or assets.of(company)
    read, _ = check(document, known, slug)
    if read is None:
        return []
    then = replace(known, flows={**known.flows, slug: read})
    return [
        verdict
        for flow in flows.entering(company, slug, known)
        for verdict in _turned(company, flow, known, then)
    ]


def _turned(company: Company, flow: Flow, known: Assets, then: Assets) -> Iterator[Verdict]:
    """The tests of a published flow that pass with the assets `known` and fail with `then`."""
    tests, version = flow_tests.every(company, flow.slug), flows.published(company, flow.slug)
    if not tests or version is None:
        return
    after = snapshot_of(company, flow, version.document, then)
    failed = [verdict for verdict in (judge(test, after) for test in tests) if not verdict.passes]
    if failed:
        before = snapshot_of(company, flow, version.document, known)
        yield from (verdict for verdict in failed if judge(verdict.test, before).passes)


def judge(test: FlowTest, snapshot: Snapshot) -> Verdict:
    """One test on a snapshot."""
    try:
        found = result_of(trial.run(snapshot, situation.read(test.situation)), snapshot)
    except BadTrial as bad:
        return Verdict(test, {}, bad.words)
    return Verdict(test, found, difference(test.expected, found))


def demand(company: Company, slug: str, document: Draft | None = None) -> None:
    """DocumentError with a problem for each test that fails, those included of flows that enter this one."""
    failed = [verdict for verdict in verdicts(company, slug, document) if not verdict.passes]
    draft = flows.find(company, slug).draft if document is None else document
    problems = [_problem(verdict) for verdict in (*failed, *spoilt(company, slug, draft))]
    if problems:
        raise DocumentError(problems)


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
