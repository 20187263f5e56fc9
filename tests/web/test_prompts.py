"""The pages of prompts: what is heard, what is made, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.calls import sounds as use
from app.integrations.audio import MAX_BYTES
from app.settings import load
from app.store import prompts
from app.store.prompts import Sound
from tests.support import sounds
from tests.support.shop import Shop
from tests.web.browser import Browser, text

SPEECH = {"source": "speech", "text": "您好，请稍候。", "voice": "female"}


@pytest.fixture
def folder(app: Flask) -> Path:
    """The folder of prompts, with the sound of one of them."""
    folder = Path(app.config["SETTINGS"].prompts_dir)
    (folder / "1").mkdir(parents=True, exist_ok=True)
    (folder / "1" / "welcome.wav").write_bytes(b"RIFF of the welcome")
    (folder / "system").mkdir(exist_ok=True)
    (folder / "system" / "sorry.wav").write_bytes(b"RIFF of the apology")
    return folder


@pytest.fixture
def tts_away(app: Flask) -> Iterator[None]:
    """A console whose speech service is not there."""
    before = app.config["SETTINGS"]
    given = {"HOTLINE_HOME": str(before.home), "HOTLINE_TTS_URL": "http://127.0.0.1:1/say"}
    app.config["SETTINGS"] = load(given)
    yield
    app.config["SETTINGS"] = before


@pytest.fixture
def recording(tmp_path: Path) -> bytes:
    return sounds.write(tmp_path / "recording", "m4a").read_bytes()


def uploaded(content: bytes, **more: Any) -> dict[str, Any]:
    return {
        "source": "upload",
        "text": "",
        "voice": "female",
        "file": (BytesIO(content), "我的录音.mp3"),
        **more,
    }


def send_large(browser: Browser, content: bytes) -> int:
    answer = browser.post("/prompts/welcome/sounds/zh", uploaded(content))
    answer.request.environ["wsgi.input"].close()  # the client's own copy of what it sent
    return answer.status_code


def test_the_list_shows_what_is_said_and_where(alice: Browser) -> None:
    page = alice.page("/prompts")
    assert "售后请按1。" in page
    assert "总线" in page
    assert "感谢您的来电，再见。" in page  # a system prompt


def test_a_sound_is_played(alice: Browser, folder: Path) -> None:
    with alice.get("/prompts/welcome/sound") as answer:
        assert answer.data == b"RIFF of the welcome"
        assert answer.mimetype in ("audio/x-wav", "audio/wav")
    with alice.get("/prompts/welcome/versions/zh/1/sound") as answer:
        assert answer.data == b"RIFF of the welcome"


def test_the_systems_own_too(alice: Browser, folder: Path) -> None:
    with alice.get("/prompts/system/1/sound") as answer:
        assert answer.data == b"RIFF of the apology"
    assert alice.get("/prompts/system/99/sound").status_code == 404


def test_a_sound_that_is_missing_is_not_found(alice: Browser, folder: Path) -> None:
    assert alice.get("/prompts/closed/sound").status_code == 404


@pytest.mark.parametrize("file", ["../secret_key", "/etc/passwd", ""])
def test_nothing_outside_of_the_folder_is_played(alice: Browser, shop: Shop, folder: Path, file: str) -> None:
    (folder.parent / "secret_key").write_text("secret")
    prompts.create(shop.company, "evil", "恶意", file=file)
    assert alice.get("/prompts/evil/sound").status_code == 404


def test_a_text_becomes_a_prompt(alice: Browser, shop: Shop, folder: Path) -> None:
    answer = alice.post("/prompts/new", {"name": " 请稍候 ", "language": "zh", **SPEECH})
    assert answer.status_code == 302, text(answer)
    prompt = prompts.find(shop.company, "prompt")
    assert (prompt.name, prompt.text, prompt.language) == ("请稍候", "您好，请稍候。", "zh")
    assert (folder / prompt.file).exists()
    assert prompt.duration_ms > 500
    [version] = prompts.versions(shop.company, "prompt")
    assert (version.source, version.made_by) == ("speech", shop.owner)


def test_a_recording_becomes_a_prompt(alice: Browser, shop: Shop, folder: Path, recording: bytes) -> None:
    form = uploaded(recording, name="欢迎", language="en", text="Welcome.")
    assert alice.post("/prompts/new", form).status_code == 302
    prompt = prompts.find(shop.company, "prompt")
    assert (prompt.text, prompt.language) == ("Welcome.", "en")
    assert 1900 < prompt.duration_ms < 2500
    with alice.get("/prompts/prompt/sound") as answer:
        assert answer.data[:4] == b"RIFF"


def test_what_was_recorded_on_the_page_says_so(
    alice: Browser, shop: Shop, folder: Path, tmp_path: Path
) -> None:
    content = sounds.write(tmp_path / "recording", "webm").read_bytes()
    alice.post("/prompts/welcome/sounds/zh", uploaded(content, recorded="1"))
    assert prompts.versions(shop.company, "welcome")[0].source == "recording"


REFUSED = {
    "no name": ({"name": "", "language": "zh", **SPEECH}, "请填写名称"),
    "no text": ({"name": "空", "language": "zh", **SPEECH, "text": "。。"}, "请填写要朗读的文字"),
    "too long a text": ({"name": "长", "language": "zh", **SPEECH, "text": "长" * 1001}, "最多 1000 个字"),
    "no file": ({"name": "空", "language": "zh", **SPEECH, "source": "upload"}, "请选择一个录音文件"),
    "no sound": ({"name": "图", "language": "zh", **uploaded(b"\x89PNG\r\n")}, "不是可以使用的录音"),
    "another language": ({"name": "法", "language": "fr", **SPEECH}, "fr"),
    "another voice": ({"name": "怪", "language": "zh", **SPEECH, "voice": "robot"}, "robot"),
}


@pytest.mark.parametrize("case", [*REFUSED][:5])
def test_what_cannot_be_a_prompt_is_refused_with_words(
    alice: Browser, shop: Shop, folder: Path, case: str
) -> None:
    form, words = REFUSED[case]
    answer = alice.post("/prompts/new", dict(form))
    assert answer.status_code == 200
    assert words in text(answer)
    assert len(prompts.every(shop.company)) == 2


@pytest.mark.parametrize("case", [*REFUSED][5:])
def test_what_no_page_sends_is_refused(alice: Browser, shop: Shop, folder: Path, case: str) -> None:
    alice.post("/prompts/new", REFUSED[case][0])
    assert len(prompts.every(shop.company)) == 2


def test_a_file_beyond_all_limits_is_not_even_received(alice: Browser, folder: Path) -> None:
    content = b"RIFF" + b"\0" * (MAX_BYTES + 2 * 1024 * 1024)
    assert send_large(alice, content) == 413


def test_a_file_larger_than_other_pages_take_is_received(
    alice: Browser, folder: Path, tmp_path: Path
) -> None:
    content = sounds.write(tmp_path / "long", "wav", seconds=30).read_bytes()
    assert len(content) > 2 * 1024 * 1024
    assert send_large(alice, content) == 302


def test_another_sound_another_language_and_back(alice: Browser, shop: Shop, folder: Path) -> None:
    assert alice.post("/prompts/welcome/sounds/zh", SPEECH).status_code == 302
    english = {**SPEECH, "text": "Please hold the line."}
    assert alice.post("/prompts/welcome/sounds/en", english).status_code == 302
    page = alice.page("/prompts/welcome/edit")
    assert "Please hold the line." in page
    assert "第 2 版" in page
    alice.post("/prompts/welcome/versions/zh/1/restore")
    assert prompts.find(shop.company, "welcome").file == "1/welcome.wav"
    assert "已恢复第 1 版" in alice.page("/prompts/welcome/edit")


@pytest.mark.parametrize(
    "path", ["/prompts/welcome/sounds/fr", "/prompts/nothing/sounds/zh", "/prompts/nothing/edit"]
)
def test_what_is_not_there_is_not_found(alice: Browser, path: str) -> None:
    assert alice.get(path).status_code == 404


def test_a_prompt_is_renamed(alice: Browser, shop: Shop) -> None:
    alice.post("/prompts/welcome/edit", {"name": "开场白"})
    assert prompts.find(shop.company, "welcome").name == "开场白"


def test_a_prompt_in_use_is_not_removed(alice: Browser, shop: Shop) -> None:
    alice.post("/prompts/welcome/delete")
    assert "「欢迎语」还在使用，不能删除：流程「总线」" in alice.page("/prompts/welcome/edit")
    prompts.create(shop.company, "bye", "再见")
    alice.post("/prompts/bye/delete")
    assert "已删除 再见" in alice.page("/prompts")


def test_a_text_is_heard_before_it_is_saved(alice: Browser, shop: Shop, folder: Path) -> None:
    answer = alice.post("/prompts/listen", {**SPEECH, "language": "zh"}, live=True)
    assert answer.status_code == 200
    [file] = [f for f in (folder / str(shop.company.id)).iterdir() if f.stem in text(answer)]
    with alice.get(f"/prompts/heard/{file.stem}/sound") as heard:
        assert heard.data[:4] == b"RIFF"
    assert prompts.every(shop.company)[0].slug == "closed", "nothing is saved yet"


def test_what_others_try_is_not_heard(alice: Browser, charlie: Browser, shop: Shop, folder: Path) -> None:
    sound = use.say(shop.company, folder, "只给自己听。", "zh", "male").sound
    assert charlie.get(f"/prompts/heard/{use.heard_name(sound)}/sound").status_code == 404
    assert alice.get("/prompts/heard/..%2Fsystem%2Fsorry/sound").status_code == 404


@pytest.mark.parametrize("typed", ["", " ", "长" * 1001])
def test_there_is_nothing_to_hear_of_nothing(alice: Browser, typed: str) -> None:
    answer = alice.post("/prompts/listen", {**SPEECH, "text": typed, "language": "zh"}, live=True)
    assert (answer.status_code, "请填写" in text(answer)) == (422, True)


def test_when_the_speech_service_is_away_its_listener_is_told(
    alice: Browser, folder: Path, tts_away: None
) -> None:
    assert "先用了自带的声音" in text(alice.post("/prompts/listen", {**SPEECH, "language": "zh"}, live=True))
    alice.post("/prompts/welcome/sounds/zh", SPEECH)
    page = alice.page("/prompts/welcome/edit")
    assert "先用了自带的声音" in page
    assert "已换成新的声音" in page


def test_when_too_many_sounds_are_made_one_is_asked_to_wait(
    alice: Browser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use, "PATIENCE_S", 0.01)
    with use._place(), use._place():
        assert "现在处理的录音太多" in text(
            alice.post("/prompts/welcome/sounds/zh", {**SPEECH, "text": "太忙"})
        )


def test_a_changed_sound_waits_to_be_published(alice: Browser, shop: Shop, folder: Path) -> None:
    alice.post("/flows/main/publish", {"note": "", "revision": "0"})
    prompts.add_sound(shop.company, "welcome", "zh", Sound("1/new.wav", 1000, "新的。"))
    assert "有未发布的更改" in alice.page("/prompts")


def test_members_listen_and_change_nothing(bob: Browser, folder: Path) -> None:
    page = bob.page("/prompts")
    assert "/prompts/welcome/edit" not in page
    with bob.get("/prompts/welcome/sound") as answer:
        assert answer.status_code == 200
    assert bob.post("/prompts/listen", {**SPEECH, "language": "zh"}).status_code == 403
