"""What a caller sends along does not become a variable of ours, nor does anything of it reach a phone."""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue

import pytest

from tests.e2e.caller import Caller
from tests.e2e.controllers import PHONE, bridging, controller, hangs_up, keeps
from tests.e2e.freeswitch import FreeSwitch, find_freeswitch
from tests.e2e.line import Block, Line
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support.waiting import until

DID = "4008001234"
ANSWERS_AND_TALKS = Behaviour(talk_s=0.5)
SECRET = "Az09._~+/=-0123456789abcdefghijklmn"
OURS = (
    "hotline_state",
    "hotline_callback",
    "hotline_queue",
    "hotline_secret",
    "hotline_keys",
    "hotline_picked_up",
)
PREFIXES = ("", "X-", "P-", "X-FS-", "variable_", "sip_h_", "X-variable_", "Remote-Party-ID-")


def forged(name: str) -> list[tuple[str, str]]:
    """Headers in all spellings in which a SIP header might become the variable."""
    spellings = (name, name.replace("_", "-"))
    return [(f"{prefix}{spelling}", "forged") for prefix in PREFIXES for spelling in spellings]


@pytest.mark.parametrize("name", OURS)
def test_no_header_becomes_a_variable_of_ours(switch: FreeSwitch, caller: Caller, name: str) -> None:
    with controller(switch.controllers[0], hangs_up) as taken:
        caller.dial(DID, *forged(name)).wait("ended")
    headers = taken.calls[0].headers
    assert any(value == "forged" for value in headers.values()), "the headers came through in some form"
    assert f"variable_{name}" not in headers


def test_a_callers_headers_do_not_reach_the_phone(
    switch: FreeSwitch, caller: Caller, phones: PhoneBank
) -> None:
    phones.reset(**{f"n{PHONE}": ANSWERS_AND_TALKS})
    with controller(switch.controllers[0], bridging(SimpleQueue())):
        caller.dial(DID, *forged("hotline_state")).wait("ended")
    invite = phones.calls(PHONE)[0].invite.encode().decode()
    assert "forged" not in invite
    assert "hotline" not in invite


def test_what_we_tell_a_call_of_our_own_stays_but_for_the_state(
    switch: FreeSwitch, phones: PhoneBank
) -> None:
    """A call-back carries its promise through the dialplan."""
    phones.reset(**{f"n{PHONE}": ANSWERS_AND_TALKS})
    variables = "hotline_state=forged,hotline_callback=promise,hotline_queue=care"
    with controller(switch.controllers[0], hangs_up) as taken:
        switch.api(f"originate {{{variables}}}sofia/gateway/carrier/{PHONE} {DID} XML hotline400")
        until(lambda: taken.calls, "the call-back is handed over")
    headers = taken.calls[0].headers
    assert "variable_hotline_state" not in headers
    assert (headers["variable_hotline_callback"], headers["variable_hotline_queue"]) == ("promise", "care")


@pytest.fixture(scope="module")
def secretive(
    all_phones: PhoneBank, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Iterator[FreeSwitch]:
    """A switch whose dialplan shows a secret."""
    program = find_freeswitch()
    assert program
    certs = pytestconfig.cache.mkdir("freeswitch-certs")
    gateway = f"127.0.0.1:{all_phones.place[1]}"
    switch = FreeSwitch(program, tmp_path_factory.mktemp("secretive"), certs, secret=SECRET, gateway=gateway)
    try:
        switch.start()
        yield switch
    finally:
        switch.stop()


def test_the_secret_is_shown_to_each_controller_anew(secretive: FreeSwitch) -> None:
    def takes_and_leaves(line: Line, _: Block) -> None:
        line.execute("multiset", "hotline_secret=")
        line.ask("exit")

    with (
        Caller(secretive.carrier) as caller,
        controller(secretive.controllers[0], takes_and_leaves) as first,
        controller(secretive.controllers[1], hangs_up) as second,
    ):
        caller.dial(DID).wait("ended")
    for taken in (first, second):
        assert taken.calls[0].headers["variable_hotline_secret"] == SECRET


def test_an_empty_value_removes_it(secretive: FreeSwitch) -> None:
    """So no event, no record of the switch's own and no expansion shows it afterwards."""
    seen: SimpleQueue[Block] = SimpleQueue()

    def looks(line: Line, connect: Block) -> None:
        line.perform("multiset", "hotline_secret=")
        seen.put(line.ask(f"api uuid_dump {connect.headers['Unique-ID']}"))
        line.execute("hangup", "NORMAL_CLEARING")
        keeps(line, connect)

    with Caller(secretive.carrier) as caller, controller(secretive.controllers[0], looks):
        caller.dial(DID).wait("ended")
    assert SECRET not in seen.get(timeout=1).body


def test_neither_phone_nor_caller_is_shown_the_secret(secretive: FreeSwitch, phones: PhoneBank) -> None:
    """Even when the controller leaves it in its place."""
    phones.reset(**{f"n{PHONE}": ANSWERS_AND_TALKS})
    heard: SimpleQueue[Block] = SimpleQueue()
    with Caller(secretive.carrier) as caller, controller(secretive.controllers[0], bridging(heard)):
        caller.dial(DID).wait("ended")
        assert "variable_hotline_secret" in heard.get(timeout=1).headers
    for message in (phones.calls(PHONE)[0].invite, caller.final):
        assert message
        assert "0123456789abcdefghijk" not in message.encode().decode()


def test_the_phones_leg_does_not_have_the_secret(secretive: FreeSwitch, phones: PhoneBank) -> None:
    phones.reset(**{f"n{PHONE}": ANSWERS_AND_TALKS})
    with Caller(secretive.carrier) as caller, controller(secretive.controllers[0], bridging(SimpleQueue())):
        caller.dial(DID)
        phones.call(PHONE, "answered")
        until(lambda: ",outbound," in secretive.api("show channels"), "the phone's leg is in the list")
        channels = secretive.api("show channels").splitlines()[1:]
        legs = [line.split(",")[0] for line in channels if ",outbound," in line]
        dumps = [secretive.api(f"uuid_dump {leg}") for leg in legs]
        caller.hang_up()
    assert dumps
    assert all("hotline_secret" not in dump for dump in dumps)


def test_a_call_without_controller_does_not_keep_the_secret(secretive: FreeSwitch) -> None:
    with Caller(secretive.carrier) as caller:
        caller.dial(DID).wait("early")
        leg = secretive.api("show channels").splitlines()[1].split(",")[0]
        assert "hotline_secret" not in secretive.api(f"uuid_dump {leg}")
