"""Text to speech that works offline: espeak-ng, in its own process because its library is not thread safe.

The voice is robotic but clear, meant for first prompts and for tests; what a company uploads, or a better service
(tts.py), takes its place.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import espeakng_loader
import numpy as np
import soxr

from app.errors import HotlineError
from app.integrations import sound

VOICES = {
    "zh": {"female": "cmn+f2", "male": "cmn"},
    "en": {"female": "en+f2", "male": "en"},
}
MAX_TEXT = 1000  # characters
DEADLINE_S = 60  # for MANY texts; each takes 3 ms on a fast machine
MANY = 200
PAUSE_MS = 220  # what a text of nothing but punctuation is
LEAD_MS, TAIL_MS = 10, 40  # left of the silence around what is said: parts are played one after the other
_UNKNOWN = str.maketrans(
    {**dict.fromkeys("兄凶匈汹胸", "虚翁"), **dict.fromkeys("雄熊", "徐翁")}
    | {**dict.fromkeys("穷琼", "渠翁"), **dict.fromkeys("炯窘", "举翁")}
)
"""Characters that the Mandarin voice does not know, in the nearest that it can say: it spells them in English otherwise."""
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h
_UTF8 = 1  # espeakCHARS_UTF8
_HEAR = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class SpeechError(HotlineError):
    """The text could not be spoken."""


class Utterance(NamedTuple):
    """A text to be said into a WAV file. `language` and `voice` are keys of VOICES."""

    text: str
    file: Path
    language: str = "zh"
    voice: str = "male"


def speak(text: str, file: Path, language: str = "zh", voice: str = "male") -> int:
    """Say the text into a WAV file, written whole or not at all; returns its length in milliseconds.

    SpeechError when the text is too long, the language or voice unknown or the synthesiser fails.
    """
    speak_all([Utterance(text, file, language, voice)])
    return sound.duration_ms(file)


def speak_all(utterances: Sequence[Utterance]) -> None:
    """Say many texts, each into its file, in one process. SpeechError as for `speak`; the files before it are there."""
    for said in utterances:
        if not 0 < len(said.text) <= MAX_TEXT or said.voice not in VOICES.get(said.language, ()):
            raise SpeechError(f"1 to {MAX_TEXT} characters in one of {', '.join(VOICES)}")
    deadline_s = DEADLINE_S * (1 + len(utterances) // MANY)
    lines = "".join(json.dumps([*said[:1], str(said.file), *said[2:]]) + "\n" for said in utterances)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "app.integrations.speech"],
            input=lines.encode(),
            capture_output=True,
            timeout=deadline_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SpeechError(f"espeak-ng said nothing in {deadline_s} s") from late
    if done.returncode:
        raise SpeechError(done.stderr.decode(errors="replace").strip()[-200:])


class _Synthesiser:
    """The library, loaded once; it can be used by one thread of a process only."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
        if self._rate <= 0:
            raise SpeechError("espeak-ng finds none of its data")
        self._heard = bytearray()
        self._hear = _HEAR(self._keep)  # kept, or the library would call freed memory
        self._library.espeak_SetSynthCallback(self._hear)

    def say(self, text: str, voice: str) -> sound.Samples:
        """The samples at the rate of telephones."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise SpeechError(f"espeak-ng has no voice {voice}")
        self._heard.clear()
        spoken = text.encode()
        self._library.espeak_Synth(spoken, len(spoken) + 1, 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.frombuffer(bytes(self._heard), dtype=np.int16).astype(np.float32) / 32768
        resampled: sound.Samples = soxr.resample(samples, self._rate, sound.RATE)
        return resampled

    def _keep(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int) -> int:
        if count > 0:
            self._heard.extend(ctypes.string_at(samples, count * 2))
        return 0


def _utterances() -> Iterator[Utterance]:
    for line in sys.stdin:
        text, file, language, voice = json.loads(line)
        yield Utterance(text, Path(file), language, voice)


def _main() -> None:
    synthesiser = _Synthesiser()
    for text, file, language, voice in _utterances():
        if any(char.isalnum() for char in text):
            known = text.translate(_UNKNOWN) if language == "zh" else text
            said = synthesiser.say(known, VOICES[language][voice])
            samples = sound.polished(said, LEAD_MS, TAIL_MS)
        else:
            samples = sound.silence(PAUSE_MS)
        if not len(samples):
            raise SpeechError(f"espeak-ng said nothing for {text!r}")
        sound.write(file, samples)


if __name__ == "__main__":
    _main()
