"""Sounds as telephones want them: WAV, 8 kHz, 16 bit, mono, without silence at the ends, all about equally loud.

It is what FreeSWITCH plays to a telephone without decoding or resampling: only the last step, to A-law, is left.
"""

from __future__ import annotations

import os
import wave
from pathlib import Path

import numpy as np

RATE = 8000  # Hz, as telephones have it
FRAME = RATE // 100  # 10 ms, the grain of what counts as silence
LOUDNESS = 0.12  # RMS of what is not silence, of full scale: -18 dBFS, where telephone prompts usually are
PEAK = 0.85  # of full scale
SILENCE = 0.01  # of the loudest frame: -40 dB
NOTHING = 0.0005  # of full scale: a sound that is nowhere louder is silent
FADE = RATE // 200  # 5 ms at both ends, against clicks

Samples = np.ndarray  # floats of -1 to 1, at RATE


def polished(samples: Samples, lead_ms: int, tail_ms: int) -> Samples:
    """The sound trimmed but for a little silence at both ends, and levelled; empty when it is silent."""
    heard = _trimmed(samples - samples.mean() if len(samples) else samples, lead_ms, tail_ms)
    return _faded(_levelled(heard)) if len(heard) else heard


def silence(ms: int) -> Samples:
    return np.zeros(ms * RATE // 1000, dtype=np.float32)


def write(file: Path, samples: Samples) -> int:
    """Write the WAV file, whole or not at all; returns its length in milliseconds."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    with wave.open(str(partial), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).astype("<i2").tobytes())
    partial.replace(file)
    return len(samples) * 1000 // RATE


def duration_ms(file: Path) -> int:
    """How long a WAV file plays."""
    with wave.open(str(file)) as sound:
        return int(sound.getnframes() * 1000 / sound.getframerate())


def loudness(samples: Samples) -> float:
    """RMS of the frames that are not silence, of full scale."""
    frames = _frames(samples)
    if not len(frames):
        return 0.0
    heard = frames[frames >= max(NOTHING, frames.max() * SILENCE)]
    return float(np.sqrt(np.mean(heard**2))) if len(heard) else 0.0


def _frames(samples: Samples) -> np.ndarray:
    """RMS of each 10 ms; the last frame is filled with silence."""
    padded = np.pad(samples, (0, -len(samples) % FRAME))
    rms: np.ndarray = np.sqrt(np.mean(padded.reshape(-1, FRAME).astype(np.float64) ** 2, axis=1))
    return rms


def _trimmed(samples: Samples, lead_ms: int, tail_ms: int) -> Samples:
    frames = _frames(samples)
    if not len(frames) or frames.max() < NOTHING:
        return samples[:0]
    heard = np.flatnonzero(frames >= frames.max() * SILENCE)
    start = heard[0] * FRAME - lead_ms * RATE // 1000
    end = (heard[-1] + 1) * FRAME + tail_ms * RATE // 1000
    return samples[max(0, start) : end]


def _levelled(samples: Samples) -> Samples:
    return samples * min(LOUDNESS / loudness(samples), PEAK / float(np.abs(samples).max()))


def _faded(samples: Samples) -> Samples:
    ramp = np.linspace(0, 1, min(FADE, len(samples) // 2), dtype=np.float32)
    faded = samples.astype(np.float32)
    faded[: len(ramp)] *= ramp
    faded[len(faded) - len(ramp) :] *= ramp[::-1]
    return faded
