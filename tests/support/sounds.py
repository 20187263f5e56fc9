"""Sounds as people send them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np

CODECS = {
    "wav": ("wav", "pcm_s16le", 44100),
    "alaw": ("wav", "pcm_alaw", 8000),
    "mp3": ("mp3", "mp3", 44100),
    "m4a": ("ipod", "aac", 44100),
    "amr": ("amr", "libopencore_amrnb", 8000),
    "webm": ("webm", "libopus", 48000),
}
"""FFmpeg's format and codec, and the sampling rate, of each kind of file."""


def tone(rate: int, seconds: float, amplitude: float = 0.3, silence_s: float = 0.0) -> np.ndarray:
    """A steady tone with silence before and after it, as samples of -1 to 1."""
    wave = amplitude * np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate)
    return np.pad(wave, int(rate * silence_s)).astype(np.float32)


def write(file: Path, kind: str, seconds: float = 2.0, **how: Any) -> Path:
    """A file of this kind with a tone in it, for whoever uploads one."""
    container_format, codec, rate = CODECS[kind]
    samples = tone(rate, seconds, **how)
    with av.open(str(file), "w", format=container_format) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        stream.codec_context.open()
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size or 0
        )
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="flt", layout="mono")
        frame.sample_rate = rate
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            container.mux(stream.encode(piece))
    return file
