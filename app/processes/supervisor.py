"""`hotline400 run`: starts everything in order, keeps it running, stops it in order."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from app.processes.children import Children, NotStarted, StopAsked
from app.processes.console import Console
from app.processes.ports import check_free
from app.processes.programs import preparations, redis_program, services
from app.processes.redis import EmbeddedRedis
from app.processes.running import only_one
from app.settings import Settings
from app.words import Words

READY_WAIT_S = 60.0
PREPARE_WAIT_S = 300.0  # a migration of a large database takes its time
PREDECESSOR_WAIT_S = 15.0


def run(settings: Settings) -> int:
    """Run everything until somebody stops it; returns the exit code.

    0 after a stop, 1 when something does not come up, 2 when that is for a setting.
    """
    console = Console()
    with only_one(settings.home):
        check_ports(settings)
        with Children(console) as children:
            try:
                _start(settings, children, console)
                children.watch()
            except StopAsked:
                console.say(_stopping(settings))
                return 0
            except NotStarted as failed:
                console.say(failed.words)
                return failed.exit_code


def check_ports(settings: Settings) -> None:
    """SettingError for the first address at which we could not listen."""
    check_free("HOTLINE_WEB_LISTEN", settings.web_listen)
    check_free("HOTLINE_ESL_LISTEN", settings.esl_listen, shared=True)
    if settings.simulator:
        check_free("HOTLINE_SIMULATOR_LISTEN", settings.simulator_listen)


def _start(settings: Settings, children: Children, console: Console) -> None:
    environ = dict(os.environ)
    if not settings.redis_url:
        server = EmbeddedRedis(settings.home)
        _wait_for_predecessor(server)
        children.start([redis_program(server)])
        children.wait_ready(READY_WAIT_S)
        environ["HOTLINE_REDIS_URL"] = server.url
    for program in preparations():
        children.start([program], environ)
        children.wait_ready(PREPARE_WAIT_S)
    children.start(services(settings, settings.redis_url or environ["HOTLINE_REDIS_URL"]), environ)
    children.wait_ready(READY_WAIT_S)
    console.block(Words("hotline400 已启动", "hotline400 is running"), _rows(settings))


def _wait_for_predecessor(server: EmbeddedRedis) -> None:
    """The Redis of a `run` that was killed goes by itself; two must not write the same files."""
    give_up = time.monotonic() + PREDECESSOR_WAIT_S
    while server.answers():
        if time.monotonic() > give_up:
            raise NotStarted(Words("数据目录中另有 Redis 在运行", "another Redis runs in the data folder"))
        time.sleep(0.1)


def _rows(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "控制台 Console", f"http://{settings.web_listen}"
    if settings.first_login.exists():
        yield "首次登录 First login", settings.first_login.read_text().strip().replace(" ", "  ")
    yield "呼叫控制 Call control", f"{settings.esl_listen} (FreeSWITCH event socket)"
    if settings.simulator:
        yield "试打 Try a call", "make call"
    yield "数据 Data", str(settings.home)
    yield "停止 Stop", "Ctrl-C"


def _stopping(settings: Settings) -> Words:
    return Words(
        f"正在停止：最多等待 {settings.drain_s} 秒让通话结束；再按一次 Ctrl-C 立即停止",
        f"stopping: live calls get up to {settings.drain_s} s to end; Ctrl-C again stops at once",
    )
