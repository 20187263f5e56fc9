"""Brings a walk and whoever can carry out its commands together: the loop of every call, simulated or real."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from app.errors import CallerHungUp, TelephonyError
from app.flow.commands import Command
from app.flow.interpreter import Ending, Walk
from app.flow.outcomes import Outcome

Do = Callable[[Command], Outcome | None]
"""Carries out a command; raises CallerHungUp when the caller goes."""


def conduct(walk: Walk, do: Do) -> str:
    """Walk from the start to the end and return how the call ended: "flow", "flow_error" or "caller"."""
    run = walk.run()
    return go_on(run, next(run), do)


def go_on(run: Generator[Command, Any, Ending], command: Command, do: Do) -> str:
    """Walk from the command that a run waits on.

    A hang-up is thrown into the flow, so that a node that holds something can give it back; whatever it then asks for
    needs no caller. So is whatever else goes wrong, and the flow falls back; but without a switch nobody is left to talk to.
    """
    try:
        while True:
            try:
                outcome = do(command)
            except TelephonyError:
                raise
            except Exception as bad:  # a hang-up, mostly
                command = run.throw(bad)
            else:
                command = run.send(outcome)
    except StopIteration as done:
        return str(done.value.ended)
    except CallerHungUp:
        return "caller"
