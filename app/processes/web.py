"""`hotline400 web`: the web console under gunicorn, one process of greenlets."""

from gevent import monkey

monkey.patch_all()

import gc  # noqa: E402 - patched first, so that everything below is cooperative
from typing import Any  # noqa: E402

from gunicorn.app.base import BaseApplication  # noqa: E402

from app.processes import logs  # noqa: E402
from app.settings import Settings  # noqa: E402

GREENLETS = 1000
SILENCE_S = 60  # a worker that does not stir for so long is replaced
GRACE_S = 10  # for requests under way at a stop


class WebServer(BaseApplication):
    """gunicorn told by our settings rather than by its own files and arguments."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        options = {
            "bind": str(self._settings.web_listen),
            "worker_class": "gevent",
            "worker_connections": GREENLETS,
            "timeout": SILENCE_S,
            "graceful_timeout": GRACE_S,
            "loglevel": self._settings.log_level,
            "control_socket_disable": True,
            "proc_name": "hotline400-web",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from app.web import create_app

        app = create_app(self._settings)
        gc.collect()
        gc.freeze()  # what is there for good is not looked through again and again: that holds up a page for 90 ms
        return app


def run(settings: Settings) -> int:
    """Serve until SIGTERM; requests under way are finished first."""
    logs.configure(settings.log_level)
    WebServer(settings).run()
    return 0
