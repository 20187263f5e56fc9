"""The house keeps its order: pure packages stay pure, imports point one way, gevent is patched where a process begins."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PURE = (
    "app/flow",
    "app/routing",
    "app/billing",
    "app/speech",
    "app/calls/cdr.py",
    "app/calls/explain.py",
    "app/calls/leavings.py",
    "app/calls/conduct.py",
    "app/calls/begin.py",
    "app/calls/scripted.py",
    "app/calls/decisions.py",
    "app/calls/rung.py",
    "app/calls/situation.py",
    "app/calls/trial.py",
    "app/calls/habits.py",
    "app/calls/answers.py",
    "app/calls/observed.py",
    "app/calls/whatif.py",
)
SHELL_LIBRARIES = {
    "gevent",
    "greenswitch",
    "peewee",
    "playhouse",
    "redis",
    "rq",
    "flask",
    "requests",
    "socket",
    "subprocess",
}

FLOORS = {
    "cli": 8, "commands": 7, "bench": 6, "chaos": 6, "demo": 6, "processes": 5, "install": 4,
    "web": 4, "telephony": 4, "simulator": 4, "workers": 4,
    "calls": 3, "health": 3,
    "live": 2, "store": 2, "journal": 2, "integrations": 2,
    "settings": 2, "setting_kinds": 1,
    "flow": 1, "billing": 1, "speech": 0.7, "routing": 0.5,
    "words": 0, "errors": 0, "app": 0,
}  # fmt: skip
"""Each part may import from lower floors and from its own part."""

ALLOWED = {("live", "journal"), ("journal", "live")}
"""The disk helper that live and journal share; the journal's way to its queue."""


def modules() -> Iterator[Path]:
    yield from sorted((ROOT / "app").rglob("*.py"))
    yield from sorted((ROOT / "workers").rglob("*.py"))


def imports(file: Path) -> Iterator[str]:
    """The modules that a file imports when it is loaded; what only type checkers see does not count."""
    tree = ast.parse(file.read_text())
    hidden = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node not in hidden:
            yield node.module


def part(module: str) -> str:
    """ "app.flow.check" belongs to "flow", "workers.calls" to "workers"."""
    names = module.split(".")
    return names[1] if names[0] == "app" and len(names) > 1 else names[0]


@pytest.mark.parametrize("path", PURE)
def test_pure_packages_touch_nothing(path: str) -> None:
    place = ROOT / path
    files = [place] if place.suffix else sorted(place.rglob("*.py"))
    touched = {
        (file.name, name) for file in files for name in imports(file) if name.split(".")[0] in SHELL_LIBRARIES
    }
    assert not touched


def test_imports_point_one_way() -> None:
    wrong = {
        f"{file.relative_to(ROOT)} imports {name}"
        for file in modules()
        for name in imports(file)
        if name.split(".")[0] in ("app", "workers") and not _may_import(_place(file), part(name))
    }
    assert not wrong


def _place(file: Path) -> str:
    return part(".".join(file.relative_to(ROOT).with_suffix("").parts))


def _may_import(here: str, there: str) -> bool:
    return here == there or FLOORS[there] < FLOORS[here] or (here, there) in ALLOWED


def test_gevent_is_patched_only_in_the_first_line_of_a_process() -> None:
    for file in modules():
        source = file.read_text()
        if "patch_all" in source:
            assert file.parent.name == "processes", file
            first = next(line for line in source.splitlines() if line.startswith(("from ", "import ")))
            assert first == "from gevent import monkey", file


def test_no_error_is_swallowed() -> None:
    for file in modules():
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ExceptHandler):
                assert node.type is not None, f"{file}:{node.lineno} catches everything"
