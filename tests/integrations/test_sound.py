"""Trimming, levelling and writing of sounds."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from app.integrations import sound
from tests.support.sounds import tone


@pytest.mark.parametrize("amplitude", [0.001, 0.05, 0.9], ids=["faint", "quiet", "loud"])
def test_all_sounds_become_equally_loud(amplitude: float) -> None:
    polished = sound.polished(tone(sound.RATE, 1, amplitude), 0, 0)
    assert sound.loudness(polished) == pytest.approx(sound.LOUDNESS, rel=0.05)
    assert np.abs(polished).max() <= sound.PEAK + 0.001


def test_a_sound_with_one_loud_click_is_not_clipped() -> None:
    clicking = tone(sound.RATE, 1, 0.01)
    clicking[4000] = 1.0
    assert np.abs(sound.polished(clicking, 0, 0)).max() == pytest.approx(sound.PEAK, abs=0.01)


def test_silence_at_the_ends_is_cut_to_what_was_asked() -> None:
    polished = sound.polished(tone(sound.RATE, 1, silence_s=2), lead_ms=50, tail_ms=200)
    assert len(polished) == pytest.approx(sound.RATE * 1.25, abs=sound.FRAME * 2)


def test_a_pause_within_stays() -> None:
    both = np.concatenate([tone(sound.RATE, 0.5, silence_s=0.5), tone(sound.RATE, 0.5)])
    assert len(sound.polished(both, 0, 0)) == pytest.approx(sound.RATE * 1.5, abs=sound.FRAME * 2)


def test_it_begins_and_ends_at_nothing() -> None:
    polished = sound.polished(tone(sound.RATE, 0.3), 0, 0)
    assert polished[0] == polished[-1] == 0


def test_a_constant_is_no_sound() -> None:
    assert len(sound.polished(np.full(8000, 0.5, dtype=np.float32), 10, 10)) == 0


@pytest.mark.parametrize("samples", [np.zeros(0), np.zeros(8000), tone(8000, 1, 0.0001)], ids=len)
def test_what_is_silent_comes_out_empty(samples: np.ndarray) -> None:
    assert len(sound.polished(samples.astype(np.float32), 10, 10)) == 0


def test_files_are_what_telephones_play(tmp_path: Path) -> None:
    file = tmp_path / "new" / "tone.wav"
    assert sound.write(file, tone(sound.RATE, 1.5)) == 1500 == sound.duration_ms(file)
    with wave.open(str(file)) as written:
        assert (written.getnchannels(), written.getsampwidth(), written.getframerate()) == (1, 2, 8000)
    assert [left.name for left in file.parent.iterdir()] == ["tone.wav"]
