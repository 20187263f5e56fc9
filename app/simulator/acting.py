"""The caller at the telephone presses keys, loses patience, hangs up: each function a greenlet of a call."""

from __future__ import annotations

from collections import Counter

from app.simulator.caller import Caller, HangUp, read_script
from app.simulator.channel import Channel, Phase

THINKS_S = 0.6  # from the begin of a question to the first key
BETWEEN_KEYS_S = 0.25

PHASES = {
    HangUp.CALL: tuple(Phase),
    HangUp.PROMPT: (Phase.PROMPT, Phase.ASKING, Phase.RECORDING),
    HangUp.RECORDING: (Phase.RECORDING,),
    HangUp.RINGING: (Phase.RINGING,),
    HangUp.TALKING: (Phase.TALKING,),
}


def press_keys(caller: Caller, channel: Channel) -> None:
    """Go through the caller's key script, from the moment that the call is answered or plays something."""
    channel.wait_until(lambda: channel.answered or channel.phase is not Phase.INCOMING)
    question, recording, waited = 0, 0, False
    for step in read_script(caller.keys):
        if step.hangs_up:
            channel.caller_hangs_up()
        elif step.keys:
            if not waited:
                question = _next_question(channel, question)
            _press(channel, step.keys)
        elif step.say_s:
            recording = _speak(channel, step.say_s, recording)
        else:
            channel.wait_for(seconds=step.wait_s)
        waited = step.wait_s > 0 or step.say_s > 0


def answer_questions(caller: Caller, channel: Channel) -> None:
    """Answer every question by the sound that it plays, as somebody does who is asked the same thing again."""
    asked, times = 0, Counter[str]()
    while caller.answers and not channel.down:
        asked = _next_question(channel, asked)
        _, argument = channel.last_application
        name = next((name for name in caller.answers if f"/{name}." in argument), "")
        if name and channel.phase is Phase.ASKING and channel.questions == asked:
            keys = caller.answers[name].split()
            _press(channel, keys[min(times[name], len(keys) - 1)])
            times[name] += 1


def _speak(channel: Channel, seconds: float, last: int) -> int:
    """Speak into the recording after the `last` one spoken into, and give its number."""
    channel.wait_until(lambda: channel.recordings > last)
    channel.wait_for(seconds=THINKS_S)
    channel.speak(seconds)
    channel.wait_for(seconds=seconds)
    return channel.recordings


def _next_question(channel: Channel, last: int) -> int:
    """Wait for the question after the `last` one answered, think, and give its number."""
    channel.wait_until(lambda: channel.questions > last)
    channel.wait_for(seconds=THINKS_S)
    return channel.questions


def _press(channel: Channel, keys: str) -> None:
    for position, digit in enumerate(keys):
        if position:
            channel.wait_for(seconds=BETWEEN_KEYS_S)
        channel.press(digit)


def lose_patience(caller: Caller, channel: Channel) -> None:
    """Hang up when nobody has answered in time."""
    if not channel.wait_for(Phase.TALKING, seconds=caller.patience_s):
        channel.caller_hangs_up()


def hang_up(caller: Caller, channel: Channel) -> None:
    """Hang up at the moment that the caller has set himself."""
    while caller.hang_up is not None and not channel.down:
        phases = PHASES[caller.hang_up]
        channel.wait_for(*phases)
        if channel.stays_in(phases, caller.hang_up_after_s):
            channel.caller_hangs_up()
