"""Scans and photographs that are sent in as proof: known by what they hold, kept where only we read them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from app.words import Words

MAX_BYTES = 10 * 1024 * 1024
ENDINGS = ".jpg,.jpeg,.png,.pdf"
MEDIA = {".jpg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf"}
_BEGINS = {".jpg": b"\xff\xd8\xff", ".png": b"\x89PNG\r\n\x1a\n", ".pdf": b"%PDF-"}
_ENDS = {".jpg": b"\xff\xd9", ".png": b"IEND\xaeB`\x82", ".pdf": b"%%EOF"}
_TAIL = 2048  # bytes in which the end is looked for: cameras and scanners write a little behind it


class BadPaper(ValueError):
    """A file that is no picture and no PDF; `words` says what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


def ending_of(content: bytes) -> str:
    """.jpg, .png or .pdf by what the file holds, whatever its name says. BadPaper."""
    if len(content) > MAX_BYTES:
        raise BadPaper("文件超过 10 MB，请压缩或重新拍一张", "The file is over 10 MB: make it smaller")
    ending = next((ending for ending, begins in _BEGINS.items() if content.startswith(begins)), "")
    if not ending:
        raise BadPaper(
            "这不是图片或 PDF：请上传 JPG、PNG 或 PDF（看内容，不看扩展名）",
            "This is no picture and no PDF: send a JPG, PNG or PDF (what it holds counts, not its name)",
        )
    if _ENDS[ending] not in content[-_TAIL:]:
        raise BadPaper("文件不完整，请重新上传", "The file is not complete: send it again")
    return ending


def keep(folder: Path, content: bytes, ending: str) -> str:
    """Store it under a name that nobody can guess; returns the name."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16) + ending
    part = folder / f"{name}.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    part.rename(folder / name)
    return name
