"""How the people at the phones are, as they tell it by phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.flow.commands import LookUpAgent, SetAgent
from app.flow.outcomes import AgentFound, AgentSet

if TYPE_CHECKING:
    from app.telephony.driver import Driver


def look_up_agent(driver: Driver, command: LookUpAgent) -> AgentFound:
    state = driver.around.live.agent_state(driver.company, driver.phone(command.phone).number)
    return AgentFound(state=state, at_ms=driver.elapsed_ms())


def set_agent(driver: Driver, command: SetAgent) -> AgentSet:
    """His phone is taken until he hangs up: a queue that rang it now would find it busy, and count that as a miss."""
    live, number = driver.around.live, driver.phone(command.phone).number
    live.acquire(driver.company, driver.channel.uuid, [number])
    live.set_agent(driver.company, number, command.state)
    return AgentSet(at_ms=driver.elapsed_ms())
