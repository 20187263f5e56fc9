"""Calls through the simulated switch that no recording shows: failover, phones in use, callers of all kinds."""

from __future__ import annotations

import json

import pytest

from app.simulator.caller import Caller, HangUp
from app.simulator.clock import InstantClock
from app.simulator.dialplan import PAUSES, TRIES
from app.simulator.phones import PhoneBehaviour, Phones
from app.simulator.story import CallStory
from app.simulator.switch import SimulatedSwitch
from tests.simulator.controllers import Controller, controlled, execution, free_address, standard

ONE, TWO = "13900000001", "13900000002"


def caller(keys: str = "", **values: object) -> Caller:
    return Caller("13800138000", "4008001234", keys, **values)  # type: ignore[arg-type]


def switch(*controllers: str, phones: dict[str, str] | None = None) -> SimulatedSwitch:
    behaviours = {number: PhoneBehaviour.read(words) for number, words in (phones or {}).items()}
    return SimulatedSwitch(controllers, InstantClock(), Phones(behaviours))


def moments(story: CallStory) -> dict[str, float]:
    """When each kind of thing happened last, in seconds, to a tenth."""
    return {line.event: round(line.at_s, 1) for line in story.lines}


def test_a_standard_call_tells_its_story_second_by_second() -> None:
    with controlled(standard) as address:
        story = switch(address, phones={ONE: "answers after 3 talks 60"}).place(caller("1")).wait(10)
    assert [line.text("en") for line in story.lines if line.event not in ("controller", "playing")] == [
        "call to 4008001234 from 13800138000",
        "answered",
        "caller presses 1",
        "keys taken: 1",
        f"rings {ONE}",
        f"{ONE} answers",
        "they talk",
        "the callee hangs up",
        "end of the talk, 60.0 s",
        "the switch hangs up (normal clearing)",
        "over after 63.7 s (normal clearing)",
    ]
    assert moments(story) | {"talking": 3.7, "callee_hangs_up": 63.7} == moments(story)


def test_without_any_controller_the_caller_hears_the_apology() -> None:
    story = switch(free_address(), free_address()).place(caller()).wait(10)
    assert story.events().count("no_controller") == 2 * TRIES * (1 + PAUSES)
    assert story.events()[-6:] == ["apology", "early_media", "playing", "playing", "switch_hangs_up", "end"]
    assert story.hangup_cause == "NORMAL_TEMPORARY_FAILURE"


def test_the_next_controller_gets_the_call_when_the_first_is_away() -> None:
    with controlled(standard) as address:
        story = switch(free_address(), address).place(caller("1")).wait(10)
    assert story.events()[:3] == ["call", "no_controller", "controller"]
    assert "talked" in story.events()


def test_a_phone_is_free_again_after_a_call() -> None:
    with controlled(standard) as address:
        one_phone = switch(address, phones={ONE: "answers after 1 talks 1"})
        stories = [one_phone.place(caller("1")).wait(10) for _ in range(2)]
    assert all("talked" in story.events() for story in stories)


def test_two_callers_for_one_phone_at_the_same_moment_and_one_finds_it_busy() -> None:
    with controlled(standard) as address:
        one_phone = switch(address, phones={ONE: "answers after 1 talks 60"})
        stories = [one_phone.place(caller("1")) for _ in range(2)]
        told = [story.wait(10).events() for story in stories]
    assert sorted("talked" in events for events in told) == [False, True]
    assert sorted("phone_fails" in events for events in told) == [False, True]


@pytest.mark.parametrize(
    ("moment", "after_s", "last", "at_s", "cause"),
    [
        (HangUp.CALL, 0.2, "answered", 0.2, "NORMAL_CLEARING"),
        (HangUp.PROMPT, 0.5, "playing", 0.5, "NORMAL_CLEARING"),
        (HangUp.RINGING, 2.0, "ringing", 2.7, "NORMAL_CLEARING"),
        (HangUp.TALKING, 7.0, "talking", 10.7, "NORMAL_CLEARING"),
    ],
)
def test_the_caller_hangs_up(moment: HangUp, after_s: float, last: str, at_s: float, cause: str) -> None:
    keys = "1" if moment in (HangUp.RINGING, HangUp.TALKING) else ""
    with controlled(standard) as address:
        placed = switch(address, phones={ONE: "answers after 3 talks 60"})
        story = placed.place(caller(keys, hang_up=moment, hang_up_after_s=after_s)).wait(10)
    events = [event for event in story.events() if event != "talked"]
    assert events[-3:-1] in ([last, "caller_hangs_up"], ["playing", "caller_hangs_up"])
    assert (moments(story)["caller_hangs_up"], story.hangup_cause) == (at_s, cause)


def test_a_caller_whom_nobody_answers_loses_patience() -> None:
    with controlled(standard) as address:
        story = switch(address, phones={ONE: "no answer"}).place(caller("1", patience_s=8)).wait(10)
    assert moments(story)["caller_hangs_up"] == 8.0


def test_the_caller_ends_the_talk_when_he_has_less_to_say() -> None:
    with controlled(standard) as address:
        story = (
            switch(address, phones={ONE: "answers after 1 talks 60"}).place(caller("1", talk_s=4)).wait(10)
        )
    assert "callee_hangs_up" not in story.events()
    assert moments(story)["caller_hangs_up"] == 5.7


def test_keys_after_a_wait_are_pressed_whatever_the_machine_does() -> None:
    def plays(controller: Controller) -> None:
        controller.start()
        controller.execute("answer")
        controller.execute("playback", "silence_stream://9000")
        controller.execute("hangup")

    with controlled(plays) as address:
        story = switch(address).place(caller("wait 3, press 2, wait 1, press 13")).wait(10)
    pressed = [(round(line.at_s, 1), line.values["digit"]) for line in story.lines if line.event == "key"]
    assert pressed == [(3.0, "2"), (4.0, "1"), (4.3, "3")]


def test_a_key_script_can_hang_up() -> None:
    with controlled(standard) as address:
        story = switch(address).place(caller("wait 1, hang up")).wait(10)
    assert moments(story)["caller_hangs_up"] == 1.0


def test_a_controller_that_is_killed_while_it_speaks_is_followed_by_the_next() -> None:
    def dies(controller: Controller) -> None:
        fields = controller.start()
        if fields.get("variable_h400_state"):
            heard.append(fields["variable_h400_state"])
            controller.execute("hangup")
        else:
            controller.say(
                execution("answer"),
                execution("set", "h400_state=menu"),
                execution("playback", "local_stream://moh"),
            )
            controller.until(lambda event: event.get("Application") == "set")

    heard: list[str] = []
    with controlled(dies) as address:
        story = switch(address, free_address()).place(caller()).wait(10)
    assert heard == ["menu"]
    assert story.events().count("controller") == 2


def test_after_uuid_kill_the_lingering_notice_may_come_before_the_last_events() -> None:
    def kills(controller: Controller) -> None:
        fields = controller.start()
        controller.execute("answer")
        controller.say(
            execution("playback", "local_stream://moh"), f"api uuid_kill {fields['Unique-ID']} CALL_REJECTED"
        )
        controller.listen()
        heard.extend(controller.heard)

    heard: list = []  # type: ignore[type-arg]
    with controlled(kills) as address:
        story = switch(address).place(caller()).wait(10)
    kinds = [frame.event.get("Event-Name") or frame.headers.get("Content-Disposition") for frame in heard]
    assert kinds.index("linger") < kinds.index("CHANNEL_HANGUP_COMPLETE")
    assert story.hangup_cause == "CALL_REJECTED"


@pytest.mark.parametrize(
    "hostile", ["x%0AContent-Type: text/disconnect-notice", 'a"b\\c', "张三%0D%0A", "a|b,c]{d}"]
)
def test_a_hostile_name_stays_one_field(hostile: str) -> None:
    def looks(controller: Controller) -> None:
        fields = controller.start()
        named.append((fields["Caller-Caller-ID-Name"], controller.execute("answer")["Caller-Caller-ID-Name"]))
        controller.execute("hangup")

    named: list[tuple[str, str]] = []
    with controlled(looks) as address:
        switch(address).place(caller(name=hostile)).wait(10)
    ((in_headers, in_event),) = named
    assert in_headers.strip() == in_event.strip() == hostile.replace("%0A", "\n").replace("%0D", "\r").strip()


@pytest.mark.parametrize("argument", ["", "x y z", "1", "1 1 1 1000 # silence_stream://1 x keys ( 1", "' 1"])
def test_arguments_without_sense_do_not_stop_the_call(argument: str) -> None:
    def asks(controller: Controller) -> None:
        controller.start()
        controller.execute("answer")
        done.append(controller.execute("play_and_get_digits", argument)["Application"])
        controller.execute("sleep", argument)
        controller.execute("hangup")

    done: list[str] = []
    with controlled(asks) as address:
        story = switch(address).place(caller("1")).wait(10)
    assert done == ["play_and_get_digits"]
    assert story.hangup_cause == "NORMAL_CLEARING"


def test_events_that_nobody_asked_for_are_not_sent() -> None:
    def deaf(controller: Controller) -> None:
        fields = controller.reply("connect").headers
        controller.say(
            "event json DTMF",
            f"filter Unique-ID {fields['Unique-ID']}",
            execution("answer"),
            execution("hangup"),
        )
        controller.listen()
        heard.extend(event["Event-Name"] for event in controller.events)

    heard: list[str] = []
    with controlled(deaf) as address:
        switch(address).place(caller()).wait(10)
    assert heard == []


def test_plain_events_say_the_same_as_json_ones() -> None:
    def plain(controller: Controller) -> None:
        controller.reply("connect")
        controller.say("myevents", execution("set", "x=a b%c"))
        while len(bodies) < 2:
            frame = controller.frame()
            if frame and frame.headers["Content-Type"] == "text/event-plain":
                bodies.append(frame.body)
        controller.say(execution("hangup"))

    bodies: list[str] = []
    with controlled(plain) as address:
        switch(address).place(caller()).wait(10)
    assert [body.split("\n")[0] for body in bodies] == [
        "Event-Name: CHANNEL_EXECUTE", "Event-Name: CHANNEL_EXECUTE_COMPLETE"
    ]  # fmt: skip
    assert "variable_x: a%20b%25c\n" in bodies[1]


def test_the_times_of_events_are_those_of_the_simulated_clock() -> None:
    def listens(controller: Controller) -> None:
        controller.start()
        controller.execute("answer")
        before = controller.execute("set", "a=1")
        after = controller.execute("sleep", "90000")
        elapsed.append(int(after["Event-Date-Timestamp"]) - int(before["Event-Date-Timestamp"]))
        controller.execute("hangup")

    elapsed: list[int] = []
    with controlled(listens) as address:
        switch(address).place(caller()).wait(10)
    assert 90_000_000 <= elapsed[0] <= 90_100_000


def test_a_story_survives_the_way_through_json() -> None:
    with controlled(standard) as address:
        story = switch(address).place(caller("1")).wait(10)
    from app.simulator.story import StoryLine

    again = [StoryLine.decode(json.loads(json.dumps(line.encode()))) for line in story.lines]
    assert [line.pretty() for line in again] == [line.pretty() for line in story.lines]
