"""How long sounds last."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from app.simulator import sounds


@pytest.fixture
def prompt(tmp_path: Path) -> str:
    path = tmp_path / "prompt.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes(bytes(2 * 16000 * 3))
    return str(path)


@pytest.mark.parametrize(
    ("sound", "seconds"),
    [
        ("silence_stream://2500,1400", 2.5),
        ("silence_stream://-1", sounds.ENDLESS_S),
        ("tone_stream://%(500,500,480,620);loops=3", 3.0),
        ("tone_stream://%(1000,4000,450);loops=-1", sounds.ENDLESS_S),
        ("local_stream://moh", sounds.ENDLESS_S),
        ("/no/such.wav", None),
        ("", None),
        ("/tmp", None),
        ("file_string:///no/such.wav!/nor/this.wav", None),
        ("say:hello://", sounds.UNKNOWN_S),
    ],
)
def test_the_length_of_what_is_no_file(sound: str, seconds: float | None) -> None:
    assert sounds.length_s(sound) == seconds


def test_a_file_lasts_as_long_as_its_samples(prompt: str) -> None:
    assert sounds.length_s(prompt) == 3.0
    assert sounds.length_s(f"file_string://{prompt}!/no/such.wav!{prompt}") == 6.0


def test_a_file_that_cannot_be_read_as_sound_lasts_two_seconds(tmp_path: Path) -> None:
    (tmp_path / "prompt.mp3").write_bytes(b"ID3")
    assert sounds.length_s(str(tmp_path / "prompt.mp3")) == 2.0


def test_a_story_names_files_without_their_folders() -> None:
    assert sounds.title("file_string:///a/b.wav!/a/c.wav") == "b.wav + c.wav"
    assert sounds.title("/a/b.wav") == "b.wav"
    assert sounds.title("silence_stream://5") == "silence_stream://5"
