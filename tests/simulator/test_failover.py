"""What callers hear, and what the next controller gets, when controllers die: beyond what tests/wire shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.simulator import dialplan
from app.simulator.caller import Caller, HangUp
from app.simulator.channel import Channel
from app.simulator.clock import InstantClock
from app.simulator.dialplan import Dialplan
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.switch import SimulatedSwitch
from tests.simulator.controllers import Controller, controlled, execution, free_address
from tests.simulator.replaying import OURS
from tests.simulator.sounding import write_sounds

PHONE = "13900000001"
BRIDGE = f"[leg_timeout=20]sofia/gateway/carrier/{PHONE}"
FS_CONFIG = Path(__file__).parents[2] / "fs-config" / "dialplan" / "hotline400.xml"


def placed(*controllers: str, caller: Caller | None = None, plan: Dialplan | None = None) -> Channel:
    """A call that is over, with a phone that answers after 2 s and talks for 5 s."""
    kept: list[Channel] = []
    phones = Phones({PHONE: PhoneBehaviour(answer_after_s=2, talk_s=5)})
    switch = SimulatedSwitch(controllers, InstantClock(), phones, dialplan=plan, keep_record=kept.append)
    switch.place(caller or Caller("13800138000", "4008001234")).wait(10)
    return kept[0]


def begins_and_dies(*commands: str) -> Callable[[Controller], None]:
    """Has commands executed and is gone once the first of them is done."""

    def dies(controller: Controller) -> None:
        controller.start()
        controller.execute("answer")
        controller.say(*commands)
        controller.until(lambda event: event["Event-Name"] == "CHANNEL_EXECUTE_COMPLETE")

    return dies


def hangs_up(controller: Controller) -> None:
    controller.start()
    controller.execute("hangup")
    controller.listen()


def test_the_dialplan_is_that_of_fs_config() -> None:
    written = FS_CONFIG.read_text("utf-8")
    actions = re.findall(r'<action application="(\w+)"(?: data="([^"]*)")?', written)
    assert sum(application == "socket" for application, _ in actions) == dialplan.TRIES
    assert [argument for application, argument in actions if application == "sleep"] == [dialplan.PAUSE_MS]
    most = re.findall(r"x\{0,(\d)\}", written)
    assert [int(count) + 1 for count in most] == [dialplan.ROUNDS - 1, dialplan.PAUSES]
    sockets = [argument for application, argument in actions if application == "socket"]
    orders = [int(order) for argument in sockets for order in re.findall(r"controllers_(\d)", argument)]
    assert orders == [turn % dialplan.ORDERS + 1 for turn in range(dialplan.TRIES)]
    settings = next(argument for _, argument in actions if argument.startswith("hotline_did="))
    assert settings.replace("$1", "{did}") == dialplan.SETTINGS


def test_a_talk_outlives_all_controllers_and_the_next_hears_how_it_ended() -> None:
    heard: dict[str, str] = {}

    def leaves(controller: Controller) -> None:
        fields = controller.start()
        if "variable_last_bridge_to" in fields:
            heard.update(fields)
            controller.execute("hangup")
            return
        controller.say(execution("set", "socket_resume=false"), execution("bridge", BRIDGE))
        controller.until(lambda event: event["Event-Name"] == "CHANNEL_BRIDGE")

    with controlled(leaves) as address:
        call = placed(address)
    events = call.story.events()
    assert events.index("controller_left") < events.index("callee_hangs_up") < events.index("talked")
    assert (heard["variable_originate_disposition"], heard["variable_last_bridge_hangup_cause"]) == (
        "SUCCESS",
        "NORMAL_CLEARING",
    )
    assert int(heard["Caller-Channel-Bridged-Time"]) > 0


def test_a_controller_that_dies_before_its_settings_for_a_bridge_leaves_the_caller_in_the_air() -> None:
    dies = begins_and_dies(
        execution("set", "x=1"),
        execution("playback", "silence_stream://5000"),
        execution("set", "socket_resume=false"),
        execution("bridge", BRIDGE),
    )
    with controlled(dies) as address:
        call = placed(address, caller=Caller("13800138000", "4008001234", patience_s=30))
    assert call.story.events()[-3:] == ["limbo", "caller_hangs_up", "end"]
    assert (call.phase.name, call.variable("originate_disposition")) == ("QUIET", "ORIGINATOR_CANCEL")
    assert call.hearing.longest_s() == pytest.approx(30, abs=1)


@pytest.mark.parametrize(
    ("plan", "end"),
    [
        (Dialplan(), ["controller", "controller_left", "controller", "switch_hangs_up", "end"]),
        (OURS, ["controller", "controller_left", "limbo", "caller_hangs_up", "end"]),
    ],
    ids=["fs-config", "one that does not set socket_resume again"],
)
def test_after_a_talk_without_controller_one_may_die_before_it_has_said_anything(
    plan: Dialplan, end: list[str]
) -> None:
    lives: list[Controller] = []

    def lives_and_dies(controller: Controller) -> None:
        lives.append(controller)
        if len(lives) == 1:
            controller.start()
            controller.say(execution("set", "socket_resume=false"), execution("bridge", BRIDGE))
            controller.until(lambda event: event["Event-Name"] == "CHANNEL_BRIDGE")
        elif len(lives) == 3:
            hangs_up(controller)

    with controlled(lives_and_dies) as address:
        call = placed(
            address,
            caller=Caller("13800138000", "4008001234", hang_up=HangUp.CALL, hang_up_after_s=30),
            plan=plan,
        )
    assert call.story.events()[-len(end) :] == end


def test_all_are_asked_again_after_each_second_of_four() -> None:
    def refuses(controller: Controller) -> None:
        controller.reply("connect")
        controller.reply("exit")

    with controlled(refuses) as address:
        call = placed(address)
    asked = [line.at_s for line in call.story.lines if line.event == "controller"]
    assert [round(later - asked[0], 1) for later in asked] == [
        second for second in (0.0, 1.0, 2.0, 3.0, 4.0) for _ in range(6)
    ]
    assert "apology" in call.story.events()


def test_who_has_had_a_controller_since_does_not_wait_for_the_next() -> None:
    lives: list[str] = []

    def takes_and_dies(controller: Controller) -> None:
        fields = controller.start()
        lives.append(fields.get("variable_hotline_pauses", ""))
        controller.execute("multiset", "hotline_taken=true hotline_pauses=")

    with controlled(takes_and_dies) as address:
        call = placed(address)
    assert lives == [""] * dialplan.TRIES * dialplan.ROUNDS
    assert "apology" in call.story.events()
    assert call.hearing.longest_s() < 2


def test_what_the_dialplan_has_to_show_is_set_before_each_try() -> None:
    shown: list[str] = []

    def looks(controller: Controller) -> None:
        fields = controller.start()
        shown.append(fields["variable_hotline_secret"])
        controller.execute("set", "hotline_secret=")
        controller.reply("exit")

    with controlled(looks) as address:
        placed(address, plan=Dialplan(secret="s" * 16))
    assert shown == ["s" * 16] * dialplan.TRIES * (1 + dialplan.PAUSES)


def test_the_silence_is_as_long_as_nobody_speaks() -> None:
    with controlled(begins_and_dies(execution("set", "x=1"))) as first, controlled(hangs_up) as second:
        quick = placed(first, second)
    nobody = placed(free_address())
    assert quick.hearing.longest_s() < 0.2
    assert nobody.hearing.longest_s() == pytest.approx(4.0, abs=0.1)


def test_somebody_who_is_asked_again_answers_again(tmp_path: Path) -> None:
    ask = f"1 1 1 5000 # {write_sounds(tmp_path)}/menu.wav silence_stream://1 keys . 3000"

    def asks(controller: Controller) -> None:
        controller.start()
        controller.execute("answer")
        asked = [controller.execute("play_and_get_digits", ask) for _ in range(3)]
        pressed.extend(event["variable_keys"] for event in asked)
        controller.execute("hangup")

    pressed: list[str] = []
    with controlled(asks) as address:
        placed(address, caller=Caller("13800138000", "4008001234", answers={"menu": "9 1"}))
    assert pressed == ["9", "1", "1"]
