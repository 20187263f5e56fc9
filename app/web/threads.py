"""Work that takes a core for long, kept away from gevent's loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import gevent
from gevent import monkey

T = TypeVar("T")


def off_the_loop(work: Callable[..., T], *arguments: Any) -> T:
    """Do the work in a thread where requests share one loop: ten sign-ins at once must not stop the console."""
    if not monkey.is_module_patched("threading"):
        return work(*arguments)
    done: T = gevent.get_hub().threadpool.apply(work, arguments)
    return done
