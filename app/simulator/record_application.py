"""The `record` application: what the caller says goes to a file, as silence of the right length."""

from __future__ import annotations

import wave
from pathlib import Path

from app.simulator import sounds
from app.simulator.channel import Channel, Phase, Woken
from app.simulator.commands import atoi
from app.simulator.digits import pass_sound

SILENCE_S = 3  # when there is a threshold and no length
RATE = 8000
LONGEST_FILE_S = 600


def record(channel: Channel, argument: str) -> None:
    """record <path> [<seconds> [<silence threshold> [<seconds of silence>]]]: until one of these, a key, or the end.

    A file that cannot be written hangs the caller up.
    """
    path, limit, threshold, silence = [*argument.split(" "), "", "", ""][:4]
    channel.set("playback_terminator_used", "")
    if not _write(path, 0):
        channel.tell("not_recorded", file=path)
        channel.hang_up("DESTINATION_OUT_OF_ORDER")
        return
    channel.tell("recording", file=sounds.title(path))
    channel.set("silence_hits_exhausted", "false")
    channel.enter(Phase.RECORDING)
    began = channel.clock.now()
    silence_s = (atoi(silence) or SILENCE_S) if atoi(threshold) else None
    if _listen(channel, began + atoi(limit) if atoi(limit) else None, silence_s):
        channel.set("silence_hits_exhausted", "true")
    seconds = channel.clock.now() - began
    _write(path, seconds)
    channel.set("record_seconds", str(int(seconds)))
    channel.set("record_ms", str(int(seconds * 1000)))
    channel.set("record_samples", str(int(seconds * RATE)))
    channel.tell("recorded", length=seconds)
    channel.flush_keys()
    channel.rest()
    channel.fire("RECORD_STOP", {"Record-File-Path": path})


def _listen(channel: Channel, limit: float | None, silence_s: float | None) -> bool:
    """Pass the time; whether it was silence that ended it."""
    heard = channel.clock.now()
    while True:
        now = channel.clock.now()
        heard = max(heard, min(now, channel.speaks_until))
        silent_at = None if silence_s is None else max(heard, channel.speaks_until) + silence_s
        next_s = min((at for at in (limit, silent_at) if at is not None), default=None)
        if pass_sound(channel, None if next_s is None else next_s - now) is not Woken.TIME:
            return False
        if limit is not None and channel.clock.now() >= limit:
            return False
        if silence_s is not None and channel.clock.now() >= max(heard, channel.speaks_until) + silence_s:
            return True


def _write(path: str, seconds: float) -> bool:
    try:
        with Path(path).open("wb") as file, wave.open(file, "wb") as sound:
            sound.setparams((1, 2, RATE, 0, "NONE", ""))
            sound.writeframes(bytes(2 * int(min(seconds, LONGEST_FILE_S) * RATE)))
    except OSError:
        return False
    return True
