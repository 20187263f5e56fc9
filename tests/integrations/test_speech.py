"""The offline voice, for real."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from app.calls.spoken import make_system_prompts
from app.flow.system_prompts import ENGLISH, SYSTEM_PROMPTS, system_file, system_prompt
from app.integrations import sound, speech
from app.integrations.speech import SpeechError, Utterance
from app.speech.places import LONGEST_MS, PLACES
from app.speech.say import PARTS, parts


def samples(file: Path) -> np.ndarray:
    with wave.open(str(file)) as written:
        return np.frombuffer(written.readframes(written.getnframes()), "<i2") / 32768


@pytest.mark.parametrize(
    ("language", "text"), [("zh", "您好，欢迎致电。"), ("en", "Welcome to our company.")]
)
@pytest.mark.parametrize("voice", ["female", "male"])
def test_a_text_is_spoken(tmp_path: Path, language: str, text: str, voice: str) -> None:
    file = tmp_path / "welcome.wav"
    assert 800 < speech.speak(text, file, language, voice) < 4000
    assert sound.loudness(samples(file)) > sound.LOUDNESS / 2


def test_voices_differ(tmp_path: Path) -> None:
    files = [tmp_path / f"{voice}.wav" for voice in ("female", "male")]
    speech.speak_all([Utterance("您好", file, "zh", file.stem) for file in files])
    assert files[0].read_bytes() != files[1].read_bytes()


def test_characters_that_the_voice_does_not_know_are_not_spelled_in_english(tmp_path: Path) -> None:
    near = speech.speak("徐翁", tmp_path / "near.wav")
    assert speech.speak("雄", tmp_path / "xiong.wav") == near
    assert speech.speak("楚雄", tmp_path / "chuxiong.wav") < 2 * near


def test_a_text_of_punctuation_is_a_pause(tmp_path: Path) -> None:
    assert speech.speak("，", tmp_path / "pause.wav") == speech.PAUSE_MS
    assert not samples(tmp_path / "pause.wav").any()


@pytest.mark.parametrize(
    ("text", "language", "voice"),
    [
        ("", "zh", "male"),
        ("长" * 1001, "zh", "male"),
        ("bonjour", "fr", "male"),
        ("您好", "zh", "cmn; rm"),
    ],
)
def test_what_cannot_be_spoken_is_refused(tmp_path: Path, text: str, language: str, voice: str) -> None:
    with pytest.raises(SpeechError):
        speech.speak(text, tmp_path / "x.wav", language, voice)
    assert not list(tmp_path.iterdir())


def test_text_is_never_taken_for_markup_or_commands(tmp_path: Path) -> None:
    assert speech.speak('<speak>a</speak>\n["x"]\n', tmp_path / "x.wav", "en") > 0


def test_the_system_speaks_all_its_parts_once(tmp_path: Path) -> None:
    assert make_system_prompts(tmp_path) == len(SYSTEM_PROMPTS) + len(ENGLISH) + len(PARTS) + 2 * len(PLACES)
    assert all((tmp_path / system_file(key)).exists() for key in (*SYSTEM_PROMPTS, *PARTS, *PLACES))
    assert all((tmp_path / system_file(key, "en")).exists() for key in (*ENGLISH, *PLACES))
    places = [tmp_path / system_file(key, language) for key in PLACES for language in ("zh", "en")]
    assert max(map(sound.duration_ms, places)) < LONGEST_MS
    assert make_system_prompts(tmp_path) == 0
    (tmp_path / system_file("say.zh.n3")).unlink()
    assert make_system_prompts(tmp_path) == 1
    heard = {key: sound.loudness(samples(tmp_path / system_file(key))) for key in PARTS if "pause" not in key}
    assert min(heard.values()) > sound.LOUDNESS / 1.5, "the parts of a sentence are about equally loud"
    assert max(heard.values()) < sound.LOUDNESS * 1.1


def test_parts_are_system_prompts() -> None:
    prompt = system_prompt(parts("number", 3)[0])
    assert prompt is not None
    assert (prompt.file, prompt.text) == ("system/say/zh/n3.wav", "三")
    assert system_prompt("sys.sorry")
    assert system_prompt("welcome") is None
