"""Ports: free, or used by us."""

from __future__ import annotations

from collections.abc import Iterator

from app.errors import SettingError
from app.processes.doctor.finding import Finding, fine, wrong
from app.processes.ports import check_free
from app.processes.running import is_running
from app.settings import Settings, declared
from app.words import Words


def ports(settings: Settings) -> Iterator[Finding]:
    if is_running(settings.home):
        yield fine("hotline400 正在运行，端口由它使用", "hotline400 is running and uses its ports")
        return
    for attribute in ("web_listen", "esl_listen", "simulator_listen"):
        yield _port(declared()[attribute].name, settings, attribute)


def _port(name: str, settings: Settings, attribute: str) -> Finding:
    address = getattr(settings, attribute)
    try:
        check_free(name, address)
    except SettingError:
        mend = Words(f"停止占用它的程序，或修改 {name}", f"stop what uses it, or change {name}")
        return wrong(f"端口 {address} 不可用", f"port {address} cannot be used", mend)
    return fine(f"端口 {address} 空闲", f"port {address} is free")
