"""What happens to each call that FreeSWITCH hands us, from its channel to its record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

import gevent

from app.calls.begin import dialled, facts_of
from app.calls.cdr import FINAL, PROVISIONAL, Cdr, End, build_cdr
from app.calls.conduct import go_on
from app.calls.resume import Resumed, Snapshots, as_called, resume
from app.calls.ringing import Ringing
from app.calls.state import PAUSES, Begin, StateLog, carried, read, waited_ms
from app.errors import CallerHungUp, HandedOver, HotlineError, NotInService, StateError
from app.flow.commands import Command, Dial
from app.flow.facts import CallFacts
from app.flow.interpreter import Walk
from app.flow.outcomes import Outcome
from app.flow.snapshot import Snapshot
from app.flow.system_prompts import system_file
from app.telephony import arguments
from app.telephony.acts.dialling import left_behind
from app.telephony.callbacks import PROMISE, QUEUE
from app.telephony.channel import Channel
from app.telephony.driver import CHANNEL_VARIABLES, QUIET, Driver
from app.telephony.surroundings import Surroundings

log = logging.getLogger(__name__)

APOLOGY_S = 30.0
TAKEN_OVER_WITHIN_S = (
    10.0  # a call we have left; by then its next controller has its phones and its place in a queue
)
TAKEN = arguments.assignments({"hotline_taken": "true", PAUSES: ""})  # for the dialplan, when we are gone


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a caller hears whose call never enters a flow, its hang-up cause, and how its record says that it ended."""

    prompt: str
    cause: str
    ended: str


NOT_IN_SERVICE = Refusal("sys.not_in_service", "UNALLOCATED_NUMBER", "no_flow")
OVER_LIMIT = Refusal("sys.lines_busy", "USER_BUSY", "over_limit")


class Journal(Protocol):
    """Where calls are written down so that none is lost (app/journal)."""

    def begin(self, call_id: str, facts: dict[str, Any]) -> None: ...

    def end(self, cdr: Cdr) -> None: ...


class Controller:
    """Takes calls. `handle` is what the server runs in each call's greenlet.

    name    says in records who had the call
    secret  signs the state that a call's channel carries; the same in all controllers
    """

    def __init__(
        self, snapshots: Snapshots, journal: Journal, around: Surroundings, *, name: str, secret: bytes
    ) -> None:
        self._snapshots, self._journal, self._around = snapshots, journal, around
        self._name, self._secret = name, secret
        # By call; a call may come back to us before we have noticed that it was lost.
        self._live: dict[str, Driver] = {}

    def handle(self, channel: Channel) -> None:
        """One call, from its begin or from where another controller left it, to its record, which is always written."""
        channel.set(TAKEN)
        did = dialled(channel.header)
        if not self._take_over(channel, did):
            self._begin(channel, did)

    # A new call

    def _begin(self, channel: Channel, did: str) -> None:
        snapshot = self._find(did)
        facts = facts_of(channel.header, did, snapshot, _now())
        self._note(facts)
        if snapshot is None:
            self._refuse(channel, facts, None, NOT_IN_SERVICE)
        elif not self._may_begin(channel, snapshot):
            self._refuse(channel, facts, snapshot, OVER_LIMIT)
        else:
            promise = self._promise(channel, snapshot)
            walk = Walk(as_called(snapshot, promise), facts)
            begin = Begin(self._snapshots.revision(did), facts.now, channel.switch_us, promise)
            driver = Driver(channel, walk, self._around, StateLog(self._secret, facts.call_id, begin))
            run = walk.run()
            self._walk(driver, lambda: go_on(run, next(run), driver.do))

    def _find(self, did: str) -> Snapshot | None:
        try:
            return self._snapshots.get(did)
        except NotInService:
            return None

    def _note(self, facts: CallFacts) -> None:
        begun = {"did": facts.did, "ani": facts.ani, "began_at": facts.now.isoformat()}
        self._journal.begin(facts.call_id, begun)

    def _may_begin(self, channel: Channel, snapshot: Snapshot) -> bool:
        """Whether the company may have one more call; asked before a promise counts as kept, so that it is tried again."""
        limit = snapshot.max_calls
        return not limit or self._around.live.may_begin(snapshot.company_id, channel.uuid, limit)

    def _promise(self, channel: Channel, snapshot: Snapshot) -> tuple[str, str]:
        """The queue, and the number of the phone that is held, for a caller whom we have called back; else ("", "")."""
        promise = channel.header(f"variable_{PROMISE}")
        if not promise:
            return "", ""
        number = self._around.live.redeem(snapshot.company_id, promise, channel.uuid)
        return channel.header(f"variable_{QUEUE}"), number

    # A call of another controller

    def _take_over(self, channel: Channel, did: str) -> bool:
        """Go on with a call that another controller has left; False when there is none, or it cannot be gone on with."""
        text = carried(channel.header, self._around.live.kept_state)
        if not text:
            return False
        done: list[tuple[Command, Outcome]] = []
        try:
            state = read(self._secret, channel.uuid, text)
            found = resume(state, self._snapshots, did, channel.header, lambda *step: done.append(step))
        except StateError as bad:
            log.warning("call %s begins anew: its state cannot be used: %s", channel.uuid, bad)
            return False
        self._note(found.facts)
        begin = replace(state.begin, resumed=state.begin.resumed + 1)
        state_log = StateLog(self._secret, channel.uuid, begin, state.outcomes)
        driver = Driver(channel, found.walk, self._around, state_log)
        for step in done:
            driver.recall(*step)
        channel.interrupt()  # who had it before may have died in a conversation
        driver.waited_ms = waited_ms(channel.header)
        self._walk(driver, lambda: self._go_on(driver, found, state.ringing))
        return True

    def _go_on(self, driver: Driver, found: Resumed, ringing: Ringing | None) -> str:
        command = found.command
        if found.walk.snapshot.max_calls:
            # It has begun: it is ours now.
            self._around.live.may_begin(driver.company, driver.channel.uuid, 0)
        if ringing and isinstance(command, Dial) and (dialled := left_behind(driver, command, ringing)):
            driver.log.add(dialled)
            command = found.run.send(dialled)
        return go_on(found.run, command, driver.do)

    # Any call

    def _walk(self, driver: Driver, go: Callable[[], str]) -> None:
        """Walk to the end, and write the record whatever happens on the way."""
        channel = driver.channel
        ended = "switch_lost"
        self._live[channel.uuid] = driver
        try:
            channel.start(CHANNEL_VARIABLES, QUIET)
            ended = go()
        except CallerHungUp:
            ended = "caller"
        except HandedOver:
            log.info("call %s goes on at another controller", channel.uuid)
        except HotlineError as lost:
            log.warning("call %s: %s", channel.uuid, lost)
        finally:
            is_left = channel.is_left
            end = End(ended, _cause(channel, ended), driver.elapsed_ms())
            self._journal.end(self._record(driver, end))
            if is_left:
                gevent.spawn_later(TAKEN_OVER_WITHIN_S, self._part, driver)
            else:
                self._part(driver)

    def _part(self, driver: Driver) -> None:
        """Give back what the call still has here: its phones, its place in a queue."""
        if self._live.get(driver.channel.uuid) is driver:
            del self._live[driver.channel.uuid]
            self._around.live.ended(driver.company, driver.channel.uuid)

    def _record(self, driver: Driver, end: End) -> Cdr:
        """Of a connection that was lost nobody knows how its call ends: another controller may have it by now."""
        walk = driver.walk
        return build_cdr(
            walk.call.facts,
            walk.snapshot,
            walk.trail,
            end,
            controller=self._name,
            variables=walk.call.variables,
            resumed=driver.log.begin.resumed,
            standing=PROVISIONAL if end.ended == "switch_lost" else FINAL,
        )

    def _refuse(
        self, channel: Channel, facts: CallFacts, snapshot: Snapshot | None, refusal: Refusal
    ) -> None:
        """Say why the call goes nowhere, at nobody's cost: it is never picked up."""
        began_us = channel.switch_us
        try:
            channel.start(CHANNEL_VARIABLES, QUIET)
            sorry = arguments.files([f"{self._around.prompts_dir}/{system_file(refusal.prompt)}"])
            channel.execute("pre_answer", wait=False)
            channel.execute("playback", sorry, wait=True, deadline_s=APOLOGY_S)
            channel.hangup(refusal.cause)
        except HotlineError as bad:
            log.info("call %s to %s, %s: %s", facts.call_id, facts.did, refusal.ended, bad)
        finally:
            cause = _cause(channel, refusal.ended)
            end = End(refusal.ended, cause, max(0, channel.switch_us - began_us) // 1000)
            self._journal.end(build_cdr(facts, snapshot, (), end, controller=self._name))


def _cause(channel: Channel, ended: str) -> str:
    """The hang-up cause; waits a moment for FreeSWITCH's last word unless the connection is lost."""
    return channel.close() or ("NORMAL_UNSPECIFIED" if ended == "switch_lost" else "NORMAL_CLEARING")


def _now() -> datetime:
    """To the millisecond, as a call's state tells it: a replay has the very same facts."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
