"""Going on with a call that another controller began. Pure."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

from app.calls.begin import facts_of
from app.calls.calling_back import called_back
from app.calls.state import State
from app.errors import ReplayError, StateError
from app.flow.commands import Command
from app.flow.facts import CallFacts
from app.flow.interpreter import Ending, Walk, replay
from app.flow.outcomes import Outcome
from app.flow.snapshot import Snapshot

Watch = Callable[[Command, Outcome], object]


class Former(Protocol):
    """What was in force when a call began."""

    def at(self, did: str, revision: int) -> Snapshot | None: ...


class Snapshots(Former, Protocol):
    """That, and what is in force (live/snapshots.py)."""

    def get(self, did: str) -> Snapshot: ...

    def revision(self, did: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Resumed:
    """A walk that is back where it was: `run` waits on the outcome of `command`."""

    facts: CallFacts
    walk: Walk
    run: Generator[Command, Any, Ending]
    command: Command


def resume(
    state: State, snapshots: Former, did: str, header: Callable[[str], str], watch: Watch | None = None
) -> Resumed:
    """Replay what the state tells, under the snapshot that the call began with.

    StateError when that snapshot is not known any more, or a release with other nodes wrote the state.
    """
    begin = state.begin
    snapshot = snapshots.at(did, begin.revision)
    if snapshot is None:
        raise StateError(f"revision {begin.revision} of {did} is not known any more")
    facts = facts_of(header, did, snapshot, begin.began_at)
    walk = Walk(as_called(snapshot, begin.called_back), facts)
    try:
        run, command = replay(walk, state.outcomes, watch)
    except ReplayError as other:
        raise StateError(f"it does not fit the flow: {other}") from other
    return Resumed(facts, walk, run, command)


def as_called(snapshot: Snapshot, promise: tuple[str, str]) -> Snapshot:
    """What a caller goes through: as published, or, for one who was called back, the phone that is held for him."""
    queue, number = promise
    if not queue:
        return snapshot
    phones = snapshot.assets.phones.values()
    return called_back(snapshot, queue, next((phone.id for phone in phones if phone.number == number), ""))
