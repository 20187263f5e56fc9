"""Where data is kept: the folder, the database, Redis. What is imported here may be missing, so checks import."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.errors import HotlineError
from app.processes.doctor.finding import Finding, command, fine, warning, wrong
from app.settings import Settings
from app.words import Words


def home(settings: Settings) -> Iterator[Finding]:
    folder = settings.home
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            yield fine(f"数据目录 {folder} 可写", f"data folder {folder} can be written")
    except OSError as refused:
        mend = Words("修改权限，或设置 HOTLINE_HOME", "change its permissions, or set HOTLINE_HOME")
        yield wrong(f"数据目录不可写：{refused}", f"the data folder cannot be written: {refused}", mend)


def database(settings: Settings) -> Iterator[Finding]:
    name = urlsplit(settings.database_url).scheme
    try:
        from app.store import migrate

        pending = migrate.pending(settings.database_url)
    except Exception as failed:  # whatever its driver raises, the doctor goes on
        why = str(failed).strip().partition("\n")[0] or type(failed).__name__
        mend = Words(
            "检查 HOTLINE_DATABASE_URL 以及数据库是否在运行", "check HOTLINE_DATABASE_URL and that it runs"
        )
        yield wrong(f"数据库 {name} 无法使用：{why}", f"the database {name} cannot be used: {why}", mend)
        return
    if pending:
        count = len(pending)
        yield warning(
            f"数据库 {name} 有 {count} 个迁移未执行", f"the database {name} lacks {count} migrations", _INIT
        )
    else:
        yield fine(f"数据库 {name} 已就绪", f"the database {name} is up to date")


def redis(settings: Settings) -> Iterator[Finding]:
    try:
        from app.processes.redis import answers, server

        if settings.redis_url:
            yield _given_redis(settings, answers(settings.redis_url))
        else:
            program = server()
            yield fine(f"将使用自带的 Redis：{program}", f"an embedded Redis will be used: {program}")
    except (HotlineError, ImportError) as missing:
        mend = Words("make setup，或 apt install redis-server", "make setup, or apt install redis-server")
        yield wrong(f"没有可用的 Redis：{missing}", f"there is no Redis: {missing}", mend)


def _given_redis(settings: Settings, does_answer: bool) -> Finding:
    place = urlsplit(settings.redis_url).hostname or urlsplit(settings.redis_url).path
    if does_answer:
        return fine(f"Redis {place} 可用", f"Redis {place} answers")
    mend = Words(
        "检查 HOTLINE_REDIS_URL；留空则使用自带的", "check HOTLINE_REDIS_URL; empty means an embedded one"
    )
    return wrong(f"Redis {place} 没有应答", f"Redis {place} does not answer", mend)


_INIT = command("hotline400 init")
