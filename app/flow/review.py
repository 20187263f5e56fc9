"""Everything that can be said about a flow before it is published: errors, advice, and what calls will come to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.flow.advice import advice
from app.flow.compile import snapshot_of
from app.flow.coverage.cover import Coverage, cover
from app.flow.coverage.problems import coverage_problems
from app.flow.document import Document
from app.flow.problems import Problem, Severity
from app.flow.snapshot import Assets

ORDER = tuple(Severity)


def review(found: Iterable[Problem], coverage: Coverage) -> list[Problem]:
    """What `check` has found of a flow without errors, with all that can be added, the gravest first.

    Where the check has a reason why an exit is never taken, that is enough.
    """
    problems = list(found)
    told = {problem.place for problem in problems}
    snapshot = coverage.explorer.snapshot
    more = [*advice(snapshot.document, snapshot.assets), *coverage_problems(coverage)]
    problems += [problem for problem in more if problem.code != "never_taken" or problem.place not in told]
    return sorted(problems, key=lambda problem: ORDER.index(problem.severity))


def coverage_of(document: Document, assets: Assets, today: date) -> Coverage:
    """The coverage of a flow as it would be published now."""
    return cover(snapshot_of(document, assets, document.fallback), today)
