"""The switch's own record of a call says what a real FreeSWITCH's said of the same call."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.calls import switch_files, switch_record
from app.calls.switch_files import Verdict
from app.calls.switch_record import SwitchRecord
from app.simulator.switch_cdr import RecordKeeper, record_of
from tests.simulator.replaying import WIRE, Replayer, load
from tests.simulator.sounding import write_sounds

RECORDED = sorted(path.name.removesuffix(".cdr.json") for path in WIRE.glob("*.cdr.json"))
TELLING = re.compile(
    r"direction|hotline_did|((last_)?bridge_)?hangup_cause|originate_(disposition|causes|failed_cause)|originated_legs|last_bridge_to|socket_resume|h400_.*|last_app|digits_dialed"
)
STEPS = ("answer", "bridge", "play_and_get_digits", "sleep", "socket", "hangup")
"""Applications that are the same whatever else the dialplan sets and plays."""


@pytest.fixture(scope="module")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sounds(tmp_path_factory.mktemp("prompts"))


@pytest.mark.parametrize("name", RECORDED)
def test_the_record_is_that_of_freeswitch(name: str, prompts: Path) -> None:
    theirs = json.loads((WIRE / f"{name}.cdr.json").read_text("utf-8"))
    replayer = Replayer(load(name), prompts)
    replayer.run()
    ours = record_of(replayer.kept[0])
    assert _variables(ours) == _variables(theirs)
    assert _steps(ours) == _steps(theirs)
    assert _talk_s(switch_record.read(ours)) == pytest.approx(_talk_s(switch_record.read(theirs)), abs=0.15)


def test_the_record_lies_where_it_is_collected(prompts: Path, tmp_path: Path) -> None:
    replayer = Replayer(load("controller_dies_in_talk_of_caller"), prompts)
    replayer.run()
    RecordKeeper(tmp_path / "records")(replayer.kept[0])
    found: list[SwitchRecord] = []

    def take(data: bytes) -> Verdict:
        found.append(switch_record.read(json.loads(data)))
        return Verdict.TAKEN

    assert switch_files.collect(tmp_path / "records", take) == 1
    assert [record.call_id for record in found] == [replayer.kept[0].uuid]


def _variables(record: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in record["variables"].items() if TELLING.fullmatch(name)}


def _steps(record: dict[str, Any]) -> list[str]:
    names = [entry["app_name"] for entry in record["app_log"]["applications"]]
    return [name for name in names if name in STEPS]


def _talk_s(record: SwitchRecord) -> float:
    """From the bridge to whatever came after it; 0 where nobody talked."""
    bridged, after = record.moment_us("bridge_uepoch"), record.after_bridge_us
    return (after - bridged) / 1_000_000 if bridged and after else 0.0
