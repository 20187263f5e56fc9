"""What a real FreeSWITCH tells of calls that no controller closed, and what becomes of it."""

from __future__ import annotations

import argparse
import json
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest

from app.calls.ringing import Ringing
from app.calls.state import VARIABLE, Begin, StateLog, key_of
from app.commands import switch_records as command
from app.flow.outcomes import Answered, Collected
from app.journal import disk
from app.store import numbers
from app.store.models import SwitchRecord
from tests.e2e.caller import Caller
from tests.e2e.controllers import Script, controller, keeps
from tests.e2e.freeswitch import FreeSwitch, find_freeswitch
from tests.e2e.hotline import DESK, DID, Hotline
from tests.e2e.line import Block, Line
from tests.e2e.phonebank import BUSY, Behaviour, PhoneBank
from tests.support import processes
from tests.support.waiting import until
from tests.support.web_service import SILENCE, WebService, web_service

LEG = "dddddddd-1111-2222-3333-444444444444"
HOLD_UP_S = 2.0  # far less than FreeSWITCH waits for a console that does not answer


@pytest.fixture
def alone(installation: Hotline, switch: FreeSwitch) -> Hotline:
    """The installation with no controller and no console."""
    processes.stop(installation.controllers[0], SIGKILL)
    for path in switch.json_cdr_dir.glob("*.json"):
        path.unlink()
    return installation


def kept(hotline: Hotline, ani: str) -> SwitchRecord:
    """FreeSWITCH's record of the call from this number, once it is in the database."""

    def found() -> list[SwitchRecord]:
        return [record for record in SwitchRecord.select() if record.record["ani"] == ani]

    with hotline.store():
        until(lambda: bool(found()), f"FreeSWITCH's record of {ani}")
        (record,) = found()
    return record


def closed(hotline: Hotline, ani: str) -> dict[str, Any]:
    """The record of the call from this number, made from what FreeSWITCH told."""
    kept(hotline, ani)
    hotline.close_waiting()
    return hotline.record(ani)


def files(switch: FreeSwitch) -> list[Path]:
    return sorted(switch.json_cdr_dir.glob("*.json"))


def test_a_call_that_found_no_controller_has_a_record(alone: Hotline) -> None:
    ani = "13800138201"
    with alone.console(), Caller(alone.switch.carrier, ani) as caller:
        caller.dial(DID).wait("ended", deadline_s=20)
        record = closed(alone, ani)
    assert (record["standing"], record["ended"], record["result"]) == (
        "reconciled",
        "no_controller",
        "missed",
    )
    assert (record["did"], record["controller"], record["province"]) == (DID, "freeswitch", "北京")
    assert record["hangup_cause"] == "NORMAL_TEMPORARY_FAILURE"
    assert files(alone.switch) == []


def test_what_freeswitch_kept_while_the_console_was_away_is_brought_and_removed(
    alone: Hotline, capsys: pytest.CaptureFixture[str]
) -> None:
    ani = "13800138202"
    with Caller(alone.switch.carrier, ani) as caller:
        caller.dial(DID).wait("ended", deadline_s=20)
    until(lambda: len(files(alone.switch)) == 1, "FreeSWITCH keeps its record")
    arguments = _arguments(alone.switch)
    with pytest.raises(command.NotTaken):
        command.run(alone.switch.settings, arguments)
    assert len(files(alone.switch)) == 1
    with alone.console():
        assert command.run(alone.switch.settings, arguments) == 0
    assert "1 records" in capsys.readouterr().out
    assert (closed(alone, ani)["ended"], files(alone.switch)) == ("no_controller", [])


def _arguments(switch: FreeSwitch) -> Any:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return parser.parse_args(["--folder", str(switch.json_cdr_dir), "--url", f"http://{switch.web}"])


def dies_in_a_talk(hotline: Hotline) -> Script:
    """A controller whose caller pressed 1 and is put through to the desk, when it dies."""

    def script(line: Line, connect: Block) -> None:
        call_id, began_us = connect.headers["Unique-ID"], int(connect.headers["Caller-Channel-Created-Time"])
        with hotline.store():
            number = numbers.anybodys(DID)
            assert number
        begin = Begin(number.revision, datetime.fromtimestamp(began_us / 1_000_000, UTC), began_us)
        chose = (Answered(at_ms=15), Collected(digits="1", at_ms=29))
        log = StateLog(key_of(hotline.switch.settings.secret_key), call_id, begin, chose)
        line.execute("answer")
        line.execute("set", f"{VARIABLE}={log.text(Ringing(((LEG, 'desk'),), 30))}")
        line.execute("set", "socket_resume=false")
        line.ask("event plain CHANNEL_BRIDGE")
        line.execute("bridge", f"[origination_uuid={LEG},leg_timeout=5]sofia/gateway/carrier/{DESK}")
        line.read_event()
        line.cut()

    return script


def test_a_talk_whose_controller_was_killed_has_its_right_length(alone: Hotline, phones: PhoneBank) -> None:
    ani, talk_s = "13800138203", 1.2
    phones.reset(**{f"n{DESK}": Behaviour()})
    with (
        alone.console(),
        controller(alone.switch.controllers[0], dies_in_a_talk(alone)),
        Caller(alone.switch.carrier, ani) as caller,
    ):
        caller.dial(DID).wait("answered")
        until(lambda: bool(phones.calls(DESK)) and "answered" in phones.calls(DESK)[0].times, "they talk")
        began = time.monotonic()
        until(lambda: time.monotonic() - began > talk_s, "they have talked for a while")
        caller.hang_up()
        record = closed(alone, ani)
    assert (record["result"], record["ended"], record["answered_by"]) == ("answered", "caller", "desk")
    assert (record["standing"], record["keys"], record["flow_id"]) == ("reconciled", "1", "main")
    assert abs(record["talk_ms"] - talk_s * 1000) < 400
    assert [(leg["phone"], leg["result"]) for leg in record["legs"]] == [("desk", "answered")]


def test_ringing_a_caller_back_is_no_call_until_he_answers(alone: Hotline, phones: PhoneBank) -> None:
    switch, ani = alone.switch, "13800138204"
    leg = f"{{hotline_did={DID},origination_caller_id_number={DID}}}sofia/gateway/carrier/{DESK}"
    phones.reset(**{f"n{DESK}": BUSY})
    with alone.console():
        assert "USER_BUSY" in switch.api(f"originate {leg} {DID} XML hotline400")
        with Caller(switch.carrier, ani) as caller:
            caller.dial(DID).wait("ended", deadline_s=20)
        kept(alone, ani)
        with alone.store():
            assert outbound() == []
        phones.reset(**{f"n{DESK}": Behaviour()})
        assert "+OK" in switch.api(f"originate {leg} {DID} XML hotline400")
        with alone.store():
            until(lambda: len(outbound()) == 1, "FreeSWITCH's record of the call-back", 20)
            assert outbound()[0].record["ani"] == DESK


def outbound() -> list[SwitchRecord]:
    """FreeSWITCH's records of calls that it placed itself."""
    found = SwitchRecord.select()
    return [record for record in found if record.record["variables"]["direction"] == "outbound"]


def test_a_call_that_died_with_its_controller_is_provisional_until_freeswitch_has_told(
    alone: Hotline,
) -> None:
    ani = "13800138205"
    alone.revive_controller()
    with Caller(alone.switch.carrier, ani) as caller:
        caller.dial(DID).wait("answered")
        until(lambda: ani in begun(alone), "the journal has the call")
        processes.stop(alone.controllers[0], SIGKILL)
        caller.wait("ended", deadline_s=20)
    alone.revive_controller()
    record = alone.record(ani)
    assert (record["standing"], record["ended"], record["legs"]) == ("provisional", "switch_lost", [])
    with alone.console():
        command.run(alone.switch.settings, _arguments(alone.switch))
    record = closed(alone, ani)
    assert (record["standing"], record["ended"], record["flow_id"]) == ("reconciled", "no_controller", "main")
    assert [step["node"] for step in record["trail"]] == ["menu"]


def begun(hotline: Hotline) -> set[str]:
    """The callers whose calls are in the journals."""
    segments = hotline.home.glob("journal/*/*.calls")
    return {str(record.body.get("ani")) for path in segments for record in disk.load(path)}


@contextmanager
def posting_to(service: WebService, program: str, tmp_path: Path, certs: Path) -> Iterator[FreeSwitch]:
    """A further FreeSWITCH, whose console is this service."""
    switch = FreeSwitch(program, tmp_path, certs, json_cdr_url="http://" + service.url.split("/")[2])
    switch.start()
    try:
        yield switch
    finally:
        switch.stop()


@pytest.mark.parametrize(
    ("answer", "is_kept"),
    [((200, b""), False), ((503, b""), True), (SILENCE, True)],
    ids=["200", "503", "silence"],
)
def test_what_the_console_does_not_take_is_a_file_and_nobody_waits_for_it(
    tmp_path: Path, pytestconfig: pytest.Config, answer: tuple[int, bytes], is_kept: bool
) -> None:
    program = find_freeswitch()
    assert program
    certs = pytestconfig.cache.mkdir("freeswitch-certs")
    with web_service(answer) as service, posting_to(service, program, tmp_path, certs) as switch:
        with controller(switch.controllers[0], answers), Caller(switch.carrier) as caller:
            caller.dial(DID).wait("answered")
            asked = time.monotonic()
            caller.hang_up()
            until(lambda: len(service.asked) == 1, "the record is posted")
            assert time.monotonic() - asked < HOLD_UP_S
            with Caller(switch.carrier, "13800138299") as other:
                other.dial(DID).wait("answered", deadline_s=HOLD_UP_S)
        until(lambda: switch.live_sessions() == 0, "all calls ended on the switch", 20)
        path, headers, body = service.asked[0]
        login = b64encode(f"freeswitch:{switch.settings.records_password}".encode()).decode()
        assert (headers["Authorization"], headers["Content-Type"]) == (f"Basic {login}", "application/json")
        assert (len(service.asked), json.loads(body)["variables"]["hotline_did"]) == (2, DID)
        assert path.startswith("/switch/records?uuid=")
        found = {json.loads(file.read_bytes())["variables"]["uuid"] for file in files(switch)}
        posted = {json.loads(body)["variables"]["uuid"] for _, _, body in service.asked}
        assert found == (posted if is_kept else set())


def answers(line: Line, connect: Block) -> None:
    line.execute("answer")
    keeps(line, connect)
