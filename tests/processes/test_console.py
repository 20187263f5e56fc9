"""What `hotline400 run` writes to its terminal."""

from __future__ import annotations

import io

from app.processes.console import Console
from app.words import Words


def test_every_line_carries_the_name_of_its_process() -> None:
    out = io.StringIO()
    console = Console(out)
    console.line("web", "listening")
    console.line("scheduler", "waiting")
    assert out.getvalue() == "web        │ listening\nscheduler  │ waiting\n"


def test_our_own_lines_are_in_both_languages() -> None:
    out = io.StringIO()
    Console(out).say(Words("已停止", "stopped"))
    assert out.getvalue() == "hotline400 │ 已停止 · stopped\n"


def test_a_caller_cannot_send_commands_to_the_terminal() -> None:
    out = io.StringIO()
    Console(out).line("esl-1", "from \033[2J\r\x07 caller")
    assert out.getvalue() == "esl-1      │ from �[2J�� caller\n"


def test_processes_differ_in_colour_on_a_terminal() -> None:
    out = io.StringIO()
    console = Console(out, coloured=True)
    console.line("web", "a")
    console.line("worker", "b")
    console.line("web", "c")
    first, second, third = (line.split("m", 1)[0] for line in out.getvalue().splitlines())
    assert first == third != second


def test_a_table_lines_up_with_chinese_labels() -> None:
    out = io.StringIO()
    Console(out).block(Words("标题", "Title"), [("控制台 Console", "x"), ("Stop", "y")])
    rows = out.getvalue().splitlines()[3:5]
    assert rows == ["  控制台 Console            x", "  Stop                      y"]


def test_a_terminal_that_is_gone_does_not_stop_us() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    Console(Gone()).line("web", "hello?")
