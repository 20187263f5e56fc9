"""A channel and a switch that says what a test wants: commands, completions, deadlines, hang-ups."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import gevent
import pytest

from app.errors import CallerHungUp, CommandRefused, DeadlinePassed, ProtocolError
from app.telephony import arguments
from app.telephony.arguments import NOTHING, Argument
from app.telephony.channel import Channel
from app.telephony.event import Event
from tests.telephony.conftest import CallMaker
from tests.telephony.peer import OK, UUID, event, notice, until

PROMPT = arguments.files(["/prompts/welcome.wav"])
SOON_S = 0.02
LATER_S = 5.0


def play(channel: Channel) -> Event:
    done = channel.execute("playback", PROMPT, wait=True, deadline_s=LATER_S)
    assert done
    return done


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
        channel.start({"continue_on_fail": True})
        play(channel)

    switch = call(flow).switch
    switch.expect("playback")
    first, *lines = [command["command"] for command in switch.commands[:4]]
    assert (first, lines[0], lines[2]) == ("connect", f"filter Unique-ID {UUID}", "linger 10")
    assert lines[1].startswith("event json CHANNEL_EXECUTE_COMPLETE CHANNEL_BRIDGE ")
    assert switch.commands[4]["execute-app-name"] == "multiset"
    assert switch.commands[4]["execute-app-arg"] == "app_disable_expand_variables=true continue_on_fail=true"


# Executing


def test_a_completion_is_told_by_its_application_uuid_and_by_nothing_else(call: CallMaker) -> None:
    """D5: hold music that ends, and applications that applications run, are not the prompt that we wait for."""
    one = call(lambda channel: play(channel).header("variable_which"))
    playback = one.switch.expect("playback")
    one.switch.complete(playback | {"event-uuid": "another"}, variable_which="another")
    one.switch.event("CHANNEL_EXECUTE_COMPLETE", Application="playback", variable_which="without")
    one.switch.complete(playback, variable_which="ours")
    assert one.result() == "ours"


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
        channel.set(step=3)
        play(channel)

    one = call(flow)
    playback = one.switch.expect("playback")
    assert [command.get("execute-app-name") for command in one.switch.commands[1:]] == [
        "answer", "multiset", "playback",
    ]  # fmt: skip
    one.switch.complete(playback)
    one.result()


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
        channel.sleep(LATER_S)

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
        channel.sleep(SOON_S)
        play(channel)

    one = call(flow, replies=False)
    one.switch.expect("answer")
    one.switch.send(b"Content-Type: command/reply\nReply-Text: -ERR no\n\n")
    with pytest.raises(CommandRefused, match="answer: -ERR no"):
        one.result()
    assert not one.switch.told("playback")


@pytest.mark.parametrize(
    "wait",
    [
        pytest.param(lambda c: c.execute("playback", PROMPT, wait=True, deadline_s=SOON_S), id="completion"),
        pytest.param(lambda c: c.api("uuid_break", deadline_s=SOON_S), id="reply"),
        pytest.param(lambda c: c.wait_for("DTMF", SOON_S), id="event"),
    ],
)
def test_every_wait_has_a_deadline(call: CallMaker, wait: Callable[[Channel], Any]) -> None:
    def flow(channel: Channel) -> None:
        channel.sleep(0)
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
            channel.set(state=state)
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
            lambda: channel.set(x="${system id}"),
            lambda: channel.hangup("NOT_A_CAUSE"),
            lambda: channel.start({"a b": "c"}),
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


# Hang-ups

WAITS = {
    "execute": play,
    "api": lambda channel: channel.api("uuid_break", deadline_s=LATER_S),
    "sleep": lambda channel: channel.sleep(LATER_S),
    "wait_for": lambda channel: channel.wait_for("DTMF", LATER_S),
}
COMMANDS = WAITS | {
    "execute at once": lambda channel: channel.execute("answer", wait=False),
    "execute_many": lambda channel: channel.execute_many([("answer", NOTHING)]),
    "set": lambda channel: channel.set(x=1),
    "start": lambda channel: channel.start(),
    "while_connected": lambda channel: channel.while_connected().__enter__(),
}


@pytest.mark.parametrize("wait", WAITS.values(), ids=WAITS)
def test_a_hang_up_ends_every_wait_at_once(call: CallMaker, wait: Callable[[Channel], Any]) -> None:
    one = call(wait, replies=False)
    one.switch.hang_up("USER_BUSY")
    with pytest.raises(CallerHungUp) as raised:
        one.result()
    assert raised.value.cause == "USER_BUSY"
    assert one.channel.hung_up


@pytest.mark.parametrize("later", COMMANDS.values(), ids=COMMANDS)
def test_after_a_hang_up_everything_raises_it(call: CallMaker, later: Callable[[Channel], Any]) -> None:
    def flow(channel: Channel) -> None:
        with pytest.raises(CallerHungUp):
            play(channel)
        later(channel)

    one = call(flow)
    one.switch.expect("playback")
    one.switch.hang_up()
    with pytest.raises(CallerHungUp):
        one.result()


def test_the_completion_that_follows_a_hang_up_does_not_hide_it(call: CallMaker) -> None:
    one = call(play)
    uuid = one.switch.expect("playback")["event-uuid"]
    complete = event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=uuid)
    one.switch.send(event("CHANNEL_HANGUP", Hangup_Cause="NORMAL_CLEARING") + complete)
    with pytest.raises(CallerHungUp):
        one.result()


def test_a_completion_just_before_the_hang_up_is_still_an_answer(call: CallMaker) -> None:
    one = call(play)
    uuid = one.switch.expect("playback")["event-uuid"]
    complete = event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=uuid)
    one.switch.send(complete + event("CHANNEL_HANGUP", Hangup_Cause="NORMAL_CLEARING"))
    assert one.result().name == "CHANNEL_EXECUTE_COMPLETE"


def test_lingering_is_a_hang_up_even_when_its_event_is_lost(call: CallMaker) -> None:
    one = call(play)
    one.switch.expect("playback")
    one.switch.send(notice("linger"))
    with pytest.raises(CallerHungUp):
        one.result()


def test_the_cause_that_comes_after_the_linger_notice_counts(call: CallMaker) -> None:
    one = call(play)
    one.switch.expect("playback")
    one.switch.send(notice("linger"))
    one.switch.hang_up("USER_BUSY")
    one.switch.end("USER_BUSY")
    with pytest.raises(CallerHungUp):
        one.result()
    until(lambda: one.channel.close() == "USER_BUSY")


def test_a_hang_up_of_our_own(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        channel.set(result="answered")
        channel.hangup("CALL_REJECTED")
        channel.hangup("NORMAL_CLEARING")
        return channel.close()

    one = call(flow)
    assert one.switch.expect("hangup")["execute-app-arg"] == "CALL_REJECTED"
    one.switch.hang_up("CALL_REJECTED")
    one.switch.end("CALL_REJECTED")
    assert one.result() == "CALL_REJECTED"
    assert sum(command.get("execute-app-name") == "hangup" for command in one.switch.commands) == 1


def test_hanging_up_after_the_caller_did_says_nothing(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        with pytest.raises(CallerHungUp):
            play(channel)
        channel.hangup()
        return channel.close()

    one = call(flow)
    one.switch.expect("playback")
    one.switch.hang_up("NORMAL_CLEARING")
    one.switch.end()
    assert one.result() == "NORMAL_CLEARING"
    assert not one.switch.told("hangup")


# Closing


def test_closing_waits_for_the_last_event_and_asks_for_no_linger(call: CallMaker) -> None:
    """D20, D7: with a command pending that will never be answered."""

    def flow(channel: Channel) -> str:
        with pytest.raises(CallerHungUp):
            play(channel)
        return channel.close()

    one = call(flow, replies=False)
    one.switch.expect("playback")
    one.switch.hang_up("NORMAL_CLEARING")
    one.switch.event("CHANNEL_HANGUP_COMPLETE", Hangup_Cause="MEDIA_TIMEOUT")
    one.switch.expect("exit")
    one.switch.close()
    assert one.result() == "MEDIA_TIMEOUT"


@pytest.mark.parametrize("deaf", [False, True], ids=["the switch answers", "the switch is deaf"])
def test_closing_takes_no_longer_than_its_deadline(call: CallMaker, deaf: bool) -> None:
    def flow(channel: Channel) -> tuple[str, str]:
        channel.hangup("USER_BUSY")
        return channel.close(SOON_S), channel.close(SOON_S)

    assert call(flow, replies=not deaf).result() == ("", "")


def test_a_hang_up_that_the_channel_does_not_read_is_forced(
    call: CallMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.telephony.channel.KILL_AFTER_S", SOON_S)

    def flow(channel: Channel) -> str:
        channel.hangup("USER_BUSY")
        return channel.close()

    one = call(flow)
    assert one.switch.expect("uuid_kill")["command"] == f"api uuid_kill {UUID} USER_BUSY"
    one.switch.hang_up("USER_BUSY")
    one.switch.end("USER_BUSY")
    assert one.result() == "USER_BUSY"


def test_closing_a_live_call_gives_it_back_to_the_dialplan(call: CallMaker) -> None:
    one = call(Channel.close)
    one.switch.expect("exit")
    one.switch.close()
    assert one.result() == ""
    assert not one.switch.told("hangup")


def test_closing_from_a_callback(call: CallMaker) -> None:
    """D21: greenswitch would wait for itself."""

    def flow(channel: Channel) -> None:
        channel.register_handle("DTMF", lambda _: channel.close())
        play(channel)

    one = call(flow)
    one.switch.expect("playback")
    one.switch.event("DTMF", DTMF_Digit="5")
    one.switch.expect("exit")
    with pytest.raises(ProtocolError):
        one.result()


# Events


def test_waiting_for_an_event_by_its_name(call: CallMaker) -> None:
    one = call(lambda channel: channel.wait_for("DTMF", LATER_S).header("DTMF-Digit"))
    one.switch.event("RECORD_STOP")
    one.switch.event("DTMF", DTMF_Digit="7")
    assert one.result() == "7"


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


# Conversations

BRIDGED_US, ENDED_US = 1_795_411_984_433_689, 1_795_411_986_453_700


def talk(channel: Channel) -> None:
    channel.execute("bridge", PROMPT, wait=True, deadline_s=LATER_S)


def bridged(call: CallMaker, flow: Callable[[Channel], Any] = talk) -> Any:
    one = call(flow)
    one.switch.expect("bridge")
    one.switch.event(
        "CHANNEL_BRIDGE",
        Bridge_B_Unique_ID="b-leg",
        Event_Date_Timestamp=str(BRIDGED_US),
        variable_originate_causes=["b-leg;NONE", "other;LOSE_RACE"],
    )
    until(lambda: one.channel.conversation)
    return one


def test_no_conversation_before_the_bridge(call: CallMaker) -> None:
    one = call(talk)
    assert one.channel.conversation is None
    one.switch.hang_up()


def test_a_conversation_that_goes_on(call: CallMaker) -> None:
    conversation = bridged(call).channel.conversation
    assert (conversation.peer, conversation.began_us, conversation.ended_us) == ("b-leg", BRIDGED_US, 0)
    assert conversation.causes == ("b-leg;NONE", "other;LOSE_RACE")
    assert conversation.talk_ms == 0


def test_the_callee_hangs_up(call: CallMaker) -> None:
    one = bridged(call)
    one.switch.event("CHANNEL_UNBRIDGE", Event_Date_Timestamp=str(ENDED_US), Answer_State="answered")
    until(lambda: one.channel.conversation.ended_by)
    assert (one.channel.conversation.ended_by, one.channel.conversation.talk_ms) == ("callee", 2020)
    one.switch.hang_up(Event_Date_Timestamp=str(ENDED_US + 60_000_000))
    with pytest.raises(CallerHungUp):
        one.result()
    assert one.channel.conversation.talk_ms == 2020


@pytest.mark.parametrize("event_is_late", [False, True], ids=["hang-up first", "unbridge first"])
def test_the_caller_hangs_up(call: CallMaker, event_is_late: bool) -> None:
    one = bridged(call)
    messages = [
        event("CHANNEL_HANGUP", Hangup_Cause="NORMAL_CLEARING", Event_Date_Timestamp=str(ENDED_US)),
        event("CHANNEL_UNBRIDGE", Event_Date_Timestamp=str(ENDED_US), Answer_State="hangup"),
    ]
    one.switch.send(b"".join(messages[::-1] if event_is_late else messages))
    with pytest.raises(CallerHungUp):
        one.result()
    assert (one.channel.conversation.ended_by, one.channel.conversation.talk_ms) == ("caller", 2020)


def test_we_hang_up_in_a_conversation(call: CallMaker) -> None:
    one = bridged(call)
    one.channel.hangup()
    one.switch.expect("hangup")
    one.switch.hang_up(Event_Date_Timestamp=str(ENDED_US))
    with pytest.raises(CallerHungUp):
        one.result()
    assert one.channel.conversation.ended_by == "controller"


def test_a_conversation_whose_end_has_no_time_took_none(call: CallMaker) -> None:
    one = bridged(call)
    one.switch.event("CHANNEL_UNBRIDGE")
    until(lambda: one.channel.conversation.ended_by)
    assert one.channel.conversation.talk_ms == 0


def test_replies_may_come_in_pieces(call: CallMaker) -> None:
    def flow(channel: Channel) -> str:
        channel.execute("answer", wait=False)
        return play(channel).header("variable_x")

    one = call(flow, replies=False)
    uuid = one.switch.expect("playback")["event-uuid"]
    for byte in OK + OK + event("CHANNEL_EXECUTE_COMPLETE", Application_UUID=uuid, variable_x="1"):
        one.switch.send(bytes([byte]))
    assert one.result() == "1"
