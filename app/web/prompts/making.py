"""From what was typed or uploaded on a page to a sound, or to the reason why there is none, in the form."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import current_app, flash

from app.calls import sounds
from app.calls.sounds import Spoken, TooBusy
from app.integrations.audio import SoundRefused
from app.integrations.speech import SpeechError
from app.settings import Settings
from app.store.prompts import Sound
from app.web.forms import tidy
from app.web.language import say
from app.web.prompts.forms import SoundForm
from app.web.session import company
from app.web.texts import _


def folder() -> Path:
    return Path(_settings().prompts_dir)


def spoken(text: str, language: str, voice: str) -> Spoken:
    """The text as the company's callers would hear it."""
    return sounds.say(company(), folder(), text, language, voice, tts_url=_settings().tts_url)


def made(form: SoundForm, language: str) -> Sound | None:
    """The sound that the form asks for; None, with the reason in the form, when there can be none."""
    try:
        return _uploaded(form) if form.source.data == "upload" else _spoken(form, language)
    except SoundRefused as refused:
        form.file.errors = [say(refused.words)]
    except SpeechError:
        form.text.errors = [_("这段文字读不出来，请换一种写法")]
    except TooBusy:
        form.form_errors.append(busy())
    return None


def busy() -> str:
    return _("现在处理的录音太多，请过一会儿再试。")


def offline_note() -> str:
    return _("语音合成服务没有回应，先用了自带的声音。")


def _spoken(form: SoundForm, language: str) -> Sound:
    found = spoken(tidy(form.text.data), language, form.voice.data)
    if found.offline:
        flash(offline_note(), "warning")
    return found.sound


def _uploaded(form: SoundForm) -> Sound:
    with NamedTemporaryFile(prefix="upload-") as received:
        form.file.data.save(received)
        received.flush()
        return sounds.upload(company(), folder(), Path(received.name), tidy(form.text.data), form.kind)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
