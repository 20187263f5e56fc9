"""Each part is killed, paused or emptied once under live calls, in real processes, and every promise but speed is kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from app.chaos.failures import NAMES, SILENCE

pytestmark = pytest.mark.timeout(300)

RUN_S = 280
PLAN = {"kills": 1, "rate": 3, "seconds": 1, "pause": 2, "patience": 3}
KINDS = tuple(name for name in NAMES if name != "none")

Row = Mapping[str, Any]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Row]:
    """What `hotline400 chaos` counted, by failure."""
    folder = tmp_path_factory.mktemp("chaos")
    figures = folder / "figures.json"
    options = [word for name, value in PLAN.items() for word in (f"--{name}", str(value))]
    options += [word for kind in KINDS for word in ("--only", kind)]
    command = [sys.executable, "-P", "-m", "app.cli", "chaos", "--mixed", *options]
    command += ["--keep", str(folder / "home"), "--json", str(figures)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_S, check=False)
    assert figures.exists(), done.stdout + done.stderr
    return {row["failure"]: row for row in json.loads(figures.read_text("utf-8"))["rows"]}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_promised_is_kept(rows: Mapping[str, Row], kind: str) -> None:
    row = rows[kind]
    assert row["in_progress"], "it concerned nobody"
    assert [promise for promise in row["broken"] if promise != SILENCE] == [], "\n".join(row["examples"])
