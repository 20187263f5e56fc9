"""Text to speech for a company's prompts: the offline voice, or a better service behind one web address.

The service is asked by `POST` with a JSON body {"text", "language": "zh" or "en", "voice": "female" or "male"} and
answers with a sound in any format that people may upload.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.request import Request, urlopen

from app.errors import HotlineError
from app.integrations import audio, speech
from app.integrations.audio import SoundRefused

DEADLINE_S = 20.0
CHUNK_BYTES = 64 * 1024
VOICES = ("female", "male")


class TtsAway(HotlineError):
    """The service did not answer in time, or not with a sound."""


class Speaker(Protocol):
    """Something that can speak. `name` differs where the same text would sound different."""

    @property
    def name(self) -> str: ...

    def speak(self, text: str, language: str, voice: str, file: Path) -> int:
        """Say the text into a WAV file for telephones; returns its length in milliseconds."""


class Offline:
    """The voice that is always there. SpeechError when it cannot say the text."""

    name = "offline"

    def speak(self, text: str, language: str, voice: str, file: Path) -> int:
        return speech.speak(text, file, language, voice)


class Service(NamedTuple):
    """A service on the web. TtsAway when it does not do its work."""

    url: str
    deadline_s: float = DEADLINE_S

    @property
    def name(self) -> str:
        return hashlib.sha256(self.url.encode()).hexdigest()[:8]

    def speak(self, text: str, language: str, voice: str, file: Path) -> int:
        body = json.dumps({"text": text, "language": language, "voice": voice}).encode()
        with tempfile.NamedTemporaryFile(prefix="tts-") as answer:
            answer.write(self._asked(body))
            answer.flush()
            try:
                return audio.convert(Path(answer.name), file)
            except SoundRefused as refused:
                raise TtsAway(f"the service's answer: {refused}") from refused

    def _asked(self, body: bytes) -> bytes:
        """The service's answer, all of it within the deadline."""
        until = time.monotonic() + self.deadline_s
        headers = {"Content-Type": "application/json", "Accept": "audio/*"}
        request = Request(self.url, body, headers)  # noqa: S310 - the setting allows http and https only
        try:
            with urlopen(request, timeout=self.deadline_s) as answer:  # noqa: S310
                return _read(answer, until)
        except (OSError, HTTPException) as away:
            raise TtsAway(str(away)) from away


def _read(answer: HTTPResponse, until: float) -> bytes:
    found = bytearray()
    while piece := answer.read1(CHUNK_BYTES):
        found += piece
        if len(found) > audio.MAX_BYTES:
            raise TtsAway("its answer is too large")
        if time.monotonic() > until:
            raise TtsAway("its answer takes too long")
    return bytes(found)
