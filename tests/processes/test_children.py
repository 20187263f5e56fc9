"""The parent of all processes, tried on small shell scripts that end, hang, refuse and shout."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.processes import program as program_module
from app.processes.backoff import Backoff
from app.processes.children import Children, NotStarted, StopAsked
from app.processes.console import Console
from app.processes.program import Phase, Program
from tests.support.waiting import until

STOP_US = "kill -TERM $PPID"
FOREVER = "while :; do sleep 0.02; done"


@pytest.fixture(autouse=True)
def quick_restarts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_module, "Backoff", lambda: Backoff(first_s=0.01, longest_s=0.04))


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


def script(name: str, text: str, **options: object) -> Program:
    return Program(name, ["/bin/sh", "-c", text], **options)  # type: ignore[arg-type]


def watch(out: io.StringIO, *programs: Program) -> None:
    """Run the programs until one of them has us stopped."""
    with Children(Console(out)) as children:
        children.start(programs)
        with pytest.raises(StopAsked):
            children.watch()


class TestWhileRunning:
    def test_a_program_that_ends_is_started_again_after_growing_pauses(
        self, out: io.StringIO, tmp_path: Path
    ) -> None:
        starts = tmp_path / "starts"
        watch(out, script("web", f"echo x >> {starts}; [ $(wc -l < {starts}) -ge 4 ] && {STOP_US}; exit 3"))
        said = [
            line.partition("again in ")[2] for line in out.getvalue().splitlines() if "web ended (3)" in line
        ]
        assert said[:3] == ["0.0 s"] * 3
        assert starts.read_text().count("x") == 4

    def test_the_name_of_a_signal_is_said(self, out: io.StringIO, tmp_path: Path) -> None:
        again = tmp_path / "again"
        watch(out, script("web", f"[ -e {again} ] && {STOP_US}; touch {again}; kill -KILL $$"))
        assert "web ended (SIGKILL)" in out.getvalue()

    def test_its_lines_and_its_last_words_are_shown(self, out: io.StringIO) -> None:
        watch(out, script("web", f"echo 开始; echo wrong >&2; printf 'last words'; {STOP_US}"))
        assert out.getvalue().startswith("web        │ 开始\nweb        │ wrong\nweb        │ last words\n")

    def test_a_line_without_end_is_cut_rather_than_kept(self, out: io.StringIO) -> None:
        watch(out, script("web", f"head -c 300000 /dev/zero | tr '\\0' a; echo; {STOP_US}"))
        lines = out.getvalue().splitlines()
        assert len(lines) > 2
        assert sum(line.count("a") for line in lines if line.startswith("web ")) == 300_000

    def test_lines_that_say_nothing_are_left_out(self, out: io.StringIO) -> None:
        watch(
            out, script("redis", f"echo Memory overcommit; echo; echo ready; {STOP_US}", unsaid="overcommit")
        )
        assert out.getvalue().startswith("redis      │ ready\n")
        assert "overcommit" not in out.getvalue()

    def test_one_that_closes_its_output_is_still_looked_after(self, out: io.StringIO, tmp_path: Path) -> None:
        again = tmp_path / "again"
        watch(
            out,
            script("web", f"[ -e {again} ] && {STOP_US}; touch {again}; exec >&- 2>&-; sleep 0.05; exit 7"),
        )
        assert "web ended (7)" in out.getvalue()

    def test_each_program_knows_its_name(self, out: io.StringIO) -> None:
        watch(out, script("esl-2", f"echo I am $HOTLINE_PROCESS; {STOP_US}"))
        assert "esl-2      │ I am esl-2\n" in out.getvalue()


class TestStart:
    def test_waits_until_all_serve(self, out: io.StringIO, tmp_path: Path) -> None:
        mark = tmp_path / "serving"
        with Children(Console(out)) as children:
            children.start(
                [script("web", f"touch {mark}; {FOREVER}", is_ready=lambda process: mark.exists())]
            )
            children.wait_ready(5)
            assert mark.exists()

    def test_one_that_needs_a_second_try_comes_up(self, out: io.StringIO, tmp_path: Path) -> None:
        first, mark = tmp_path / "first", tmp_path / "serving"
        text = f"[ -e {first} ] || {{ touch {first}; exit 1; }}; touch {mark}; {FOREVER}"
        with Children(Console(out)) as children:
            children.start([script("web", text, is_ready=lambda process: mark.exists())])
            children.wait_ready(5)

    def test_one_that_never_serves_is_named_at_the_deadline(self, out: io.StringIO) -> None:
        with Children(Console(out)) as children:
            children.start(
                [script("web", FOREVER, is_ready=lambda process: False), script("worker", FOREVER)]
            )
            with pytest.raises(NotStarted, match="not ready within 0 s: web") as late:
                children.wait_ready(0.1)
            assert late.value.exit_code == 1

    def test_one_that_refuses_its_settings_ends_us_with_code_2(self, out: io.StringIO) -> None:
        with Children(Console(out)) as children:
            children.start([script("web", "echo HOTLINE_X is wrong; exit 2", is_ready=lambda process: False)])
            with pytest.raises(NotStarted, match="web cannot start") as refused:
                children.wait_ready(5)
        assert refused.value.exit_code == 2
        assert "HOTLINE_X is wrong" in out.getvalue()

    def test_a_program_that_does_not_exist_is_said_and_tried_again(self, out: io.StringIO) -> None:
        with Children(Console(out)) as children:
            children.start([Program("web", ["/nowhere/web"])])
            with pytest.raises(NotStarted):
                children.wait_ready(0.2)
        assert out.getvalue().count("No such file") > 1

    def test_preparations_are_done_once(self, out: io.StringIO, tmp_path: Path) -> None:
        runs = tmp_path / "runs"
        with Children(Console(out)) as children:
            children.start([script("init", f"echo x >> {runs}", once=True)])
            children.wait_ready(5)
            children.start([script("web", STOP_US)])
            with pytest.raises(StopAsked):
                children.watch()
        assert runs.read_text() == "x\n"

    def test_a_preparation_that_fails_ends_the_start(self, out: io.StringIO) -> None:
        with Children(Console(out)) as children:
            children.start([script("init", "exit 1", once=True)])
            with pytest.raises(NotStarted, match="init cannot start"):
                children.wait_ready(5)


class TestStop:
    def test_calls_end_first_and_redis_last(self, out: io.StringIO) -> None:
        def leaving(name: str, phase: Phase) -> Program:
            return script(name, f"trap 'echo bye; exit 0' TERM; echo up; {FOREVER}", phase=phase)

        with Children(Console(out)) as children:
            children.start(
                [leaving("redis", Phase.REDIS), leaving("esl-1", Phase.CALLS), leaving("web", Phase.SERVICES)]
            )
            _turn_until(children, lambda: out.getvalue().count("up") == 3)
        goodbyes = [line.split()[0] for line in out.getvalue().splitlines() if "bye" in line]
        assert goodbyes == ["esl-1", "web", "redis"]
        assert "ended" not in out.getvalue()

    def test_what_is_under_way_may_end_first(self, out: io.StringIO) -> None:
        text = f"trap 'sleep 0.3; echo call ended; exit 0' TERM; {STOP_US}; {FOREVER}"
        watch(out, script("esl-1", text, phase=Phase.CALLS, stop_s=10))
        assert "call ended" in out.getvalue()

    def test_one_that_does_not_stop_is_killed_with_its_children(
        self, out: io.StringIO, tmp_path: Path
    ) -> None:
        pid = tmp_path / "pid"
        text = f"trap '' TERM; sleep 60 & echo $! > {pid}; {STOP_US}; {FOREVER}"
        watch(out, script("worker", text, stop_s=0.1))
        until(lambda: _gone(int(pid.read_text())), "its child is gone")

    def test_asked_twice_nothing_is_waited_for(self, out: io.StringIO) -> None:
        text = f"trap 'echo asked; {STOP_US}' TERM; {STOP_US}; {FOREVER}"
        watch(out, script("esl-1", text, phase=Phase.CALLS, stop_s=86_400))  # would hang otherwise
        assert "asked" in out.getvalue()

    def test_signals_are_given_back(self, out: io.StringIO) -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
        watch(out, script("web", STOP_US))
        assert [
            signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)
        ] == before


def test_killing_the_parent_leaves_no_process_behind(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", _FAMILY, str(tmp_path)], stdout=subprocess.DEVNULL)
    until(lambda: len(list(tmp_path.iterdir())) == 3, "three children are up")
    children = [int(file.name) for file in tmp_path.iterdir()]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(5)
    until(lambda: all(map(_gone, children)), "its children are gone")


_FAMILY = f"""
import sys
from app.processes.children import Children
from app.processes.console import Console
from app.processes.program import Program

text = "touch " + sys.argv[1] + "/$$; {FOREVER}"
with Children(Console()) as children:
    children.start(Program(name, ["/bin/sh", "-c", text]) for name in ("a", "b", "c"))
    children.watch()
"""


def _turn_until(children: Children, condition: Callable[[], bool]) -> None:
    def turned() -> bool:
        children.wait_ready(5)
        children._turn(0.01)
        return condition()

    until(turned)


def _gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
