"""Asking a company's web service about a call: one POST of JSON, one JSON object back."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.integrations.outside import Allowed, NoAnswer, Response, is_public, post

__all__ = ["Answer", "NoAnswer", "Question", "ask", "is_public", "signature"]

MAX_ANSWER_BYTES = 64 * 1024
MAX_VARIABLES = 50
MAX_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: JSON `facts`, signed with `secret` unless that is empty. `timeout_s` is for each step of one try."""

    url: str
    facts: Mapping[str, Any]
    timeout_s: float
    secret: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """The name of an exit, and variables."""

    exit: str
    variables: tuple[tuple[str, str], ...]


def ask(question: Question, allowed: Allowed = is_public) -> Answer:
    """One try. NoAnswer for whatever goes wrong; the caller keeps the deadline of the whole."""
    body = json.dumps(question.facts, ensure_ascii=False).encode()
    headers, most = _headers(body, question.secret), MAX_ANSWER_BYTES
    said = post(question.url, body, headers, timeout_s=question.timeout_s, max_bytes=most, allowed=allowed)
    return _read(said)


def signature(secret: bytes, moment: str, body: bytes) -> str:
    """What proves that we asked: HMAC-SHA256 over the time, a dot and the body."""
    return "sha256=" + hmac.new(secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def _headers(body: bytes, secret: bytes) -> dict[str, str]:
    moment = str(int(time.time()))
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if secret:
        signed = signature(secret, moment, body)
        headers |= {"X-Hotline400-Time": moment, "X-Hotline400-Signature": signed}
    return headers


def _read(response: Response) -> Answer:
    if not 200 <= response.status < 300:
        raise NoAnswer(f"status {response.status}", again=response.status >= 500)
    try:
        said = json.loads(response.body)
    except (ValueError, RecursionError):
        raise NoAnswer("not JSON") from None
    if not isinstance(said, dict):
        raise NoAnswer("not a JSON object")
    return Answer(_text(said.get("exit", "")), _variables(said.get("variables") or {}))


def _variables(given: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(given, dict):
        raise NoAnswer("variables are not a JSON object")
    return tuple((name[:MAX_TEXT], _text(value)) for name, value in list(given.items())[:MAX_VARIABLES])


def _text(value: Any) -> str:
    """A single value as text; lists and objects are none."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)[:MAX_TEXT] if isinstance(value, str | int | float) else ""
