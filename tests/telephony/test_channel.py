"""Commands on a channel: what goes out, what comes back, deadlines, and what does not get onto the wire."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from app.errors import CallerHungUp, CommandRefused, DeadlinePassed
from app.telephony import arguments
from app.telephony.arguments import NOTHING, Argument
from app.telephony.channel import Channel
from app.telephony.event import Event
from tests.telephony.conftest import CallMaker
from tests.telephony.flows import LATER_S, PROMPT, SOON_S, idle, play
from tests.telephony.peer import OK, UUID, event, until

# Beginning


def test_the_call_as_it_was_handed_over(call: CallMaker) -> None:
    def flow(channel: Channel) -> tuple[str, ...]:
        names = (
            "Caller-Caller-ID-Name",
            "Caller-Destination-Number",
            "variable_socket_resume",
            "variable_none",
        )
        return (channel.uuid, *(channel.header(name, "-") for name in names))

    assert call(flow).result() == (UUID, "小店", "4008001234", "true", "-")


def test_the_subscription_is_narrow_and_goes_out_in_one_write(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        channel.start(arguments.assignments({"continue_on_fail": True}))
        play(channel)

    switch = call(flow).switch
    switch.expect("playback")
    first, *filters, events, linger = [command["command"] for command in switch.commands[:5]]
    assert (first, linger) == ("connect", "linger 10")
    assert filters == [f"filter Unique-ID {UUID}", "filter Application -socket"]
    assert events.startswith("event json CHANNEL_EXECUTE_COMPLETE CHANNEL_BRIDGE ")
    assert switch.commands[5]["execute-app-name"] == "multiset"
    assert switch.commands[5]["execute-app-arg"] == "app_disable_expand_variables=true continue_on_fail=true"


# Executing


def test_a_completion_is_told_by_its_application_uuid_and_by_nothing_else(call: CallMaker) -> None:
    """D5: hold music that ends, and applications that applications run, are not the prompt that we wait for."""
    one = call(lambda channel: play(channel).header("variable_which"))
    playback = one.switch.expect("playback")
    one.switch.complete(playback | {"event-uuid": "another"}, variable_which="another")
    one.switch.event("CHANNEL_EXECUTE_COMPLETE", Application="playback", variable_which="without")
    one.switch.complete(playback, variable_which="ours")
    assert one.result() == "ours"


def test_two_controllers_of_one_call_do_not_take_each_others_completions(call: CallMaker) -> None:
    """The second gets the call, and its channel, when the first has died."""
    first, second = (call(play).switch.expect("playback")["event-uuid"] for _ in range(2))
    assert first != second


def test_two_greenlets_wait_for_their_own_completions(call: CallMaker) -> None:
    def flow(channel: Channel) -> list[str]:
        waits = [gevent.spawn(play, channel) for _ in range(2)]
        return [wait.get().header("variable_which") for wait in waits]

    one = call(flow)
    first, second = one.switch.expect("playback"), one.switch.expect("playback")
    one.switch.complete(second, variable_which="second")
    one.switch.complete(first, variable_which="first")
    assert one.result() == ["first", "second"]


def test_an_event_of_another_channel_is_nobodys(call: CallMaker) -> None:
    one = call(play)
    playback = one.switch.expect("playback")
    one.switch.hang_up(Unique_ID="the-other-leg")
    one.switch.complete(playback)
    assert one.result().name == "CHANNEL_EXECUTE_COMPLETE"


def test_commands_that_nothing_waits_for_go_out_before_the_one_that_is_waited_for(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        channel.execute("answer", wait=False)
        channel.set(arguments.assignments({"step": 3}))
        play(channel)

    one = call(flow)
    playback = one.switch.expect("playback")
    assert [command.get("execute-app-name") for command in one.switch.commands[1:]] == [
        "answer", "multiset", "playback",
    ]  # fmt: skip
    one.switch.complete(playback)
    one.result()


def test_variables_are_set_together_with_what_is_waited_for(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        channel.start(arguments.assignments({"continue_on_fail": True}))
        channel.set(arguments.assignments({"step": 3}))
        channel.execute("answer", wait=False)
        channel.set(arguments.assignments({"step": 4}))
        play(channel)
        channel.set(arguments.assignments({"step": 5}))
        channel.hangup()

    one = call(flow)
    one.switch.complete(one.switch.expect("playback"))
    one.switch.expect("hangup")
    done = [command for command in one.switch.commands if "execute-app-name" in command]
    assert [command["execute-app-name"] for command in done] == ["answer", "multiset", "playback", "hangup"]
    assert done[1]["execute-app-arg"].split()[1:] == ["continue_on_fail=true", "step=3", "step=4"]
    one.switch.end()
    one.result()


def test_who_leaves_a_call_says_first_what_the_next_has_to_know(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        channel.set(arguments.assignments({"step": 3}))

    one = call(flow)
    assert one.switch.expect("multiset")["execute-app-arg"] == "step=3"
    one.switch.expect("exit")


def test_commands_go_out_although_nothing_waits_on_the_channel(call: CallMaker) -> None:
    done = gevent.event.Event()

    def flow(channel: Channel) -> None:
        channel.execute("answer", wait=False)
        done.wait(LATER_S)

    one = call(flow)
    one.switch.expect("answer")
    done.set()
    one.result()


def test_applications_one_after_the_other_hold_up_all_but_the_last(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        channel.execute_many([("answer", NOTHING), ("playback", PROMPT), ("playback", PROMPT)])
        idle(channel, LATER_S)

    one = call(flow)
    one.switch.expect("answer")
    until(lambda: len(one.switch.commands) == 4)
    assert [command.get("event-lock") for command in one.switch.commands[1:]] == ["true", "true", None]
    one.switch.hang_up()


def test_an_own_handler_does_not_take_completions_away(call: CallMaker) -> None:
    """D14"""
    seen = []

    def flow(channel: Channel) -> Event:
        channel.register_handle("CHANNEL_EXECUTE_COMPLETE", lambda event: seen.append(event.name))
        return play(channel)

    one = call(flow)
    one.switch.complete(one.switch.expect("playback"))
    assert one.result().name == seen[0]


def test_a_refused_application(call: CallMaker) -> None:
    """D6"""
    one = call(play, replies=False)
    one.switch.send(b"Content-Type: command/reply\nReply-Text: -ERR memory error\n\n")
    with pytest.raises(CommandRefused, match="playback: -ERR memory error"):
        one.result()


def test_a_refusal_that_nobody_waited_for_is_raised_by_the_next_wait(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        channel.execute("answer", wait=False)
        idle(channel, SOON_S)
        with pytest.raises(CommandRefused, match="answer: -ERR no"):
            play(channel)
        play(channel)

    one = call(flow, replies=False)
    one.switch.expect("answer")
    one.switch.send(b"Content-Type: command/reply\nReply-Text: -ERR no\n\n")
    one.switch.complete(one.switch.expect("playback"))
    one.result()


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param(lambda c: c.execute("playback", PROMPT, wait=True, deadline_s=SOON_S), id="completion"),
        pytest.param(lambda c: c.api("uuid_break", deadline_s=SOON_S), id="reply"),
    ],
)
def test_every_wait_has_a_deadline(call: CallMaker, wait: Callable[[Channel], Any]) -> None:
    def flow(channel: Channel) -> None:
        idle(channel, 0)
        wait(channel)

    with pytest.raises(DeadlinePassed, match=r"nothing within 0\.02 s"):
        call(flow, replies=False).result()


def test_after_a_deadline_the_channel_goes_on(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        with pytest.raises(DeadlinePassed):
            channel.execute("playback", PROMPT, wait=True, deadline_s=SOON_S)
        return play(channel).header("variable_which")

    one = call(flow)
    late, ours = one.switch.expect("playback"), one.switch.expect("playback")
    one.switch.complete(late, variable_which="late")
    one.switch.complete(ours, variable_which="ours")
    assert one.result() == "ours"


def test_a_timeout_of_the_callers_own_is_not_taken_for_ours(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        with gevent.Timeout(SOON_S, KeyError("own")):
            play(channel)

    with pytest.raises(KeyError, match="own"):
        call(flow).result()


def test_an_api_command_and_its_text(call: CallMaker) -> None:
    """D10: the text comes in a body."""
    one = call(lambda channel: channel.api("uuid_exists", arguments.channel_uuid(UUID)), replies=False)
    assert one.switch.expect("api")["command"] == f"api uuid_exists {UUID}"
    one.switch.send(b"Content-Type: api/response\nContent-Length: 5\n\ntrue\n")
    assert one.result() == "true"


def test_an_api_command_that_fails(call: CallMaker) -> None:
    one = call(lambda channel: channel.api("uuid_kill", arguments.channel_uuid(UUID)), replies=False)
    one.switch.expect("uuid_kill")
    one.switch.send(b"Content-Type: api/response\nContent-Length: 21\n\n-ERR No such channel!")
    with pytest.raises(CommandRefused, match="No such channel"):
        one.result()


def test_more_than_the_socket_takes_at_once(call: CallMaker) -> None:
    """D17: 4 MB, and not a byte is lost."""
    state = "a" * 8000

    def flow(channel: Channel) -> None:
        for _ in range(500):
            channel.execute("multiset", arguments.assignments({"state": state}), wait=False)
        play(channel)

    one = call(flow)
    one.switch.complete(one.switch.expect("playback"))
    one.result()
    assert one.switch.received > 500 * 8000
    assert sum(state in command.get("execute-app-arg", "") for command in one.switch.commands) == 500


# Nothing but what was built


@pytest.mark.parametrize(
    ("app", "arg"),
    [
        ("playback", "/prompts/a.wav"),
        ("playback", "x\n\napi system touch /tmp/x"),
        ("system", arguments.silence(1)),
        ("playback\n\napi", arguments.silence(1)),
        ("playback", Argument("x\n\napi system id")),
        ("playback", Argument("x\r\nevent-lock: true")),
        ("playback", Argument("x\0")),
    ],
)
def test_text_does_not_get_onto_the_wire(call: CallMaker, app: str, arg: Argument) -> None:
    """D3: with a newline in it an argument would be a second command."""

    def flow(channel: Channel) -> None:
        with pytest.raises(ValueError, match=r"just text|not in APPLICATIONS|control character"):
            channel.execute(app, arg, wait=True)
        with pytest.raises(ValueError, match=r"just text|not in APPLICATIONS|control character"):
            channel.execute_many([(app, arg)])

    one = call(flow)
    one.result()
    assert not one.switch.told("sendmsg")


def test_other_doors_are_shut_too(call: CallMaker) -> None:
    def flow(channel: Channel) -> None:
        for door in (
            lambda: channel.api("system", arguments.silence(1)),
            lambda: channel.api("uuid_break", "x\n"),  # type: ignore[arg-type]
            lambda: channel.set("x=${system id}"),  # type: ignore[arg-type]
            lambda: channel.hangup("NOT_A_CAUSE"),
            lambda: channel.start("a=b"),  # type: ignore[arg-type]
        ):
            with pytest.raises(ValueError, match=r".+"):
                door()

    one = call(flow)
    one.result()
    assert not one.switch.told("sendmsg")
    assert not one.switch.told("api")


def test_greenswitchs_own_verbs_are_out_of_reach(call: CallMaker) -> None:
    """D19 and D2: they take any text, and the blocking ones wait for ever."""

    def flow(channel: Channel) -> None:
        for verb in (
            channel.answer, channel.park, channel.linger, channel.myevents, channel.uuid_break, channel.say,
            channel.play_and_get_digits, lambda: channel.playback("a"), lambda: channel.bridge("a"), channel.stop,
        ):  # fmt: skip
            with pytest.raises(NotImplementedError):
                verb()

    call(flow).result()


def test_replies_may_come_in_pieces(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        channel.execute("answer", wait=False)
        return play(channel).header("variable_x")

    one = call(flow, replies=False)
    uuid = one.switch.expect("playback")["event-uuid"]
    for byte in OK + OK + event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=uuid, variable_x="1"):
        one.switch.send(bytes([byte]))
    assert one.result() == "1"


# Events


def test_a_callback_that_fails_is_logged_and_harms_nothing(
    call: CallMaker, caplog: pytest.LogCaptureFixture
) -> None:
    def flow(channel: Channel) -> Event:
        channel.register_handle("DTMF", lambda _: 1 // 0)
        channel.register_handle("DTMF", lambda _: channel.execute("answer", wait=False))
        return play(channel)

    one = call(flow)
    playback = one.switch.expect("playback")
    one.switch.event("DTMF", DTMF_Digit="7")
    one.switch.expect("answer")
    one.switch.complete(playback)
    assert one.result().name == "CHANNEL_EXECUTE_COMPLETE"
    assert "callback for DTMF" in caplog.text


def test_a_callback_that_speaks_to_a_call_that_is_over(
    call: CallMaker, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def flow(channel: Channel) -> None:
        channel.register_handle("CHANNEL_HANGUP", lambda _: channel.execute("answer", wait=False))
        play(channel)

    one = call(flow)
    one.switch.expect("playback")
    one.switch.hang_up()
    with pytest.raises(CallerHungUp):
        one.result()
    assert "callback for CHANNEL_HANGUP: NORMAL_CLEARING" in caplog.text


def test_people_who_talk_outlive_us_and_afterwards_the_next_controller_gets_the_call_at_once(
    call: CallMaker,
) -> None:
    """Whatever was to be set before: FreeSWITCH does `api` at once, and applications when it comes to them."""

    def flow(channel: Channel) -> None:
        for _ in range(2):
            channel.let_be()
            play(channel)
            channel.interrupt()
        channel.let_be()
        play(channel)
        channel.interrupt()
        play(channel)

    one = call(flow, headers={"variable_socket_resume": "true"})
    for _ in range(4):
        one.switch.complete(one.switch.expect("playback"))
    one.result()
    said = [command["command"].removeprefix(f"api uuid_setvar {UUID} ") for command in one.switch.commands]
    told = [line for line in said if line.startswith("socket_resume")]
    assert told == ["socket_resume false", "socket_resume true"]
    assert all("socket_resume" not in command.get("execute-app-arg", "") for command in one.switch.commands)
