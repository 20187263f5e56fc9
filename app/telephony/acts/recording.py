"""Recording what a caller says."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from app.errors import CallerHungUp
from app.flow.commands import Record
from app.flow.outcomes import Recorded
from app.telephony import arguments
from app.telephony.acts import media
from app.telephony.event import Event

if TYPE_CHECKING:
    from app.telephony.driver import Driver

log = logging.getLogger(__name__)

BEEP_S = 1.0
SHORTEST_MS = 1000  # nobody has said anything in less
SILENCE_MARGIN_MS = 700
FOLDER_MODE = 0o2775  # FreeSWITCH may run as another user of our group


def record(driver: Driver, command: Record) -> Recorded:
    """Prompts, a beep, then the caller's words. One who hangs up has left his message: it goes with the hang-up."""
    if command.prompts:
        prompts = driver.prompts(command.prompts)
        driver.run("playback", driver.sound(prompts), media.seconds(prompts))
    file = _next_file(driver)
    path = Path(driver.around.recordings_dir) / file
    if not _make_folder(path.parent):
        return Recorded(at_ms=driver.elapsed_ms())
    channel = driver.channel
    channel.set(arguments.sound_ends(command.terminators))
    driver.run("playback", arguments.beep(), BEEP_S)
    began_ms = driver.elapsed_ms()
    argument = arguments.recording(str(path), command.max_s, command.silence_s)
    try:
        done = driver.run("record", argument, command.max_s)
    except CallerHungUp as gone:
        at_ms = driver.elapsed_ms()
        kept = Recorded(file=file, length_ms=at_ms - began_ms, at_ms=at_ms)
        raise CallerHungUp(gone.cause, kept if kept.length_ms >= SHORTEST_MS else None) from gone
    channel.set(arguments.sound_ends(""))
    return _recorded(driver, command, done, path, file)


def _next_file(driver: Driver) -> str:
    """Relative to the recordings folder. What a controller before us had begun to record stays as it is."""
    driver.recorded += 1
    name = "-".join(filter(None, (driver.channel.uuid, str(driver.recorded), "r" * driver.log.begin.resumed)))
    return f"voicemail/{driver.company}/{name}.wav"


def _make_folder(folder: Path) -> bool:
    """FreeSWITCH hangs up on a caller whom it cannot record, so it is not even asked when there is no folder."""
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(FOLDER_MODE)
    except OSError as bad:
        log.error("no recording: %s", bad)
        return False
    return True


def _recorded(driver: Driver, command: Record, done: Event, path: Path, file: str) -> Recorded:
    length_ms, at_ms = int(done.header("variable_record_ms") or 0), driver.elapsed_ms()
    silent = done.header("variable_silence_hits_exhausted") == "true"
    if length_ms < SHORTEST_MS or (silent and length_ms < command.silence_s * 1000 + SILENCE_MARGIN_MS):
        with suppress(OSError):  # of another user, or gone: a silent file harms nobody
            path.unlink(missing_ok=True)
        return Recorded(at_ms=at_ms)
    return Recorded(file=file, length_ms=length_ms, at_ms=at_ms)
