"""Text messages to mobile phones, through the operator's gateway: one POST of JSON each, see docs/notices.md."""

from __future__ import annotations

import json
from urllib.parse import quote

from app.integrations.notices import TIMEOUT_S, Notice, Reason, Undelivered
from app.integrations.outside import NoAnswer, post

MAX_TEXT = 200  # characters; three or so are paid for
MAX_ANSWER_BYTES = 16 * 1024


def send(url: str, header: tuple[str, str], number: str, notice: Notice) -> None:
    """Hand one message in. Undelivered when the gateway answers with anything but 2xx.

    {number} and {text} in the address are filled. It is the operator's own, so it may be a private one.
    """
    text = f"{notice.title} {notice.text}"[:MAX_TEXT]
    filled = url.replace("{number}", quote(number)).replace("{text}", quote(text, safe=""))
    body = json.dumps({"number": number, "text": text, "id": notice.id}, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"} | ({header[0]: header[1]} if header[0] else {})
    try:
        said = post(
            filled, body, headers, timeout_s=TIMEOUT_S, max_bytes=MAX_ANSWER_BYTES, allowed=lambda _: True
        )
    except NoAnswer as none:
        raise Undelivered(Reason.UNREACHABLE, str(none)) from none
    if not 200 <= said.status < 300:
        busy = said.status == 429 or said.status >= 500
        raise Undelivered(Reason.BUSY if busy else Reason.REFUSED, f"status {said.status}")
