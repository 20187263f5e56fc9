"""Redis, and what can be seen in it: workers and the scheduler."""

from __future__ import annotations

from datetime import UTC, datetime
from time import monotonic
from typing import Any

from redis import Redis, RedisError
from rq.scheduler import RQScheduler

from app.health.part import Part, Standing
from app.live import keys
from app.words import Words

SLOW_S = 0.1
LATE_S = 60.0  # a job that waits for so long waits for a worker
CLOCK_QUEUE = "default"

REDIS = Words("Redis（实时共享）", "Redis (shared live state)")
WORKERS = Words("后台任务", "Workers")
SCHEDULER = Words("定时任务", "Scheduler")
UNKNOWN = Words("不清楚：Redis 连不上", "unknown: Redis is away")


def shared(redis: Redis) -> list[Part]:
    """Redis, workers, scheduler. The client's deadlines are how long this may take."""
    began = monotonic()
    try:
        redis.ping()
        took_s = monotonic() - began
        return [_redis(took_s), _workers(redis), _scheduler(redis)]
    except RedisError:
        unknown = [Part(name, title, Standing.WEAK, UNKNOWN) for name, title in _SEEN_IN_REDIS]
        return [_AWAY, *unknown]


def _redis(took_s: float) -> Part:
    facts = {"took_ms": round(took_s * 1000)}
    if took_s > SLOW_S:
        slow = Words(f"很慢：{took_s * 1000:.0f} 毫秒", f"slow: {took_s * 1000:.0f} ms")
        return Part("redis", REDIS, Standing.WEAK, slow, _CALLERS, _MEND_SLOW, facts)
    return Part("redis", REDIS, Standing.WELL, Words("正常", "works"), facts=facts)


def _workers(redis: Redis) -> Part:
    members: Any = redis.smembers("rq:workers")
    living = sum(1 for name in members if redis.exists(name))
    waiting, oldest_s = _waiting(redis)
    refused: Any = redis.llen(keys.REFUSED)
    facts = {"workers": living, "waiting": waiting, "oldest_s": round(oldest_s), "refused": refused}
    if not living:
        what = Words(f"没有运行，{waiting} 个任务在等", f"none runs, {waiting} jobs wait")
        return Part("workers", WORKERS, Standing.AWAY, what, _LATE, _MEND_WORKERS, facts)
    if oldest_s > LATE_S:
        minutes = oldest_s / 60
        what = Words(
            f"来不及：最早的任务等了 {minutes:.0f} 分钟，共 {waiting} 个",
            f"behind: the oldest of {waiting} jobs has waited for {minutes:.0f} min",
        )
        return Part("workers", WORKERS, Standing.WEAK, what, _LATE, _MEND_BEHIND, facts)
    if refused:
        what = Words(
            f"有 {refused} 条通话记录存不进数据库", f"the database refused {refused} records of calls"
        )
        return Part("workers", WORKERS, Standing.WEAK, what, _KEPT, _MEND_REFUSED, facts)
    what = Words(f"{living} 个在运行", f"{living} running")
    return Part("workers", WORKERS, Standing.WELL, what, facts=facts)


def _waiting(redis: Redis) -> tuple[int, float]:
    """How many jobs wait for a worker, and for how long the oldest has."""
    queues: Any = redis.smembers("rq:queues")
    oldest_s = [0.0, *(_waited_s(redis, queue) for queue in queues)]
    return sum(_length(redis, queue) for queue in queues), max(oldest_s)


def _length(redis: Redis, queue: bytes) -> int:
    length: Any = redis.llen(queue.decode())
    return int(length)


def _waited_s(redis: Redis, queue: bytes) -> float:
    first: Any = redis.lindex(queue.decode(), 0)
    since: Any = redis.hget(f"rq:job:{first.decode()}", "enqueued_at") if first else None
    if not since:
        return 0.0
    moment = datetime.fromisoformat(since.decode())
    return max(0.0, (datetime.now(UTC) - moment.astimezone(UTC)).total_seconds())


def _scheduler(redis: Redis) -> Part:
    if redis.exists(RQScheduler.get_locking_key(CLOCK_QUEUE)):
        return Part("scheduler", SCHEDULER, Standing.WELL, Words("正常", "works"))
    what = Words("没有运行", "none runs")
    return Part("scheduler", SCHEDULER, Standing.WEAK, what, _LATE, _MEND_SCHEDULER)


_CALLERS = Words(
    "来电照常接听；排队和占线只在各台机器内部协调，看板和发布暂停",
    "Calls are answered as always; each machine queues its own, and the board and publishing pause",
)
_MEND_SLOW = Words("检查 Redis 所在机器的负载", "look at the load of its machine")
_AWAY = Part(
    "redis",
    REDIS,
    Standing.AWAY,
    Words("连不上", "cannot be reached"),
    _CALLERS,
    Words("检查 Redis 是否在运行、地址（HOTLINE_REDIS_URL）", "see whether it runs, and HOTLINE_REDIS_URL"),
)
_SEEN_IN_REDIS = (("workers", WORKERS), ("scheduler", SCHEDULER))
_LATE = Words(
    "通话不受影响；记录、通知和留言稍后补上",
    "Calls are not affected; records, notices and messages follow later",
)
_KEPT = Words(
    "通话不受影响；这些记录留在 Redis 里", "Calls are not affected; these records are kept in Redis"
)
_MEND_WORKERS = Words("启动 hotline400 worker", "start hotline400 worker")
_MEND_BEHIND = Words("多启动几个 hotline400 worker，或看它的日志", "start more workers, or look at their log")
_MEND_REFUSED = Words("看 worker 的日志中的 call_refused", "look for call_refused in the workers' log")
_MEND_SCHEDULER = Words("启动 hotline400 scheduler", "start hotline400 scheduler")
