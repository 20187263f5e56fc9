"""Running a piece of test in a process of its own that gevent has patched, as call control's is."""

from __future__ import annotations

import subprocess
import sys
import textwrap

from tests.support.processes import ROOT

PATCH = "from gevent import monkey; monkey.patch_all()\n"


def run_patched(code: str, *arguments: str, within_s: float = 30) -> str:
    """What the code prints; AssertionError with its complaints when it fails. `sys.argv[1:]` are the arguments."""
    script = PATCH + textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=within_s,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
