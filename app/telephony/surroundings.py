"""What a call needs of the installation around it, and of the state that all controllers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.integrations import webhook
from app.live.shared import Shared
from app.settings import Trunk

Job = Mapping[str, Any]
"""Arguments of a background job: JSON values by name."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the driver needs to know of the installation.

    recordings_dir  as FreeSWITCH sees it; we see it under the same path
    next_turn       takes a counter's name and gives its next value
    notify          hands a message to whoever sends it; returns at once
    calls_back      whether there is a switch that can be told to place a call
    ask             asks a web service, once; raises NoAnswer
    """

    trunk: Trunk
    prompts_dir: str
    recordings_dir: str
    next_turn: Callable[[str], int]
    live: Shared
    notify: Callable[[Job], None]
    calls_back: bool = True
    ask: Callable[[webhook.Question], webhook.Answer] = webhook.ask
