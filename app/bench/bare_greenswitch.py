"""The yardstick: the standard call as greenswitch's own manual would write it, on greenswitch's own server.

    python -m app.bench.bare_greenswitch PORT

Answer, a menu with one key, ring one phone, hang up, write a line about it. No checks, no journal, no deadlines: what a
first script for this job looks like.
"""

from __future__ import annotations

import contextlib
import json
import sys
import uuid
from typing import Any

import greenswitch

MENU = "silence_stream://100"


class Call:
    """One call; greenswitch makes one for each connection and calls `run`."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def run(self) -> None:
        with contextlib.suppress(greenswitch.esl.OutboundSessionHasGoneAway):
            self._run()
        self.session.stop()

    def _run(self) -> None:
        session = self.session
        session.myevents()
        session.linger()
        session.answer()
        key = session.play_and_get_digits(
            1, 1, 1, 5000, "none", MENU, "silence_stream://1", "key", "[0-9]", 3000, ""
        )
        leg = uuid.uuid4()
        dial = f"{{ignore_early_media=true,originate_timeout=20}}[origination_uuid={leg}]sofia/gateway/carrier/13900000001"
        done = session.bridge(dial)
        session.hangup()
        print(
            json.dumps(
                {
                    "call": session.uuid,
                    "key": key,
                    "result": done.headers.get("variable_originate_disposition"),
                }
            )
        )


if __name__ == "__main__":
    greenswitch.OutboundESLServer(
        "127.0.0.1", int(sys.argv[1]), application=Call, max_connections=100_000
    ).listen()
