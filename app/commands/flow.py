"""`hotline400 flow check|import|export|publish|plan|rollback|schema|reference`: flows as YAML files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.commands import publishing as commands
from app.commands.company import chosen, opened
from app.errors import DocumentError, HotlineError
from app.flow import text
from app.flow.check import check, check_alone
from app.flow.document import read
from app.flow.problems import Problem
from app.flow.reference import reference
from app.flow.review import coverage_of, review
from app.flow.schema import document_schema
from app.settings import Settings
from app.store import assets, db, flows
from app.store.models import Company

MAX_FILE = 1024 * 1024  # bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="list what is wrong with a file")
    check.add_argument("file", type=Path)
    check.add_argument(
        "--company", help="check against this company's phones, groups and prompts (name or id)"
    )
    check.add_argument("--flow", help="the flow's short name, to see whether it would enter itself")
    importing = actions.add_parser("import", help="make a file the draft of a flow")
    importing.add_argument("file", type=Path)
    exporting = actions.add_parser("export", help="write a flow's draft, or a published version, to a file")
    exporting.add_argument("--version", type=int, help="a published version instead of the draft")
    exporting.add_argument("--out", type=Path, help="the file; printed when left out")
    publishing = actions.add_parser("publish", help="publish a flow's draft")
    planning = actions.add_parser("plan", help="publish a flow's draft, as it is now, at a time")
    returning = actions.add_parser("rollback", help="publish an old version again, as a new one")
    commands.add_arguments(publishing, (planning, returning))
    actions.add_parser("schema", help="print the JSON schema of flow documents")
    actions.add_parser("reference", help="print the reference of node kinds, docs/nodes.md")
    for action in (importing, exporting, publishing, planning, returning):
        action.add_argument("--flow", required=True, help="the flow's short name, e.g. main")
        action.add_argument("--company", help="name or id; may be left out while there is one company")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Exit code 0 when it was done, 1 when the flow has errors."""
    if arguments.action in ("schema", "reference"):
        print(
            json.dumps(document_schema(), ensure_ascii=False, indent=1)
            if arguments.action == "schema"
            else reference(),
            end="",
        )
        return 0
    action = ACTIONS[arguments.action]
    if arguments.action == "check" and not arguments.company:
        return _check_alone(arguments)
    with opened(settings):
        try:
            return action(settings, chosen(arguments.company), arguments)
        except DocumentError as bad:
            return _report(bad.problems)


def _check_alone(arguments: argparse.Namespace) -> int:
    data, problems = _data(arguments.file)
    return _report(problems or check_alone(data, arguments.flow or ""))


def _check(settings: Settings, company: Company, arguments: argparse.Namespace) -> int:
    data, problems = _data(arguments.file)
    if problems:
        return _report(problems)
    known = assets.of(company)
    document, found = check(data, known, arguments.flow or "")
    today = datetime.now(ZoneInfo(company.timezone)).date()
    return _report(review(found, coverage_of(document, known, today)) if document else found)


def _import(settings: Settings, company: Company, arguments: argparse.Namespace) -> int:
    data, problems = _data(arguments.file)
    problems = problems or read(data)[1]
    if problems:
        return _report(problems)
    try:
        flow = flows.find(company, arguments.flow)
    except db.NotFound:
        flow = flows.create(company, arguments.flow, data.get("name") or arguments.flow, data)
    else:
        flow = flows.save_draft(company, flow.slug, data, flow.draft_revision)
    print(
        f"{flow.slug}: draft saved, revision {flow.draft_revision}; publish it with: hotline400 flow publish --flow {flow.slug}"
    )
    return _report(check(data, assets.of(company), flow.slug)[1])


def _export(settings: Settings, company: Company, arguments: argparse.Namespace) -> int:
    if arguments.version:
        document = flows.version(company, arguments.flow, arguments.version).document
    else:
        document = flows.find(company, arguments.flow).draft
    written = text.dump(document)
    if arguments.out:
        arguments.out.write_text(written, encoding="utf-8")
    else:
        print(written, end="")
    return 0


ACTIONS = {
    "check": _check,
    "import": _import,
    "export": _export,
    "publish": commands.publish,
    "plan": commands.plan,
    "rollback": commands.rollback,
}


def _data(file: Path) -> tuple[Any, list[Problem]]:
    try:
        if file.stat().st_size > MAX_FILE:
            raise HotlineError(f"{file} is larger than a flow can be")
        return text.parse(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as bad:
        raise HotlineError(f"{file} cannot be read: {bad}") from bad


def _report(problems: Iterable[Problem]) -> int:
    """Print the problems, errors first; 1 when there are errors."""
    ordered = sorted(problems, key=lambda problem: not problem.is_error)
    for problem in ordered:
        print(
            f"{problem.severity:8} {problem.place or '-':32} {problem.words.zh} / {problem.words.en}",
            file=sys.stderr,
        )
    if not ordered:
        print("no problems / 没有问题")
    return 1 if any(problem.is_error for problem in ordered) else 0
