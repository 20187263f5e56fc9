"""What needs no channel: the state that all controllers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.commands import NextTurn
from app.flow.outcomes import Turn

if TYPE_CHECKING:
    from app.telephony.driver import Driver


def next_turn(driver: Driver, command: NextTurn) -> Turn:
    return Turn(n=driver.around.next_turn(command.counter), at_ms=driver.elapsed_ms())
