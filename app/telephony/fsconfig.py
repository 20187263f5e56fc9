"""Fill in fs-config/ for one machine: what `hotline400 fs-config --out DIR` does.

The folder is copied as it is; what differs from machine to machine goes into one file, `vars.local.xml`,
which FreeSWITCH reads over the defaults of `vars.xml`. The result depends on the values alone, so a second
run with the same values changes nothing; only the event socket's password is drawn once and kept.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.errors import SettingError
from app.setting_kinds import Address
from app.settings import kept_secret
from app.telephony.fsvalues import FsValues

SOURCE = Path(__file__).resolve().parents[2] / "fs-config"
LOCAL_VARS = "vars.local.xml"
PASSWORD_FILE = "event_socket.password"  # noqa: S105 - a file name
ORDERS = 3  # of the controllers, in which dialplan/hotline400.xml offers a call to them by turns

_SAME_NAME = (
    "prompts_dir",
    "recordings_dir",
    "json_cdr_dir",
    "json_cdr_url",
    "json_cdr_login",
    "esl_secret",
    "gateway",
    "gateway_user",
    "gateway_password",
    "test_port",
    "event_socket_port",
    "max_sessions",
    "sessions_per_second",
)


def write(out: Path, values: FsValues) -> list[Path]:
    """Copy fs-config/ to `out` and write the values there. Returns the files, the one with the values last.

    Raises SettingError when `out` holds a FreeSWITCH configuration that is not ours.
    """
    if (out / "freeswitch.xml").exists() and not (out / "dialplan" / "hotline400.xml").exists():
        raise SettingError(
            "--out", str(out), "a folder without another FreeSWITCH's files / 没有其他 FreeSWITCH 配置的目录"
        )
    written = [_copied(source, out / source.relative_to(SOURCE)) for source in _sources()]
    password = kept_secret(out / PASSWORD_FILE)
    local = out / LOCAL_VARS
    _write_private(local, _document(_variables(values) | {"event_socket_password": password}))
    return [*written, out / PASSWORD_FILE, local]


def _sources() -> list[Path]:
    files = (path for path in SOURCE.rglob("*") if path.suffix in (".xml", ".md"))
    return sorted(path for path in files if path.name != LOCAL_VARS)


def _copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return target


def _variables(values: FsValues) -> dict[str, str]:
    """The variables of vars.xml that these values set, without their prefix."""
    settled: dict[str, Any] = _controller_lists(values.controllers)
    settled |= {name: getattr(values, name) for name in _SAME_NAME}
    if values.sip:
        settled |= {"sip_ip": values.sip.host, "sip_port": values.sip.port, "external_ip": values.sip.host}
    if values.external_ip:
        settled["external_ip"] = values.external_ip
    if values.carrier_networks:
        settled["carrier_networks"] = ",".join(map(str, values.carrier_networks))
    if values.rtp_ports:
        settled |= {"rtp_first_port": values.rtp_ports.first, "rtp_last_port": values.rtp_ports.last}
    return {name: str(value) for name, value in settled.items() if value is not None}


def _controller_lists(controllers: tuple[Address, ...]) -> dict[str, str]:
    """Each try of the dialplan begins its list with another controller."""
    places = [f"{controller.host}:{controller.port}" for controller in controllers]
    starts = [turn % len(places) for turn in range(ORDERS)]
    return {f"controllers_{n}": "|".join(places[at:] + places[:at]) for n, at in enumerate(starts, start=1)}


def _document(variables: Mapping[str, str]) -> str:
    settings = (f"hotline400_{name}={_escaped(text)}" for name, text in variables.items())
    lines = (f'  <X-PRE-PROCESS cmd="set" data="{setting}"/>' for setting in settings)
    return "\n".join(["<include>", *lines, "</include>", ""])


def _escaped(text: str) -> str:
    """The text so that FreeSWITCH's preprocessor and XML reader hand it on unchanged, whatever is in it."""
    return re.sub(r"[^\w./:,|+-]", lambda found: f"&#{ord(found[0])};", text)


def _write_private(path: Path, text: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # its mode is 0600
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    Path(draft).replace(path)
