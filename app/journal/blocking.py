"""Doing what blocks a thread (disks) without stopping the other calls of a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import gevent
from gevent.monkey import is_module_patched

P = ParamSpec("P")
T = TypeVar("T")


def run(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call the function and wait for it: on a real thread when this process runs on gevent's event loop."""
    if not is_module_patched("threading"):
        return function(*args, **kwargs)
    return gevent.get_hub().threadpool.apply(function, args, kwargs)
