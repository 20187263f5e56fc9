"""Log lines whose reader is slow, stuck or gone: call control neither waits for him nor fills its memory."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest

from app.processes.log_pipe import MOST_BYTES, LogPipe
from tests.support.patched import run_patched
from tests.support.waiting import until

LINE = "a line of a call\n"


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe: its reading and its writing end."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def read(end: int, until_text: bytes) -> bytes:
    got = b""
    while until_text not in got:
        got += os.read(end, 1 << 20)
    return got


def test_lines_come_out_whole_and_in_order(pipe: tuple[int, int]) -> None:
    log = LogPipe(pipe[1])
    for number in range(1000):
        log.write(f"第{number}行\n")
    assert log.drain(10)
    assert read(pipe[0], "第999行\n".encode()).decode().split() == [f"第{number}行" for number in range(1000)]


def test_a_pipe_that_nobody_reads_takes_a_bounded_amount_and_counts_the_rest(pipe: tuple[int, int]) -> None:
    log = LogPipe(pipe[1])
    line = "x" * 1023 + "\n"
    for _ in range(2 * MOST_BYTES // 1024):
        log.write(line)
    dropped = log.dropped
    assert MOST_BYTES // 1024 - 128 <= dropped <= MOST_BYTES // 1024
    assert not log.drain(0.01)
    got = read(pipe[0], b"were dropped")
    assert re.search(rb"\n%d log lines were dropped: they were not read in time" % dropped, got)
    until(lambda: log.dropped == 0)


def test_a_reader_that_is_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    log = LogPipe(writing)
    for _ in range(100):
        log.write(LINE)
    assert log.drain(10)
    os.close(writing)


STUCK = """
import gevent, logging, os, sys, structlog
from app.processes import logs

reading, writing = os.pipe()
kept, _ = os.dup(2), os.dup2(writing, 2)
logs.configure("info", waits=False)
beats = []

def beat():
    while True:
        beats.append(1)
        gevent.sleep(0.001)

gevent.spawn(beat)
for number in range(200):
    logging.getLogger("calls").info("x" * 1000)  # 200 KB: three times what the pipe takes
    structlog.get_logger().info("x" * 1000)
    gevent.sleep(0)
with gevent.Timeout(10):
    while len(beats) < 100:
        gevent.sleep(0.001)
os.dup2(kept, 2)
print("went on")
os._exit(0)
"""


def test_call_control_goes_on_with_a_log_that_is_stuck() -> None:
    """The real thing under gevent: a write that blocks would stop every call of the process."""
    assert "went on" in run_patched(STUCK.replace("print", "os.write(1, b'went on\\n') or print"))


LAST = """
import logging
from app.processes import logs

logs.configure("info", waits=False)
for number in range(2000):
    logging.getLogger("calls").info("line %d", number)
"""


def test_the_last_lines_are_written_before_the_process_ends() -> None:
    code = "import os\nos.dup2(1, 2)\n" + LAST
    printed = run_patched(code)
    assert printed.splitlines()[-1].endswith("calls: line 1999")
    assert len(printed.splitlines()) == 2000
