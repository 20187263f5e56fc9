"""Starting a process that does not outlive us, even when we are killed."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)  # loaded here: between fork and exec it would be too late

Process = subprocess.Popen[bytes]


def spawn(
    command: Sequence[str], environ: Mapping[str, str] | None = None, *, output: int = subprocess.PIPE
) -> Process:
    """Start `command` in a session of its own, its output and errors in one pipe.

    The session keeps a terminal's Ctrl-C from it: the parent decides in which order its children stop. The
    kernel sends it SIGTERM when the thread that called this ends, so call it from the main thread.
    """
    return subprocess.Popen(
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_tied_to(os.getpid()),
    )


def die_with_parent() -> None:
    """Have the kernel send SIGTERM to this process when its parent ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def kill(process: Process) -> None:
    """End a process and its process group at once, and collect it."""
    with suppress(ProcessLookupError):  # it ended by itself meanwhile
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _tied_to(parent: int) -> Callable[[], None]:
    def before_exec() -> None:
        die_with_parent()
        if os.getppid() != parent:  # it ended before we asked to be told
            os._exit(1)

    return before_exec
