"""fs-config/ on a real FreeSWITCH: it loads without complaint and opens nothing that it should not."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.e2e.caller import Caller
from tests.e2e.controllers import PHONE, bridging, controller, hangs_up
from tests.e2e.freeswitch import FreeSwitch
from tests.e2e.line import Line
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support.waiting import until


def test_loads_without_an_error_in_the_log(switch: FreeSwitch) -> None:
    started = switch.log.partition("FreeSWITCH Started")[0]
    assert [line for line in started.splitlines() if "[ERR]" in line or "[CRIT]" in line] == []


def test_starts_both_profiles_and_the_gateway(switch: FreeSwitch) -> None:
    status = switch.api("sofia status")
    assert f"sip:mod_sofia@127.0.0.1:{switch.carrier[1]}" in status
    assert f"sip:mod_sofia@127.0.0.1:{switch.test_port}" in status
    assert "carrier::carrier" in status


def test_listens_on_the_loopback_interface_only(switch: FreeSwitch) -> None:
    assert {place.split(":")[0] for place in listening(switch.pid)} == {"127.0.0.1"}


@pytest.mark.parametrize("password", ["ClueCon", ""], ids=["the well-known password", "none"])
def test_event_socket_refuses_other_passwords(switch: FreeSwitch, password: str) -> None:
    with pytest.raises(PermissionError, match="-ERR invalid"):
        Line.to(switch.event_socket_port, password)


def test_text_in_an_argument_never_runs_a_command(switch: FreeSwitch) -> None:
    assert switch.api("hostname") not in switch.api("eval ${hostname()}")


def test_writes_its_own_record_of_a_call_and_none_of_the_phones_leg(
    switch: FreeSwitch, phones: PhoneBank, caller: Caller
) -> None:
    phones.reset(**{f"n{PHONE}": Behaviour(talk_s=0.1)})
    with new_records(switch) as records, controller(switch.controllers[0], bridging(SimpleQueue())):
        caller.dial("4008001234").wait("ended")
    assert [record["sip_from_user"] for record in records] == ["13800138000"]
    assert phones.calls(PHONE)


def test_record_stays_readable_whatever_the_caller_is_called(switch: FreeSwitch) -> None:
    caller = Caller(switch.carrier, name="王\\\"%0A'{")
    with new_records(switch) as records, caller, controller(switch.controllers[0], hangs_up):
        caller.dial("4008001234").wait("ended")
    assert [record["sip_from_user"] for record in records] == ["13800138000"]


@contextmanager
def new_records(switch: FreeSwitch) -> Iterator[list[dict[str, str]]]:
    """The variables in the JSON CDRs that are written during the `with`; waits for one."""
    before = set(switch.json_cdr_dir.iterdir())
    records: list[dict[str, str]] = []
    yield records
    until(lambda: set(switch.json_cdr_dir.iterdir()) - before, "a record of the call")
    until(lambda: switch.live_sessions() == 0, "the call's other legs are gone")
    made = set(switch.json_cdr_dir.iterdir()) - before
    records += [json.loads(path.read_text())["variables"] for path in made]


def listening(pid: int) -> set[str]:
    """The IPv4 places where a process listens (TCP) or receives (UDP), and IPv6 ones as "[…]:port"."""
    inodes = open_sockets(pid)
    places = set()
    for table, state in (("tcp", "0A"), ("udp", "07"), ("tcp6", "0A"), ("udp6", "07")):
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = row.split()
            if fields[3] == state and fields[9] in inodes:
                places.add(_place(fields[1]))
    return places


def open_sockets(pid: int) -> set[str]:
    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since the folder was read
            inodes.add(link.readlink().name.removeprefix("socket:[").removesuffix("]"))
    return inodes


def _place(text: str) -> str:
    address, port = text.split(":")
    if len(address) > 8:
        return f"[{address}]:{int(port, 16)}"
    return f"{socket.inet_ntoa(bytes.fromhex(address)[::-1])}:{int(port, 16)}"
