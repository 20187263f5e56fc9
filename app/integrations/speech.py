"""Text to speech that works offline: espeak-ng, in its own process because its library is not thread safe.

The voice is robotic but clear, meant for first prompts and for tests; what a company uploads takes its place. Sounds
are WAV, 8 kHz, 16 bit, mono: what FreeSWITCH plays to a telephone without converting.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
import wave
from pathlib import Path

import espeakng_loader
import numpy as np
import soxr

from app.errors import HotlineError

RATE = 8000  # Hz, as telephones have it
VOICES = {"zh": "cmn", "en": "en"}
MAX_TEXT = 1000  # characters
DEADLINE_S = 30
HEADROOM = 0.5  # of full scale, so that resampling does not clip
_SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS of speak_lib.h
_UTF8 = 1  # espeakCHARS_UTF8


class SpeechError(HotlineError):
    """The text could not be spoken."""


def speak(text: str, file: Path, language: str = "zh") -> int:
    """Say the text into a WAV file, written whole or not at all; returns its length in milliseconds.

    SpeechError when the text is too long, the language unknown or the synthesiser fails.
    """
    if not 0 < len(text) <= MAX_TEXT or language not in VOICES:
        raise SpeechError(f"1 to {MAX_TEXT} characters in one of {', '.join(VOICES)}")
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    command = [sys.executable, "-m", "app.integrations.speech", VOICES[language], str(partial)]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=DEADLINE_S, check=False)
    if done.returncode:
        raise SpeechError(done.stderr.decode(errors="replace").strip()[-200:])
    partial.replace(file)
    return duration_ms(file)


def duration_ms(file: Path) -> int:
    """How long a WAV file plays."""
    with wave.open(str(file)) as sound:
        return int(sound.getnframes() * 1000 / sound.getframerate())


def _synthesise(voice: str, text: str) -> tuple[np.ndarray, int]:
    """The samples and their rate, straight from the library."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise SpeechError(f"espeak-ng has no voice {voice}")
    heard = bytearray()
    callback_type = ctypes.CFUNCTYPE(
        ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
    )

    def hear(samples: ctypes._Pointer[ctypes.c_short], count: int, events: int) -> int:
        if count > 0:
            heard.extend(ctypes.string_at(samples, count * 2))
        return 0

    callback = callback_type(hear)
    library.espeak_SetSynthCallback(callback)
    spoken = text.encode()
    library.espeak_Synth(spoken, len(spoken) + 1, 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return np.frombuffer(bytes(heard), dtype=np.int16), rate


def _main(voice: str, file: str) -> None:
    samples, rate = _synthesise(voice, sys.stdin.buffer.read().decode())
    if not len(samples):
        raise SpeechError("espeak-ng said nothing")
    sound = soxr.resample(samples.astype(np.float32) / 32768, rate, RATE)
    loudest = float(np.abs(sound).max()) or 1.0
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound / loudest * HEADROOM * 32767).astype(np.int16).tobytes())


if __name__ == "__main__":
    _main(*sys.argv[1:])
