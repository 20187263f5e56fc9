"""Looking at everything at once."""

from __future__ import annotations

from pathlib import Path

from redis import Redis, RedisError

from app.health.controllers import controllers, disks, switches
from app.health.database import database
from app.health.part import Health
from app.health.shared import shared
from app.live.status import FOLDER, Status, Statuses, newest


def look(database_url: str, redis: Redis, home: Path) -> Health:
    """How everything is now; takes as long as the slowest deadline. Blocks, so give it a thread of its own.

    `redis` has short deadlines; `home` is the data folder, where controllers of this machine say how they are.
    """
    statuses, redis_is_away = _statuses(Statuses(redis, home / FOLDER))
    return Health(
        [
            *controllers(statuses, redis_is_away=redis_is_away),
            *switches(statuses),
            database(database_url),
            *shared(redis),
            *disks(statuses),
        ]
    )


def _statuses(said: Statuses) -> tuple[list[Status], bool]:
    try:
        return newest([*said.everywhere(), *said.here()]), False
    except RedisError:
        return newest(said.here()), True
