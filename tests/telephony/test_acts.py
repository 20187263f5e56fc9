"""What flows can ask for beyond prompts, keys and ringing: whole calls over real sockets."""

from __future__ import annotations

from typing import Any

import pytest

from app.simulator.caller import Caller, HangUp
from app.simulator.phones import PhoneBehaviour
from tests.flow.company import flow_of, snapshot_of
from tests.telephony.bench import DEADLINE_S, Bench, legs

CONFIRMED = {"kind": "hunt", "phones": ["desk", "sales1"], "ring_timeout_s": 10, "confirm": True}
VOICEMAIL = {"kind": "voicemail", "max_s": 20, "silence_s": 3}


def behave(bench: Bench, **words: str) -> None:
    """desk="busy", sales1="answers after 1" …"""
    numbers = {"desk": "13900000001", "sales1": "13900000002", "care1": "13900000003"}
    for phone, behaviour in words.items():
        bench.phones.set(numbers[phone], PhoneBehaviour.read(behaviour))


# Press 1 to take the call


def test_who_presses_1_takes_the_call(bench: Bench) -> None:
    bench.flow(a=CONFIRMED)
    behave(bench, desk="answers after 2 presses 1 talks 9")
    cdr = bench.call()
    assert legs(cdr) == [("desk", "answered")]
    assert 7500 < cdr["talk_ms"] < 8500


def test_a_mailbox_that_answers_and_presses_nothing_has_not_answered(bench: Bench) -> None:
    bench.flow(a=CONFIRMED)
    behave(bench, desk="answers after 2", sales1="answers after 1 presses 1")
    cdr = bench.call()
    assert legs(cdr) == [("desk", "no_answer"), ("sales1", "answered")]
    assert cdr["legs"][0]["cause"] == "NOT_ACCEPTED"


@pytest.mark.parametrize("behaviour", ["answers after 2 presses 2", "answers after 2 talks 1"])
def test_who_presses_another_key_or_hangs_up_has_not_answered(bench: Bench, behaviour: str) -> None:
    bench.flow(a=CONFIRMED)
    behave(bench, desk=behaviour, sales1="answers presses 1")
    assert bench.call()["legs"][0]["cause"] == "NOT_ACCEPTED"


def test_a_phone_that_rings_out_was_not_even_asked(bench: Bench) -> None:
    bench.flow(a=CONFIRMED)
    behave(bench, desk="no answer", sales1="answers presses 1")
    assert bench.call()["legs"][0]["cause"] == "ALLOTTED_TIMEOUT"


def test_of_two_phones_the_one_that_presses_1_gets_the_caller(bench: Bench) -> None:
    bench.flow(a=CONFIRMED | {"strategy": "simultaneous"})
    behave(bench, desk="answers after 1", sales1="answers after 2 presses 1")
    assert dict(legs(bench.call())) == {"desk": "cancelled", "sales1": "answered"}


# Whisper


def test_the_person_who_answers_hears_the_whisper_first(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"], "whisper": "welcome"})
    behave(bench, desk="answers after 2 talks 9")
    assert bench.switch
    story = bench.place(Caller("13800138000", "4008001234")).wait(DEADLINE_S)
    assert "phone_picks_up" in story.events()
    assert 7500 < bench.record_of(story)["talk_ms"] < 8500


def test_who_hangs_up_during_the_whisper_has_not_answered(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"], "whisper": "welcome"})
    behave(bench, desk="answers after 2 talks 0.5")
    assert legs(bench.call()) == [("desk", "no_answer")]


def test_the_caller_hangs_up_during_the_whisper(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"], "whisper": "welcome"})
    cdr = bench.call(hang_up=HangUp.RINGING, hang_up_after_s=2.5)
    assert (cdr["result"], legs(cdr)) == ("abandoned", [("desk", "cancelled")])


# Phones that are in one of our calls


def test_a_phone_in_one_of_our_calls_is_skipped_without_ringing(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk", "sales1"]})
    assert bench.live.acquire(1, "another call", ["13900000001"])
    cdr = bench.call()
    assert legs(cdr) == [("desk", "busy"), ("sales1", "answered")]
    assert (cdr["legs"][0]["cause"], cdr["legs"][0]["ring_ms"]) == ("IN_OUR_CALL", 0)
    bench.live.ended(1, "another call")


def test_with_several_phones_only_the_free_ones_ring(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk", "sales1"], "strategy": "simultaneous"})
    assert bench.live.acquire(1, "another call", ["13900000001"])
    assert dict(legs(bench.call())) == {"desk": "busy", "sales1": "answered"}
    bench.live.ended(1, "another call")


@pytest.mark.parametrize("words", ["answers after 2", "busy", "no answer"])
def test_a_phone_is_free_after_the_call(bench: Bench, words: str) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"], "ring_timeout_s": 5})
    behave(bench, desk=words)
    first, second = bench.call(), bench.call()
    assert first["legs"][0]["cause"] == second["legs"][0]["cause"] != "IN_OUR_CALL"


@pytest.mark.parametrize("step", [HangUp.RINGING, HangUp.TALKING])
def test_a_phone_is_free_after_the_caller_hung_up(bench: Bench, step: HangUp) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk"]})
    bench.call(hang_up=step, hang_up_after_s=0.5)
    assert bench.call()["answered_by"] == "desk"


def test_the_longest_idle_phone_is_rung_first(bench: Bench) -> None:
    bench.flow(a={"kind": "hunt", "phones": ["desk", "sales1", "care1"], "strategy": "longest_idle"})
    assert [bench.call()["answered_by"] for _ in range(4)] == ["desk", "sales1", "care1", "desk"]


# Voicemail


def test_a_message_is_recorded_until_the_hash_key(bench: Bench) -> None:
    bench.flow(a=VOICEMAIL)
    cdr = bench.call("say 8, press #")
    (message,) = bench.messages
    assert message["attachment"] == f"voicemail/1/{cdr['call_id']}-1.wav"
    assert (bench.recordings / message["attachment"]).stat().st_size > 100_000
    assert cdr["trail"][0]["exit"] == "done"


def test_a_message_ends_with_silence(bench: Bench) -> None:
    bench.flow(a=VOICEMAIL)
    cdr = bench.call("say 4")
    assert (cdr["trail"][0]["exit"], len(bench.messages)) == ("done", 1)


def test_a_caller_who_hangs_up_has_left_his_message(bench: Bench) -> None:
    bench.flow(a=VOICEMAIL)
    cdr = bench.call("say 4, hang up")
    assert (cdr["ended"], len(bench.messages)) == ("caller", 1)
    assert "4 秒" in bench.messages[0]["text"]


def test_who_says_nothing_has_left_no_message(bench: Bench) -> None:
    bench.flow(a=VOICEMAIL)
    assert bench.call()["trail"][0]["exit"] == "nothing_said"
    assert not bench.messages
    assert not list(bench.recordings.rglob("*.wav"))


def test_who_hangs_up_at_the_beep_has_left_no_message(bench: Bench) -> None:
    bench.flow(a=VOICEMAIL)
    bench.call(hang_up=HangUp.RECORDING, hang_up_after_s=0.3)
    assert not bench.messages


def test_recordings_that_cannot_be_written_do_not_drop_the_call(bench: Bench) -> None:
    bench.flow(a=VOICEMAIL)
    bench.recordings.write_text("not a folder")
    cdr = bench.call("say 4")
    assert (cdr["ended"], cdr["trail"][0]["exit"]) == ("flow", "nothing_said")


# Survey, notice


def test_a_mark_after_the_conversation(bench: Bench) -> None:
    bench.flow(
        talk={"kind": "hunt", "phones": ["desk"], "exits": {"answered": "ask"}},
        ask={"kind": "survey", "prompt": "welcome"},
    )
    cdr = bench.call("4")
    assert (cdr["answered_by"], cdr["trail"][1]["keys"]) == ("desk", "4")


def test_a_message_to_a_person_says_who_called(bench: Bench) -> None:
    bench.flow(a={"kind": "notify", "to": "desk", "text": "{caller}"})
    cdr = bench.call()
    sent: dict[str, Any] = bench.messages[0]
    assert (sent["to"], sent["call_id"], sent["company_id"]) == ("desk", cdr["call_id"], 1)
    assert (sent["did"], sent["ani"]) == ("4008001234", "13800138000")


# Whatever goes wrong


def test_what_breaks_around_a_call_leads_to_the_fallback(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no ranking")

    flow = flow_of(a={"kind": "hunt", "phones": ["desk"], "strategy": "longest_idle"})
    bench.snapshot = snapshot_of(flow | {"fallback": "13700000000"})
    monkeypatch.setattr(bench.live, "rank_idle", broken)
    cdr = bench.call()
    assert (cdr["ended"], cdr["answered_by"]) == ("flow_error", "13700000000")
    assert cdr["trail"][0]["problem"] == "RuntimeError: no ranking"
