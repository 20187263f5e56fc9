"""Brings a walk and whoever can carry out its commands together: the loop of every call, simulated or real."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import CallerHungUp
from app.flow.commands import Command
from app.flow.interpreter import Walk
from app.flow.outcomes import Outcome

Do = Callable[[Command], Outcome | None]
"""Carries out a command; raises CallerHungUp when the caller goes."""


def conduct(walk: Walk, do: Do) -> str:
    """Walk to the end and return how the call ended: "flow", "flow_error" or "caller".

    A hang-up is thrown into the flow, so that a node that holds something can give it back; whatever it then asks for
    needs no caller.
    """
    run = walk.run()
    try:
        command = next(run)
        while True:
            try:
                outcome = do(command)
            except CallerHungUp as gone:
                command = run.throw(gone)
            else:
                command = run.send(outcome)
    except StopIteration as done:
        return str(done.value.ended)
    except CallerHungUp:
        return "caller"
