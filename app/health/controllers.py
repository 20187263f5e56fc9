"""Call control, the FreeSWITCH machines that it hears from, and the disks that it writes, as controllers say it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from app.health.part import Part, Standing
from app.live.status import Status
from app.words import Words

MANY_WAIT = 1000  # calls that a controller could not have stored yet
LITTLE_MB, TOO_LITTLE_MB = 2000, 200

CONTROL = Words("呼叫控制", "Call control")
SWITCH = Words("FreeSWITCH", "FreeSWITCH")
DISKS = {
    "journal": Words("通话日志的磁盘", "Disk of the journal"),
    "prompts": Words("语音的磁盘", "Disk of the prompts"),
    "recordings": Words("录音的磁盘", "Disk of the recordings"),
}


def controllers(statuses: Sequence[Status], *, redis_is_away: bool) -> list[Part]:
    """A part for each controller; one that says so when none takes calls."""
    parts = [_controller(status) for status in statuses]
    if not any(status.takes_calls for status in statuses):
        parts.insert(0, _nobody(statuses, redis_is_away))
    return parts


def _nobody(statuses: Sequence[Status], redis_is_away: bool) -> Part:
    if redis_is_away and not statuses:
        what = Words(
            "不清楚：Redis 连不上，本机没有呼叫控制进程",
            "unknown: Redis is away and none runs on this machine",
        )
        return Part("control", CONTROL, Standing.WEAK, what)
    what = Words("没有进程在接来电", "nobody takes calls")
    return Part("control", CONTROL, Standing.AWAY, what, _APOLOGY, _MEND_NOBODY)


def _controller(status: Status) -> Part:
    standing, what, callers, mend = _how(status)
    facts: dict[str, float | int | str | bool | None] = {
        "calls": status.calls,
        "max_calls": status.max_calls,
        "draining": status.draining,
        "alone": status.alone,
        "waiting": status.waiting,
        "disk_fails": status.disk_fails,
        "silent_s": round(status.silent_s),
        "up_s": round(max(0.0, time.time() - status.since)),
    }
    title = Words(f"{CONTROL.zh} {status.controller}", f"{CONTROL.en} {status.controller}")
    return Part(f"controller {status.controller}", title, standing, what, callers, mend, facts)


def _how(status: Status) -> tuple[Standing, Words, Words | None, Words | None]:
    if not status.is_alive:
        silence = ago(status.silent_s)
        what = Words(f"{silence.zh}没有消息", f"silent for {silence.en}")
        return Standing.WEAK, what, _TAKEN_OVER, _MEND_SILENT
    if status.disk_fails:
        what = Words("通话日志写不进磁盘", "its journal cannot be written")
        return Standing.WEAK, what, _FROM_MEMORY, _MEND_DISK
    calls = Words(f"{status.calls} 个通话", f"{status.calls} calls")
    waiting = status.waiting
    if waiting > MANY_WAIT:
        what = Words(
            f"{calls.zh}，{waiting} 条记录等着入库", f"{calls.en}, {waiting} records wait to be stored"
        )
        return Standing.WEAK, what, _RECORDS_LATE, None
    up = ago(max(0.0, time.time() - status.since))
    notes = [calls, Words(f"已运行 {up.zh}", f"up for {up.en}")]
    notes += [Words(f"{waiting} 条记录等着入库", f"{waiting} records wait to be stored")] if waiting else []
    notes += [Words("正在退出，不接新来电", "draining, takes no more calls")] if status.draining else []
    notes += [Words("不靠 Redis 独自工作", "works on its own, without Redis")] if status.alone else []
    what = Words("，".join(note.zh for note in notes), ", ".join(note.en for note in notes))
    return (Standing.WEAK if status.alone else Standing.WELL), what, None, None


def switches(statuses: Sequence[Status]) -> Iterator[Part]:
    """The machines that gave anybody a call lately."""
    latest: dict[str, float] = {}
    for status in statuses:
        for name, at in status.switches.items():
            latest[name] = max(at, latest.get(name, 0.0))
    for name in sorted(latest):
        since = ago(max(0.0, time.time() - latest[name]))
        title = Words(f"{SWITCH.zh} {name}", f"{SWITCH.en} {name}")
        what = Words(f"最近一个来电在 {since.zh}前", f"its last call came {since.en} ago")
        yield Part(
            f"switch {name}",
            title,
            Standing.WELL,
            what,
            facts={"last_call_s": round(time.time() - latest[name])},
        )
    told = [status.order_ok for status in statuses if status.is_alive and status.order_ok is not None]
    if told and not all(told):
        what = Words("呼叫控制连不上它的事件套接字", "call control cannot reach its event socket")
        yield Part(
            "switch", SWITCH, Standing.WEAK, what, _NO_CALLBACKS, _MEND_SWITCH, {"event_socket": False}
        )


def disks(statuses: Sequence[Status]) -> Iterator[Part]:
    """The folder with the least room of each kind."""
    living = [status for status in statuses if status.is_alive]
    for name, title in DISKS.items():
        free = [(status.free_mb[name], status.host) for status in living if name in status.free_mb]
        if not free:
            continue
        mb, host = min(free)
        what = Words(f"还有 {_size(mb)}（{host}）", f"{_size(mb)} free ({host})")
        facts = {"free_mb": mb}
        if mb >= LITTLE_MB:
            yield Part(f"disk {name}", title, Standing.WELL, what, facts=facts)
        else:
            standing = Standing.AWAY if mb < TOO_LITTLE_MB else Standing.WEAK
            yield Part(f"disk {name}", title, standing, what, _FULL[name], _MEND_ROOM, facts)


def ago(seconds: float) -> Words:
    """A length of time in its largest unit."""
    for length, zh, en in ((86_400, "天", "days"), (3600, "小时", "hours"), (60, "分钟", "minutes")):
        if seconds >= 2 * length:
            return Words(f"{seconds // length:.0f} {zh}", f"{seconds // length:.0f} {en}")
    return Words(f"{seconds:.0f} 秒", f"{seconds:.0f} seconds")


def _size(mb: int) -> str:
    return f"{mb / 1000:.0f} GB" if mb >= 10_000 else f"{mb / 1000:.1f} GB" if mb >= 1000 else f"{mb} MB"


_APOLOGY = Words("来电会听到致歉音后挂断", "Callers hear an apology, then the call ends")
_TAKEN_OVER = Words("它的通话已由别的进程接着处理", "Other controllers go on with the calls that it had")
_FROM_MEMORY = Words(
    "通话照常；它若此时停机，刚结束的通话会丢记录",
    "Calls go on; if it stopped now, records of calls that just ended would be lost",
)
_RECORDS_LATE = Words("通话不受影响；记录稍后补齐", "Calls are not affected; records follow later")
_NO_CALLBACKS = Words("来电不受影响；预约的回电打不出去", "Calls are not affected; nobody is called back")
_FULL = {
    "journal": Words(
        "通话照常；磁盘满后记录只在内存里", "Calls go on; on a full disk records are kept in memory only"
    ),
    "prompts": Words("通话照常；不能添加语音", "Calls go on; no prompt can be added"),
    "recordings": Words(
        "通话照常；磁盘满后不能留言和录音", "Calls go on; on a full disk nothing can be recorded"
    ),
}
_MEND_NOBODY = Words("启动 hotline400 esl，并看它的日志", "start hotline400 esl, and look at its log")
_MEND_SILENT = Words(
    "看这台机器和 hotline400 esl 的日志", "look at this machine and the log of hotline400 esl"
)
_MEND_DISK = Words("检查 HOTLINE_HOME 所在的磁盘", "look at the disk of HOTLINE_HOME")
_MEND_SWITCH = Words(
    "检查 HOTLINE_SWITCH、HOTLINE_SWITCH_PASSWORD 和 FreeSWITCH",
    "see HOTLINE_SWITCH, its password, and FreeSWITCH",
)
_MEND_ROOM = Words("清理磁盘", "free some space")
