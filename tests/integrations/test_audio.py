"""What people upload: all formats, and everything that is none."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from app.integrations import audio, sound
from app.integrations.audio import SoundRefused
from tests.support import sounds
from tests.support.sounds import CODECS

MP3_FRAME = b"\xff\xfb\x90\x64"


@pytest.mark.parametrize("kind", CODECS)
def test_every_format_becomes_what_telephones_play(tmp_path: Path, kind: str) -> None:
    source = sounds.write(tmp_path / "upload", kind, seconds=2, silence_s=0.5)  # its name says nothing
    target = tmp_path / "out.wav"
    length = audio.convert(source, target)
    assert length == pytest.approx(2000 + audio.LEAD_MS + audio.TAIL_MS, abs=120)
    with wave.open(str(target)) as written:
        assert (written.getnchannels(), written.getsampwidth(), written.getframerate()) == (1, 2, 8000)
        assert written.getnframes() * 1000 // sound.RATE == length


def contents(tmp_path: Path) -> dict[str, tuple[bytes, str]]:
    good = sounds.write(tmp_path / "good", "mp3").read_bytes()
    return {
        "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "format"),
        "a text": ("您好，这不是录音。".encode(), "format"),
        "nothing": (b"", "format"),
        "a playlist": (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "format"),
        "a list of files": (b"ffconcat version 1.0\nfile /etc/passwd\n", "format"),
        "a head without a body": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "broken"),
        "noise that begins like mp3": (MP3_FRAME + bytes(range(256)) * 20, "broken"),
        "a film without sound": (b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + b"\0\0\0\x08free", "broken"),
        "half of a sound's head": (good[:30], "broken"),
    }


@pytest.mark.parametrize("name", [
    "a picture", "a text", "nothing", "a playlist", "a list of files", "a head without a body",
    "noise that begins like mp3", "a film without sound", "half of a sound's head",
])  # fmt: skip
def test_what_is_no_sound_is_refused_with_words(tmp_path: Path, name: str) -> None:
    content, reason = contents(tmp_path)[name]
    source, target = tmp_path / "song.mp3", tmp_path / "out.wav"
    source.write_bytes(content)
    with pytest.raises(SoundRefused) as refused:
        audio.convert(source, target)
    assert refused.value.words == audio.REFUSALS[reason]
    assert not target.exists()


def test_a_sound_that_breaks_off_is_used_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = sounds.write(tmp_path / "whole", "mp3", seconds=4)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    assert 1500 < audio.convert(whole, tmp_path / "out.wav") < 2800


@pytest.mark.parametrize(
    ("seconds", "how", "reason"),
    [(2, {"amplitude": 0.0}, "silent"), (0.1, {}, "short"), (audio.MAX_S + 5, {}, "long")],
    ids=["silent", "short", "long"],
)
def test_what_nobody_wants_to_hear_is_refused(
    tmp_path: Path, seconds: float, how: dict[str, float], reason: str
) -> None:
    source = sounds.write(tmp_path / "upload", "alaw", seconds, **how)
    with pytest.raises(SoundRefused) as refused:
        audio.convert(source, tmp_path / "out.wav")
    assert refused.value.reason == reason


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    source = tmp_path / "huge.wav"
    with source.open("wb") as file:
        file.truncate(audio.MAX_BYTES + 1)
    with pytest.raises(SoundRefused, match="20 MB"):
        audio.convert(source, tmp_path / "out.wav")


def test_a_conversion_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = sounds.write(tmp_path / "upload", "wav")
    monkeypatch.setattr(audio, "DEADLINE_S", 0.001)
    with pytest.raises(SoundRefused) as refused:
        audio.convert(source, tmp_path / "out.wav")
    assert refused.value.reason == "late"


def test_ten_minutes_fit(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "upload", "alaw", seconds=audio.MAX_S - 2)
    assert audio.convert(source, tmp_path / "out.wav") > 590_000
