"""FreeSWITCH on this machine, if there is one. The simulated switch does without."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from app.processes.assets import ROOT
from app.processes.doctor.finding import Finding, fine, warning, wrong
from app.settings import Settings
from app.words import Words

USUAL_PLACES = "/usr/bin:/usr/local/bin:/usr/local/freeswitch/bin:/opt/freeswitch/bin"
MODULE_FOLDERS = ("lib/freeswitch/mod", "lib64/freeswitch/mod", "mod")  # beside the program's bin folder
MODULES_FILE = ROOT / "fs-config" / "autoload_configs" / "modules.conf.xml"
OLDEST = (1, 10)
ANSWER_WAIT_S = 15


def freeswitch(settings: Settings) -> Iterator[Finding]:
    program = find()
    if program is None:
        mend = Words(
            "真实来电需要它；也可设置 FREESWITCH=路径", "real calls need it; FREESWITCH=PATH says where it is"
        )
        yield warning("本机没有 FreeSWITCH", "there is no FreeSWITCH on this machine", mend)
        return
    yield _release(program)
    yield _modules(program)


def find() -> str | None:
    """The program that FREESWITCH names, else the one on PATH or in a usual place."""
    named = os.environ.get("FREESWITCH")
    return shutil.which(named or "freeswitch", path=os.environ.get("PATH", "") + ":" + USUAL_PLACES)


def _release(program: str) -> Finding:
    try:
        shown = subprocess.run(
            [program, "-version"], capture_output=True, timeout=ANSWER_WAIT_S, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as failed:
        mend = Words("重新安装 FreeSWITCH", "install FreeSWITCH again")
        return wrong(f"{program} 无法运行：{failed}", f"{program} does not run: {failed}", mend)
    match = re.search(rb"(\d+)\.(\d+)\.(\d+)", shown)
    release = tuple(map(int, match.groups())) if match else ()
    name = f"FreeSWITCH {'.'.join(map(str, release)) or '?'} ({program})"
    if release < OLDEST:
        return warning(
            f"{name} 未经测试", f"{name} was not tried", Words("请使用 1.10 或 1.11", "use 1.10 or 1.11")
        )
    return fine(name, name)


def _modules(program: str) -> Finding:
    folder = next((folder for folder in _module_folders(program) if folder.is_dir()), None)
    if folder is None:
        mend = Words("请确认其模块已安装", "see that its modules are installed")
        return warning("找不到 FreeSWITCH 的模块目录", "FreeSWITCH's folder of modules was not found", mend)
    missing = [name for name in needed_modules() if not (folder / f"{name}.so").exists()]
    if missing:
        names = ", ".join(missing)
        mend = Words("安装 FreeSWITCH 的这些模块", "install these modules of FreeSWITCH")
        return wrong(f"缺少 FreeSWITCH 模块：{names}", f"FreeSWITCH lacks modules: {names}", mend)
    return fine("FreeSWITCH 模块齐全", f"FreeSWITCH has its modules ({folder})")


def needed_modules() -> list[str]:
    """The modules that fs-config loads."""
    return re.findall(r'<load module="(mod_\w+)"', MODULES_FILE.read_text())


def _module_folders(program: str) -> Iterator[Path]:
    prefix = Path(program).resolve().parent.parent
    yield from (prefix / folder for folder in MODULE_FOLDERS)
    yield from prefix.glob("lib/*/freeswitch/mod")
