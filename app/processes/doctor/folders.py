"""The folders that we share with FreeSWITCH: recordings, which it writes, and prompts, which it reads."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from app.flow.system_prompts import sounds
from app.processes.doctor.accounts import ENTER, READ, WRITE, Account, of_freeswitch
from app.processes.doctor.finding import Finding, command, fine, warning, wrong
from app.settings import Settings
from app.words import Words

MINUTE = 8000 * 2 * 60  # bytes of a recording: 8 kHz, 16 bit, one channel
LOW_HOURS = 20  # left for recordings, then somebody should look
NO_HOURS = 2


def recordings(settings: Settings) -> Iterator[Finding]:
    """Whether messages can be recorded, and for how long."""
    folder = Path(settings.recordings_dir)
    if not folder.is_dir():
        yield _missing("录音目录", "recordings folder", folder)
        return
    if os.access(folder, os.W_OK | os.X_OK):
        yield fine(f"录音目录 {folder} 可写", f"recordings folder {folder} can be written")
    else:
        yield wrong(
            f"录音目录 {folder} 不可写，来电者无法留言",
            f"recordings folder {folder} cannot be written: callers can leave no message",
            command(f"sudo chown {os.geteuid()} {folder}"),
        )
    yield from _for_freeswitch(folder, WRITE | ENTER, "HOTLINE_RECORDINGS_DIR")
    yield _room(folder)


def prompts(settings: Settings) -> Iterator[Finding]:
    """Whether callers hear what they are to hear."""
    folder = Path(settings.prompts_dir)
    if not folder.is_dir():
        yield _missing("语音目录", "prompts folder", folder)
        return
    missing = [sound for sound in sounds() if not (folder / sound.file).is_file()]
    if missing:
        count = len(missing)
        yield wrong(
            f"语音目录 {folder} 缺少 {count} 条系统语音",
            f"prompts folder {folder} lacks {count} system prompts",
            _INIT,
        )
    else:
        yield fine(f"语音目录 {folder} 齐全", f"prompts folder {folder} is complete")
    yield from _for_freeswitch(folder, READ | ENTER, "HOTLINE_PROMPTS_DIR")


def _missing(zh: str, en: str, folder: Path) -> Finding:
    return warning(f"{zh} {folder} 不存在", f"{en} {folder} does not exist", _INIT)


def _for_freeswitch(folder: Path, needed: int, setting: str) -> Iterator[Finding]:
    """Whether FreeSWITCH's user comes to the folder and may do there what it has to; nothing without FreeSWITCH."""
    account = of_freeswitch()
    if account is None:
        return
    closed = account.closed(folder.resolve())
    if closed is not None and closed != folder.resolve():
        elsewhere = Words(
            f"把目录放到 {closed} 之外，并设置 {setting}=新目录",
            f"put the folder outside of {closed} and set {setting}=NEW_FOLDER",
        )
        yield wrong(
            f"FreeSWITCH（用户 {account.name}）进不了 {closed}，到不了 {folder}",
            f"FreeSWITCH (user {account.name}) cannot enter {closed} and so not reach {folder}",
            elsewhere,
        )
    elif not account.may(folder, needed):
        verb = Words("写入", "write to") if needed & WRITE else Words("读取", "read")
        yield wrong(
            f"FreeSWITCH（用户 {account.name}）不能{verb.zh} {folder}",
            f"FreeSWITCH (user {account.name}) cannot {verb.en} {folder}",
            command(_let_in(account, folder, needed)),
        )
    else:
        yield fine(
            f"FreeSWITCH（用户 {account.name}）可使用 {folder}",
            f"FreeSWITCH (user {account.name}) can use {folder}",
        )


def _let_in(account: Account, folder: Path, needed: int) -> str:
    """A command that opens the folder, and what is in it, to the account's group; folders made later keep the group."""
    if not needed & WRITE:
        return f"sudo chmod -R a+rX {folder}"
    group = account.group
    return f"sudo chgrp -R {group} {folder} && sudo chmod -R g+rwX {folder} && sudo chmod g+s {folder}"


def _room(folder: Path) -> Finding:
    hours = shutil.disk_usage(folder).free // MINUTE // 60
    zh, en = f"录音所在磁盘还能录约 {hours} 小时", f"the disk has room for about {hours} hours of recordings"
    if hours >= LOW_HOURS:
        return fine(zh, en)
    mend = Words(
        f"清理磁盘，或把 HOTLINE_RECORDINGS_DIR 设到更大的磁盘（现在是 {folder}）",
        f"free some space, or set HOTLINE_RECORDINGS_DIR to a larger disk (now {folder})",
    )
    return warning(zh, en, mend) if hours >= NO_HOURS else wrong(zh, en, mend)


_INIT = command("hotline400 init")
