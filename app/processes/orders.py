"""What a controller can be told from outside, over Redis or by a signal."""

from __future__ import annotations

import signal

DRAIN = "drain"
HAND_OVER = "hand-over"
"""Take no more calls and let the live ones end; or hand them to other controllers at once."""

SIGNALS = {DRAIN: signal.SIGTERM, HAND_OVER: signal.SIGUSR1}
