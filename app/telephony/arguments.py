"""Arguments of FreeSWITCH applications, built from checked values. Pure.

FreeSWITCH gives many characters a meaning inside an argument: `${` reads variables and runs commands, `,` `|` `[`
`{` `^^` and spaces cut it up, a newline begins another command. So an `Argument` is only ever made here and in
dialstring.py, from digits, ids, names of causes and paths, and a channel takes nothing else. Whatever could change
the meaning is a ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from app.calls.causes import CAUSES

Value = str | int | bool

MAX_DIGITS = 40
MAX_WAIT_MS = 600_000
MAX_REPEATS = 60
SHORTEST_S = 2  # FreeSWITCH takes no shorter time for a playback

_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_VALUE = re.compile(r"[A-Za-z0-9_.:/@+=-]{0,8192}")
_PATH = re.compile(r"/[\w./-]{1,400}")
_SILENT_BELOW = 200  # mean sample of 16 bits; a quiet line stays below 100, a whisper is above
_KEYS = re.compile(r"[0-9*#]{0,12}")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class Argument(str):
    """Text that means to FreeSWITCH what its builder meant."""

    __slots__ = ()


NOTHING = Argument("")


def assignments(variables: Mapping[str, Value]) -> Argument:
    """For `multiset`: `name=value` pairs, where a value is an id, a number, a path, base64, true or false."""
    if not variables:
        raise ValueError("no variable to set")
    return Argument(" ".join(f"{variable_name(name)}={variable_value(v)}" for name, v in variables.items()))


def variable_name(name: str) -> str:
    """`name`, when it can be the name of a channel variable."""
    return _matching(_VARIABLE, name, "name of a channel variable")


def variable_value(value: Value) -> str:
    """The text of a value that means nothing but itself wherever FreeSWITCH reads it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _matching(_VALUE, text, "value of a channel variable")


def files(paths: Sequence[str]) -> Argument:
    """For `playback`: absolute paths without spaces, played one after the other without a gap."""
    return _files(tuple(paths))


@lru_cache(maxsize=1024)
def _files(paths: tuple[str, ...]) -> Argument:
    checked = [_matching(_PATH, path, "path of a sound file") for path in paths]
    if not checked:
        raise ValueError("no sound file to play")
    return Argument(checked[0] if len(checked) == 1 else "file_string://" + "!".join(checked))


def over_and_over(paths: Sequence[str], times: int) -> Argument:
    """For `playback`: the files again and again. FreeSWITCH's own endless_playback heeds neither keys nor uuid_break."""
    return files([*paths] * _within(times, 1, MAX_REPEATS))


def waiting_tone() -> Argument:
    """For `playback`: two soft beeps every few seconds, without an end."""
    return Argument("tone_stream://v=-15;%(250,150,450);%(250,4350,450);loops=-1")


def beep() -> Argument:
    """For `playback`: the tone after which to speak."""
    return Argument("tone_stream://%(300,0,1000)")


def recording(path: str, max_s: int, silence_s: int) -> Argument:
    """For `record`: until `max_s`, silence for `silence_s`, or a key of `terminators`. The folder must be there:
    FreeSWITCH hangs up on the caller when it cannot write the file."""
    checked = _matching(_PATH, path, "path of a recording")
    return Argument(f"{checked} {_within(max_s, 1, 3600)} {_SILENT_BELOW} {_within(silence_s, 1, 60)}")


def sound_ends(keys: str, after_s: int = 0) -> Argument:
    """For `multiset`: what ends a playback or a recording, until it is set again: keys, and a time of SHORTEST_S or more."""
    ends = _matching(_KEYS, keys, "set of keys that end a sound") or "none"
    return Argument(f"playback_terminators={ends} playback_timeout_sec={_within(after_s, 0, MAX_WAIT_MS)}")


def silence(milliseconds: int) -> Argument:
    """For `playback`: that long of silence."""
    return Argument(f"silence_stream://{_within(milliseconds, 1, MAX_WAIT_MS)}")


@lru_cache(maxsize=1024, typed=True)  # the same menus are asked again and again
def digits_to_collect(
    prompt: Argument,
    *,
    min_digits: int,
    max_digits: int,
    timeout_ms: int,
    interdigit_ms: int,
    terminators: str,
    variable: str,
) -> Argument:
    """For `play_and_get_digits`: one try, any keys, the result in `variable`.

    `prompt` comes from `files` or `silence`. FreeSWITCH takes a `timeout_ms` below 1000 for 1000.
    """
    if not isinstance(prompt, Argument) or not prompt:
        raise ValueError(f"{prompt!r} is not a prompt")
    least = _within(min_digits, 0, MAX_DIGITS)
    most = _within(max_digits, max(1, least), MAX_DIGITS)
    first, later = _within(timeout_ms, 1, MAX_WAIT_MS), _within(interdigit_ms, 1, MAX_WAIT_MS)
    ends = _matching(_KEYS, terminators, "set of keys that end the input") or "none"
    name = variable_name(variable)
    return Argument(f"{least} {most} 1 {first} {ends} {prompt} silence_stream://1 {name} [0-9*#]+ {later}")


def cause(name: str) -> Argument:
    """For `hangup`: the name of a cause that FreeSWITCH knows."""
    if name not in CAUSES:
        raise ValueError(f"{name!r} is not a hang-up cause")
    return Argument(name)


def channel_uuid(uuid: str) -> Argument:
    """A channel's UUID, for commands that name one."""
    return Argument(_matching(_UUID, uuid, "UUID"))


def _matching(pattern: re.Pattern[str], text: str, what: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text[:80]!r} cannot be a {what}")
    return text


def _within(number: int, lowest: int, highest: int) -> int:
    if type(number) is not int or not lowest <= number <= highest:
        raise ValueError(f"{number!r} is not a whole number from {lowest} to {highest}")
    return number
