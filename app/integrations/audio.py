"""Sounds that people send, in whatever their phone or recorder made, turned into what telephones want (sound.py).

PyAV brings FFmpeg's decoders in its wheel, so the same ones work everywhere and nothing has to be installed. What a
stranger sends is decoded in a process of its own, with little memory, little time and no way to other files: what a
file is called does not count, and its format is ours to choose, never FFmpeg's to guess (a playlist would make it
open others).
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import av
import numpy as np

from app.errors import HotlineError
from app.integrations import sound
from app.words import Words

MAX_BYTES = 20 * 1024 * 1024
MAX_S = 600
MIN_MS = 200
DEADLINE_S = 60
MEMORY_BYTES = 2 * 1024**3  # of address space, most of which is never touched
LEAD_MS, TAIL_MS = 60, 200  # left of the silence around a prompt
HEAD_BYTES = 64

FORMATS = (
    ("wav", re.compile(rb"RIFF....WAVE|RF64....WAVE", re.DOTALL)),
    ("mp3", re.compile(rb"ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")),
    ("mov", re.compile(rb"....ftyp", re.DOTALL)),  # m4a, and what Safari records
    ("amr", re.compile(rb"#!AMR(-WB)?\n")),
    ("ogg", re.compile(rb"OggS")),
    ("matroska", re.compile(rb"\x1a\x45\xdf\xa3")),  # webm: what other browsers record
)
"""FFmpeg's name of each format that we take, and how its files begin."""

REFUSALS = {
    "format": Words(
        "这个文件不是可以使用的录音：请上传 wav、mp3、m4a 或 amr 文件",
        "this file is no sound that can be used: send a wav, mp3, m4a or amr file",
    ),
    "broken": Words("这个文件已损坏，或里面没有声音", "this file is damaged, or there is no sound in it"),
    "silent": Words("这个录音里没有声音", "this recording is silent"),
    "short": Words("这个录音太短了", "this recording is too short"),
    "long": Words("录音最长 10 分钟", "a recording may last 10 minutes"),
    "large": Words("文件最大 20 MB", "a file may have 20 MB"),
    "late": Words(
        "转换这个文件用了太久，请换一个格式", "converting this file took too long: try another format"
    ),
}


class SoundRefused(HotlineError):
    """What was sent cannot be made a prompt; `words` says why."""

    def __init__(self, reason: str) -> None:
        self.reason, self.words = reason, REFUSALS[reason]
        super().__init__(self.words.en)


def convert(source: Path, target: Path) -> int:
    """Make `source`, whatever it is called, a sound for telephones; returns its length in milliseconds.

    SoundRefused when it is none, or beyond the limits. Takes a second for ten minutes of mp3, in another process.
    """
    if source.stat().st_size > MAX_BYTES:
        raise SoundRefused("large")
    command = [sys.executable, "-m", "app.integrations.audio", str(source), str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=DEADLINE_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise SoundRefused("late") from late
    if done.returncode:  # it ran into one of its limits, or a decoder crashed
        raise SoundRefused("broken")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise SoundRefused(answer["refused"])
    return int(answer["ms"])


def _format(source: Path) -> str:
    with source.open("rb") as file:
        head = file.read(HEAD_BYTES)
    found = next((name for name, begin in FORMATS if begin.match(head)), None)
    if found is None:
        raise SoundRefused("format")
    return found


def _decoded(source: Path) -> sound.Samples:
    """The first sound in the file, mixed to mono at the rate of telephones."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=sound.RATE)
    pieces, length = [], 0
    with source.open("rb") as file, av.open(file, mode="r", format=_format(source)) as container:
        for frame in container.decode(container.streams.audio[0]):
            pieces += [piece.to_ndarray()[0] for piece in resampler.resample(frame)]
            length += len(pieces[-1]) if pieces else 0
            if length > MAX_S * sound.RATE:
                raise SoundRefused("long")
        pieces += [piece.to_ndarray()[0] for piece in resampler.resample(None)]
    return np.concatenate([*pieces, sound.silence(0)])


def _convert(source: Path, target: Path) -> dict[str, object]:
    try:
        samples = _decoded(source)
    except SoundRefused as refused:
        return {"refused": refused.reason}
    except (av.FFmpegError, IndexError, ValueError):
        return {"refused": "broken"}
    samples = sound.polished(np.nan_to_num(samples), LEAD_MS, TAIL_MS)
    if not len(samples):
        return {"refused": "silent"}
    if len(samples) * 1000 < (MIN_MS + LEAD_MS + TAIL_MS) * sound.RATE:
        return {"refused": "short"}
    return {"ms": sound.write(target, samples)}


def _main(source: str, target: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (DEADLINE_S, DEADLINE_S))
    print(json.dumps(_convert(Path(source), Path(target))))


if __name__ == "__main__":
    _main(*sys.argv[1:])
