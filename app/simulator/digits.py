"""Playing prompts and reading keys: `play_and_get_digits` with its timing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.simulator import sounds
from app.simulator.channel import Channel, Phase, Woken
from app.simulator.commands import atoi

MAX_DIGITS = 128


@dataclass(frozen=True, slots=True)
class Question:
    """The arguments of `play_and_get_digits`, in its order."""

    min_digits: int = 0
    max_digits: int = 0
    tries: int = 1
    timeout_s: float = 1.0
    terminators: str = ""
    prompt: str = ""
    invalid_prompt: str = ""
    variable: str = ""
    pattern: str = ""
    digit_timeout_s: float = 0.0

    @classmethod
    def read(cls, words: Sequence[str]) -> Question:
        given = [*words, *[""] * 10]
        low, high, tries, timeout, digit_timeout = (atoi(given[place]) for place in (0, 1, 2, 3, 9))
        terminators, prompt, invalid, variable, pattern = given[4:9]
        timeout_s = max(timeout, 1000) / 1000
        digit_timeout_s = digit_timeout / 1000 or timeout_s
        high = min(max(high, low), MAX_DIGITS)
        return cls(
            low,
            high,
            tries,
            timeout_s,
            terminators or "#",
            prompt,
            invalid,
            variable,
            pattern,
            digit_timeout_s,
        )


def play_and_get(channel: Channel, question: Question) -> None:
    """Ask until the keys fit the pattern or the tries are used up; the keys go to the question's variable."""
    for _ in range(question.tries):
        keys = _ask(channel, question)
        if keys and _fits(keys, question.pattern):
            channel.tell("collected", digits=keys)
            return
        if keys and question.pattern:
            channel.set(question.variable, "")
            channel.set(f"{question.variable}_invalid", keys)
        if channel.gone:
            return
        _play(channel, question.invalid_prompt)
    channel.tell("no_keys")


def _fits(keys: str, pattern: str) -> bool:
    """Whether the pattern is found in the keys; one that is no pattern is found in none."""
    try:
        return re.search(pattern, keys) is not None
    except re.error:
        return False


def _ask(channel: Channel, question: Question) -> str:
    """One try. A prompt that is missing ends it at once: FreeSWITCH does not even wait for keys then.

    So does a prompt in which the controller dies; there is no result of a question that nobody hears to its end.
    """
    channel.set("read_result", "")
    channel.set(question.variable, "")
    channel.enter(Phase.ASKING)
    if not _play(channel, question.prompt, keys=True) or channel.restarted:
        channel.rest()
        return ""
    keys, terminator, result = _collect(channel, question)
    channel.rest()
    if terminator:
        channel.set("read_terminator_used", terminator)
    if len(keys) < question.min_digits:
        result = "failure"
    channel.set("read_result", result)
    if question.max_digits == 1 and keys and keys in question.terminators:
        keys = ""
    if keys:
        channel.set(question.variable, keys)
    return keys


def _collect(channel: Channel, question: Question) -> tuple[str, str, str]:
    """The keys, the terminator that ended them, and how it went: success or timeout."""
    keys, wait_s = "", question.timeout_s
    in_prompt = bool(channel.keys)
    while len(keys) < max(question.max_digits, 1):
        if not channel.keys and channel.pause(wait_s, lambda: True) is not Woken.KEY:
            return keys, "", "timeout" if not channel.down else "failure"
        key = channel.next_key()
        if key in question.terminators and not (in_prompt and question.max_digits == 1):
            return keys, key, "success"
        keys, wait_s = keys + key, question.digit_timeout_s
    return keys, "", "success"


def _play(channel: Channel, sound: str, *, keys: bool = False) -> bool:
    """Play a sound, with `keys` until one is pressed; False when there is no such sound."""
    if not sound or sound == "silence":
        return True
    length = sounds.length_s(sound)
    if length is None:
        tell_missing(channel, sound)
        return False
    channel.tell("playing", file=sounds.title(sound), length=length)
    began = channel.clock.now()
    channel.pause(length, (lambda: True) if keys else None)
    count_playback(channel, channel.clock.now() - began)
    return True


def tell_missing(channel: Channel, sound: str) -> None:
    """There is no such sound. FreeSWITCH then forgets the keys that wait to be read."""
    channel.tell("not_found", file=sounds.title(sound))
    channel.flush_keys()


def pass_sound(channel: Channel, length: float | None) -> Woken:
    """Pass the time of a sound or a recording, until a key of `playback_terminators` ends it."""
    terminators = channel.variable("playback_terminators") or "*"
    terminators = {"any": "1234567890*#", "none": ""}.get(terminators, terminators)

    def ends(key: str) -> bool:
        channel.set("playback_terminator_used", key if key in terminators else "")
        return key in terminators

    return channel.pause(length, lambda: ends(channel.next_key()))


def count_playback(channel: Channel, seconds: float) -> None:
    """The variables that a playback leaves behind; audio is 8000 samples a second."""
    channel.set("playback_last_offset_pos", str(int(seconds * 8000)))
    channel.set("playback_seconds", str(int(seconds)))
    channel.set("playback_ms", str(int(seconds * 1000)))
    channel.set("playback_samples", str(int(seconds * 8000)))
