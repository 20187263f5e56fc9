"""One real FreeSWITCH for all tests of this folder, with a caller's telephone and a bank of phones."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from signal import SIGKILL

import pytest

from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch, find_freeswitch
from tests.e2e.hotline import Hotline
from tests.e2e.phonebank import PhoneBank
from tests.support import processes
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

HERE = Path(__file__).parent
LOG_LINES = 80
ABSENT = "no FreeSWITCH: put `freeswitch` on PATH or set FREESWITCH=/path/to/freeswitch"
PASSWORD = "p\"<&>'$${x}%;|"  # what a carrier's password may hold


@pytest.fixture(scope="package")
def all_phones() -> Iterator[PhoneBank]:
    bank = PhoneBank()
    yield bank
    bank.close()


@pytest.fixture(scope="package")
def running_switch(
    all_phones: PhoneBank, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[FreeSwitch]:
    program = find_freeswitch()
    assert program, ABSENT
    gateway = {
        "gateway": f"127.0.0.1:{all_phones.place[1]}",
        "gateway_user": "4008001234",
        "gateway_password": PASSWORD,
    }
    certs = pytestconfig.cache.mkdir("freeswitch-certs")
    switch = FreeSwitch(program, tmp_path_factory.mktemp("freeswitch"), certs, **gateway)
    try:
        switch.start()
        yield switch
    finally:
        switch.stop()


@pytest.fixture
def switch(running_switch: FreeSwitch) -> Iterator[FreeSwitch]:
    """The switch; after the test no call may be left on it."""
    yield running_switch
    until(lambda: running_switch.live_sessions() == 0, "all calls ended on the switch")


@pytest.fixture
def phones(all_phones: PhoneBank) -> Iterator[PhoneBank]:
    yield all_phones
    all_phones.reset()


@pytest.fixture
def caller(switch: FreeSwitch) -> Iterator[Caller]:
    with Caller(switch.carrier) as telephone:
        yield telephone


@pytest.fixture(scope="package")
def installation(running_switch: FreeSwitch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """hotline400 with a Redis of its own: its worker and controllers must not meddle with other tests."""
    redis_server = RedisServer(tmp_path_factory.mktemp("redis"))
    redis_server.start()
    hotline = Hotline(running_switch, redis_server.url)
    hotline.prepare()
    worker = hotline.start("worker")
    hotline.start_controller()
    yield hotline
    for process in (worker, *hotline.controllers):
        processes.stop(process, SIGKILL)
    redis_server.stop()


@pytest.fixture
def hotline(installation: Hotline, switch: FreeSwitch) -> Hotline:
    """The installation, with call control at the first address that FreeSWITCH knows."""
    installation.revive_controller()
    return installation


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails shows what FreeSWITCH said last, and what the telephones saw."""
    report = yield
    used = getattr(item, "funcargs", {})
    if report.failed and "running_switch" in used:
        report.sections.append(
            ("FreeSWITCH", "\n".join(used["running_switch"].log.splitlines()[-LOG_LINES:]))
        )
        telephones = [used.get("caller"), *used["all_phones"].calls()]
        report.sections.append(("telephones", "\n".join(map(str, telephones))))
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a FreeSWITCH all tests of this folder become one that says so, on one line of the summary."""
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    try:
        if not ours or find_freeswitch():
            _scripted_first(items, ours)
            return
    except FileNotFoundError as wrong:
        raise pytest.UsageError(str(wrong)) from wrong
    ours[0].add_marker(pytest.mark.skip(f"{len(ours)} tests on a real switch: {ABSENT}"))
    items[:] = [item for item in items if item is ours[0] or item not in ours]
    config.hook.pytest_deselected(items=ours[1:])


def _scripted_first(items: list[pytest.Item], ours: list[pytest.Item]) -> None:
    """Tests with controllers of a few lines come before those with an installation, whose controllers keep their ports."""
    places = [position for position, item in enumerate(items) if item in ours]
    ours.sort(key=lambda item: "installation" in getattr(item, "fixturenames", ()))
    for position, item in zip(places, ours, strict=True):
        items[position] = item
