"""SIPp as a second telephone, so that not all calls in the tests come from our own SIP."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.sip import Place

SCENARIOS = Path(__file__).with_name("scenarios")
KEY_ONE = Path("/usr/share/sip-tester/dtmf_2833_1.pcap")  # comes with SIPp: RFC 2833 events, payload type 101
DEADLINE_S = 15


def call_with_sipp(
    switch: Place, number: str, scenario: str, folder: Path
) -> subprocess.CompletedProcess[bytes]:
    """Place one call; the exit code is 0 when it went as the scenario says. Skips where SIPp cannot send keys."""
    sipp = shutil.which("sipp")
    if not sipp or not KEY_ONE.exists() or os.geteuid() != 0:
        pytest.skip("SIPp with its recordings of keys, as root, is needed: it sends them on a raw socket")
    shutil.copy(SCENARIOS / f"{scenario}.xml", folder)
    shutil.copy(KEY_ONE, folder / "key.pcap")
    options = ["-m", "1", "-i", "127.0.0.1", "-nostdin", "-timeout", f"{DEADLINE_S}s", "-timeout_error"]
    command = [sipp, f"{switch[0]}:{switch[1]}", "-sf", f"{scenario}.xml", "-s", number, *options]
    return subprocess.run(command, cwd=folder, capture_output=True, timeout=DEADLINE_S + 5, check=False)
