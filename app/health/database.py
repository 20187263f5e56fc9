"""Whether the database can be read and written, asked over a connection of its own, so that nobody else waits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

import psycopg

from app.health.part import Part, Standing
from app.words import Words

WAIT_S = 1.0
SLOW_S = 0.5
TITLE = Words("数据库", "Database")
CALLERS = Words(
    "通话照常，记录稍后补齐；暂时不能查记录、改设置",
    "Calls go on as always and their records follow; until then none can be looked up and nothing changed",
)


def database(url: str) -> Part:
    """Ask it, for WAIT_S at most. For a thread of its own: SQLite makes the whole process wait."""
    began = monotonic()
    try:
        problem = _sqlite(url) if urlsplit(url).scheme == "sqlite" else _postgresql(url)
    except (sqlite3.Error, psycopg.Error, OSError) as away:
        return _away(str(away).strip().splitlines()[0] if str(away).strip() else type(away).__name__)
    took_s = monotonic() - began
    if problem:
        return Part("database", TITLE, Standing.WEAK, problem, CALLERS, _MEND_LOCKED, {"locked": True})
    facts = {"took_ms": round(took_s * 1000)}
    if took_s > SLOW_S:
        slow = Words(f"很慢：{took_s:.1f} 秒", f"slow: {took_s:.1f} s")
        return Part("database", TITLE, Standing.WEAK, slow, CALLERS, _MEND_SLOW, facts)
    return Part("database", TITLE, Standing.WELL, Words("正常", "works"), facts=facts)


def _away(problem: str) -> Part:
    # The reason may name hosts and files: it goes into the log of whoever cannot work without the database.
    what = Words("暂时不可用", "cannot be reached")
    return Part("database", TITLE, Standing.AWAY, what, CALLERS, _MEND_AWAY, {"problem": _harmless(problem)})


def _harmless(problem: str) -> str:
    """The reason without what follows a colon: addresses, paths, user names."""
    return problem.partition(":")[0][:80]


def _sqlite(url: str) -> Words | None:
    """What is wrong although the file is there. A file that is not there is not made."""
    file = Path(unquote(urlsplit(url).path.removeprefix("/")))
    if not file.is_file():
        raise OSError("the file is not there")
    with closing(
        sqlite3.connect(f"file:{file}?mode=rw", uri=True, timeout=WAIT_S, isolation_level=None)
    ) as asked:
        asked.execute("SELECT 1 FROM sqlite_master").fetchone()
        try:
            asked.execute("BEGIN IMMEDIATE")
            asked.execute("ROLLBACK")
        except sqlite3.OperationalError as busy:
            if "locked" in str(busy) or "busy" in str(busy):
                return Words("被占用：暂时不能写入", "locked: nothing can be written")
            raise
    return None


def _postgresql(url: str) -> Words | None:
    options = f"-c statement_timeout={int(WAIT_S * 1000)}"
    address = url.replace("postgres://", "postgresql://", 1)
    with psycopg.connect(
        address, connect_timeout=max(2, int(WAIT_S)), options=options, autocommit=True
    ) as asked:
        (is_standby,) = asked.execute("SELECT pg_is_in_recovery()").fetchone() or (False,)
    return Words("只读：这是一台备机", "read-only: this is a standby") if is_standby else None


_MEND_AWAY = Words(
    "检查数据库是否在运行、地址（HOTLINE_DATABASE_URL）和磁盘",
    "see whether the database runs, its address (HOTLINE_DATABASE_URL) and its disk",
)
_MEND_LOCKED = Words(
    "找出长时间占用数据库的程序（备份、手工打开的文件）",
    "find what holds it: a backup, a file opened by hand",
)
_MEND_SLOW = Words("检查数据库所在机器的负载和磁盘", "look at the load and the disk of its machine")
