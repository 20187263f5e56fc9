"""Sounds that companies make: spoken, uploaded, kept and removed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from app.calls import sounds as use
from app.flow import compile as compiler
from app.integrations import audio
from app.integrations.audio import SoundRefused
from app.integrations.speech import SpeechError
from app.integrations.tts import Service
from app.store import flows, prompts
from app.store.db import Conflict
from app.store.models import Company
from tests.support import sounds
from tests.support.shop import open_shop

pytestmark = pytest.mark.usefixtures("sqlite_database")


@pytest.fixture
def company() -> Company:
    return open_shop("甲公司").company


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "prompts"


class Voice(ThreadingHTTPServer):
    """A text-to-speech service that answers with `answer` and remembers what it was asked."""

    answer: bytes = b""
    status = 200
    asked: bytes = b""
    slow: threading.Event | None = None


class Answering(BaseHTTPRequestHandler):
    server: Voice

    def do_POST(self) -> None:
        self.server.asked = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.slow:
            self.server.slow.wait(10)
        self.send_response(self.server.status)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_what: Any) -> None:
        """Quietly."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Voice]:
    server = Voice(("127.0.0.1", 0), Answering)
    server.answer = sounds.write(tmp_path / "answer", "mp3").read_bytes()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def url_of(service: Voice) -> str:
    return f"http://127.0.0.1:{service.server_address[1]}/say"


def test_a_text_is_spoken_into_the_companys_folder(company: Company, folder: Path) -> None:
    spoken = use.say(company, folder, "您好。", "zh", "female")
    assert spoken.sound.file.startswith(f"{company.id}/")
    assert (folder / spoken.sound.file).exists()
    assert (spoken.sound.text, spoken.sound.source, spoken.offline) == ("您好。", "speech", False)
    assert spoken.sound.duration_ms > 300


def test_the_same_text_is_spoken_once(company: Company, folder: Path) -> None:
    first = use.say(company, folder, "您好。", "zh", "female")
    made = (folder / first.sound.file).stat().st_ino
    again = use.say(company, folder, "您好。", "zh", "female")
    assert again == first
    assert (folder / again.sound.file).stat().st_ino == made
    assert use.say(company, folder, "您好。", "zh", "male").sound.file != first.sound.file


def test_a_text_that_cannot_be_said_is_refused(company: Company, folder: Path) -> None:
    with pytest.raises(SpeechError):
        use.say(company, folder, "长" * 1001, "zh", "female")


def test_a_service_speaks_where_there_is_one(company: Company, folder: Path, service: Voice) -> None:
    spoken = use.say(company, folder, "您好。", "zh", "female", tts_url=url_of(service))
    assert spoken.sound.duration_ms > 1900, "the service's tone"
    assert not spoken.offline
    assert b'"language": "zh", "voice": "female"' in service.asked


@pytest.mark.parametrize("trouble", ["error", "no sound", "too much", "away", "late"])
def test_the_offline_voice_takes_over(
    company: Company, folder: Path, service: Voice, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    url = url_of(service)
    if trouble == "error":
        service.status = 500
    elif trouble == "no sound":
        service.answer = b"<html>please pay</html>"
    elif trouble == "too much":
        monkeypatch.setattr(audio, "MAX_BYTES", 1000)
    elif trouble == "late":
        service.slow = threading.Event()
        monkeypatch.setattr(use, "Service", partial(Service, deadline_s=0.05))
    else:
        url = "http://127.0.0.1:1/say"
    spoken = use.say(company, folder, "您好。", "zh", "female", tts_url=url)
    if service.slow:
        service.slow.set()
    assert spoken.offline
    assert 300 < spoken.sound.duration_ms < 1900
    assert spoken.sound.file == use.say(company, folder, "您好。", "zh", "female").sound.file


def test_an_upload_is_named_after_its_sound(company: Company, folder: Path, tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "欢迎 ../词.mp3".replace("/", "_"), "mp3")
    sound = use.upload(company, folder, source, "售后请按1。")
    again = use.upload(company, folder, source, "另一段文字")
    assert sound.file == again.file
    assert (sound.text, sound.source) == ("售后请按1。", "upload")
    assert [file.name for file in (folder / str(company.id)).iterdir()] == [Path(sound.file).name]


def test_an_upload_that_is_no_sound_leaves_nothing(company: Company, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "x.mp3").write_text("不是录音")
    with pytest.raises(SoundRefused):
        use.upload(company, folder, tmp_path / "x.mp3", "")
    assert list((folder / str(company.id)).iterdir()) == []


def test_only_so_many_sounds_are_made_at_once(
    company: Company, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(use, "PATIENCE_S", 0.01)
    monkeypatch.setattr(use, "_places", threading.BoundedSemaphore(1))
    with use._place(), pytest.raises(use.TooBusy):
        use.say(company, folder, "您好。", "zh", "female")
    assert use.say(company, folder, "您好。", "zh", "female").sound.duration_ms


def age(file: Path) -> None:
    os.utime(file, (time.time() - use.KEPT_S - 60,) * 2)


def test_what_nobody_refers_to_is_removed_after_a_day(company: Company, folder: Path) -> None:
    saved = use.say(company, folder, "保存了。", "zh", "male").sound
    tried = use.say(company, folder, "试试看。", "zh", "male").sound
    prompts.add_sound(company, "welcome", "zh", saved)
    assert use.sweep(company, folder) == 0
    age(folder / saved.file)
    age(folder / tried.file)
    assert use.sweep(company, folder) == 1
    assert (folder / saved.file).exists()


def test_a_removed_prompt_can_be_heard_for_another_day(company: Company, folder: Path) -> None:
    sound = use.say(company, folder, "再见。", "zh", "male").sound
    prompts.create(company, "bye", "再见", file=sound.file)
    age(folder / sound.file)
    use.remove(company, "bye", folder)
    assert (folder / sound.file).exists(), "calls that run now play it"
    age(folder / sound.file)
    assert use.sweep(company, folder) == 1


def test_a_prompt_in_use_stays(company: Company, folder: Path) -> None:
    with pytest.raises(Conflict):
        use.remove(company, "welcome", folder)
    assert prompts.versions(company, "welcome")


def test_what_is_published_keeps_its_sound(company: Company, folder: Path) -> None:
    """Whatever becomes of the prompt, calls hear what they were published with."""
    old = use.say(company, folder, "旧的。", "zh", "male").sound
    prompts.add_sound(company, "welcome", "zh", old)
    published = compiler.load(flows.publish(company, "main").snapshot)
    prompts.add_sound(company, "welcome", "zh", use.say(company, folder, "新的。", "zh", "male").sound)
    age(folder / old.file)
    use.sweep(company, folder)
    assert published.assets.prompts["welcome"].file == old.file
    assert (folder / old.file).exists()
