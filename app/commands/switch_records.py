"""`hotline400 switch-records`: bring what FreeSWITCH on this machine kept while the console was away.

On the console's own machine the scheduler does this every minute.
"""

from __future__ import annotations

import argparse
from base64 import b64encode
from pathlib import Path

from app.calls import switch_files
from app.calls.switch_files import Deliver, Verdict
from app.errors import HotlineError
from app.integrations.outside import NoAnswer, post
from app.settings import RECORDS_USER, Settings
from app.telephony.fsvalues import records_url

TIMEOUT_S = 10.0
MAX_ANSWER_BYTES = 4096
NEVER = (400, 413)  # the console will never take this record


class NotTaken(HotlineError):
    """The console is away, or does not take records from here; they stay where they are."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--folder", type=Path, help="where the files are; HOTLINE_SWITCH_RECORDS_DIR by default"
    )
    parser.add_argument("--url", default="", help="the console's address; the one on this machine by default")


def run(settings: Settings, arguments: argparse.Namespace) -> int:
    url = records_url(settings, arguments.url)
    login = b64encode(f"{RECORDS_USER}:{settings.records_password}".encode()).decode()
    folder = arguments.folder or Path(settings.switch_records_dir)
    try:
        taken = switch_files.collect(folder, _deliverer(url, login))
    except OSError as wrong:
        raise NotTaken(f"{folder}: {wrong}") from wrong
    print(f"{taken} records brought to {url}")
    return 0


def _deliverer(url: str, login: str) -> Deliver:
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}

    def deliver(data: bytes) -> Verdict:
        try:
            said = post(
                url, data, headers, timeout_s=TIMEOUT_S, max_bytes=MAX_ANSWER_BYTES, allowed=lambda _: True
            )
        except NoAnswer as none:
            raise NotTaken(f"{url} does not answer: {none}") from none
        if said.status == 200:
            return Verdict.TAKEN
        if said.status in NEVER:
            return Verdict.REFUSED
        raise NotTaken(f"{url} answers with {said.status}")

    return deliver
