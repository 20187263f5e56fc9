"""`hotline400 esl`: call control. Several processes may share the port; each keeps a journal of its own."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - patched first, so that everything below is cooperative
import logging  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import socket  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable, Iterator  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from functools import partial  # noqa: E402
from pathlib import Path  # noqa: E402

import gevent  # noqa: E402

from app.calls.lost import never_ended  # noqa: E402
from app.calls.state import key_of  # noqa: E402
from app.errors import HotlineError, SettingError  # noqa: E402
from app.flow.system_prompts import system_file  # noqa: E402
from app.journal.disk import JournalBusy  # noqa: E402
from app.journal.journal import Journal  # noqa: E402
from app.journal.shipper import Shipper  # noqa: E402
from app.live.connection import JOB_TIMEOUT_S, connect  # noqa: E402
from app.live.counters import next_turn  # noqa: E402
from app.live.shared import Shared  # noqa: E402
from app.live.snapshots import SnapshotCache  # noqa: E402
from app.processes import logs  # noqa: E402
from app.processes.orders import DRAIN, HAND_OVER  # noqa: E402
from app.processes.redis import url_of  # noqa: E402
from app.processes.reporter import reporter_of  # noqa: E402
from app.routing import regions  # noqa: E402
from app.settings import Settings  # noqa: E402
from app.telephony import arguments  # noqa: E402
from app.telephony.callbacks import Callbacks  # noqa: E402
from app.telephony.control import Switch  # noqa: E402
from app.telephony.controller import Controller  # noqa: E402
from app.telephony.messages import Messages  # noqa: E402
from app.telephony.phone_tests import PhoneTests  # noqa: E402
from app.telephony.server import CallServer  # noqa: E402
from app.telephony.surroundings import Surroundings  # noqa: E402

log = logging.getLogger(__name__)

SPARE_FILES = 256
GIVE_WAY_S = (
    0.0002  # the journal's thread yields to calls so soon; Python's 5 ms can be heard at the 99th percentile
)
MAX_PROCESSES = 64  # on one machine, so many journals
LAST_SHIPMENT_S = 5.0  # for the records of the last calls to leave; the others leave at the next start


def run(settings: Settings) -> int:
    """Take calls until SIGTERM, then let the live ones end."""
    logs.configure(settings.log_level, waits=False)
    _allow_files(settings.max_calls)
    sys.setswitchinterval(GIVE_WAY_S)
    regions.load()
    url = url_of(settings)
    snapshots = SnapshotCache(connect(url), settings.home / "snapshots")
    with _journal(settings.home / "journal") as (journal, name):
        shipper = Shipper(journal.outbox, connect(url, JOB_TIMEOUT_S), name)
        live = Shared(connect(url), name)
        messages = Messages(connect(url))
        around = Surroundings(
            settings.trunk,
            settings.prompts_dir,
            settings.recordings_dir,
            partial(next_turn, connect(url)),
            live,
            messages.send,
            calls_back=settings.switch_socket is not None,
        )
        callbacks = _callbacks(settings, around, snapshots)
        tests = _phone_tests(settings, around, snapshots)
        controller = Controller(snapshots, journal, around, name=name, secret=key_of(settings.secret_key))
        server = _server(settings, controller)
        background = [gevent.spawn(run) for run in (snapshots.listen, shipper.run, live.run)]
        background += [gevent.spawn(ringer.run) for ringer in (callbacks, tests) if ringer]
        background.append(gevent.spawn(partial(_close_unfinished, journal, name)))
        drain = _drain_on_signal(server, settings.drain_s)
        reporter = reporter_of(name, settings, server, live, journal, callbacks, drain)
        background.append(gevent.spawn(reporter.run))
        log.info("%s takes calls on %s", name, server.address)
        _calm_collector()
        server.serve_forever()
        for ringer in (callbacks, tests):
            if ringer:
                ringer.stop()
        messages.flush(LAST_SHIPMENT_S)
        journal.flush(LAST_SHIPMENT_S)
        live.flush()
        snapshots.stop()
        shipper.stop()
        live.stop()
        reporter.stop()
        gevent.joinall(background, timeout=LAST_SHIPMENT_S)
        _ship_rest(shipper)
        reporter.withdraw()
    return 0


def _callbacks(settings: Settings, around: Surroundings, snapshots: SnapshotCache) -> Callbacks | None:
    """What calls callers back; None where no switch can be told to."""
    if settings.switch_socket is None:
        log.warning("HOTLINE_SWITCH is empty: nobody is called back")
        return None
    switch = Switch(*settings.switch_socket)
    return Callbacks(around.live, switch, around.trunk, around.notify, snapshots.get)


def _phone_tests(settings: Settings, around: Surroundings, snapshots: SnapshotCache) -> PhoneTests | None:
    """What rings phones for the console; None where no switch can be told to."""
    if settings.switch_socket is None:
        return None
    redis = connect(url_of(settings), JOB_TIMEOUT_S)
    return PhoneTests(redis, Switch(*settings.switch_socket), around, snapshots.get)


def _allow_files(max_calls: int) -> None:
    """Room for a socket a call, as far as the system lets us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = max_calls * 2 + SPARE_FILES
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    if hard < wanted:
        log.warning("HOTLINE_MAX_CALLS=%d needs %d open files, the system allows %d", max_calls, wanted, hard)


def _calm_collector() -> None:
    """Look for garbage seldom: with thousands of live calls each look is a pause that callers could hear.

    What is loaded by now stays for ever, and calls leave little behind that reference counting does not free.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 50)


def _server(settings: Settings, controller: Controller) -> CallServer:
    try:
        server = CallServer(
            settings.esl_listen,
            controller.handle,
            max_calls=settings.max_calls,
            peers=settings.esl_peers,
            secret=settings.esl_secret,
            busy=arguments.files([f"{settings.prompts_dir}/{system_file('sys.lines_busy')}"]),
        )
        server.start()
    except OSError as bad:
        expected = f"an address of this machine that is free ({bad.strerror})"
        raise SettingError("HOTLINE_ESL_LISTEN", str(settings.esl_listen), expected) from bad
    return server


@contextmanager
def _journal(folder: Path) -> Iterator[tuple[Journal, str]]:
    """The first journal on this machine that no other process has, and our name, which is the journal's."""
    for number in range(MAX_PROCESSES):
        try:
            journal = Journal(folder / str(number))
        except JournalBusy:
            continue
        try:
            yield journal, f"{socket.gethostname()}-{number}"
        finally:
            journal.close()
        return
    raise JournalBusy(f"{MAX_PROCESSES} processes write journals in {folder}")


def _close_unfinished(journal: Journal, name: str) -> None:
    """Calls that an earlier life of this process left behind are told of, until somebody knows more of them."""
    journal.close_unfinished(lambda call_id, begun: never_ended(call_id, begun, name))


def _drain_on_signal(server: CallServer, drain_s: int) -> Callable[[str], None]:
    """SIGTERM and SIGINT drain, SIGUSR1 hands all calls over at once. Returns what does the same for orders."""

    def drain(how: str) -> None:
        patience_s = 0 if how == HAND_OVER else drain_s
        log.info("%d calls are live; no more are taken, these have %d s", server.live_calls, patience_s)
        gevent.spawn(server.drain, patience_s)

    for number, how in ((signal.SIGTERM, DRAIN), (signal.SIGINT, DRAIN), (signal.SIGUSR1, HAND_OVER)):
        gevent.signal_handler(number, drain, how)
    return drain


def _ship_rest(shipper: Shipper) -> None:
    try:
        shipper.step()
    except HotlineError as away:
        log.warning("the last records are shipped at the next start: %s", away)
