"""`hotline400 simulator`: the simulated switch."""

from gevent import monkey

monkey.patch_all()

from app.processes import logs  # noqa: E402 - patched first, so that everything below is cooperative
from app.settings import Settings  # noqa: E402
from app.simulator.server import serve  # noqa: E402


def run(settings: Settings) -> int:
    """Serve until SIGTERM."""
    logs.configure(settings.log_level)
    serve(settings)
    return 0
