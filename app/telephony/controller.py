"""What happens to each call that FreeSWITCH hands us, from its channel to its record."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from app.calls.begin import dialled, facts_of
from app.calls.calling_back import called_back
from app.calls.cdr import Cdr, End, build_cdr
from app.calls.conduct import conduct
from app.errors import CallerHungUp, HotlineError, NotInService
from app.flow.facts import CallFacts
from app.flow.interpreter import Walk
from app.flow.snapshot import Snapshot
from app.flow.system_prompts import system_file
from app.telephony import arguments
from app.telephony.callbacks import PROMISE, QUEUE
from app.telephony.channel import Channel
from app.telephony.driver import CHANNEL_VARIABLES, QUIET, Driver
from app.telephony.surroundings import Surroundings

log = logging.getLogger(__name__)

APOLOGY_S = 30.0


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
    """Takes calls. `handle` is what the server runs in each call's greenlet; `name` says in records who had the call."""

    def __init__(
        self, snapshot_of: Callable[[str], Snapshot], journal: Journal, around: Surroundings, *, name: str
    ) -> None:
        self._snapshot_of, self._journal, self._around, self._name = snapshot_of, journal, around, name

    def handle(self, channel: Channel) -> None:
        """One call from begin to record. Whatever happens on the way, the record is written."""
        did = dialled(channel.header)
        snapshot = self._find(did)
        facts = facts_of(channel.header, did, snapshot, datetime.now(UTC))
        self._journal.begin(facts.call_id, {"did": did, "ani": facts.ani, "began_at": facts.now.isoformat()})
        if snapshot is None:
            self._refuse(channel, facts, None, NOT_IN_SERVICE)
        elif not self._may_begin(channel, snapshot):
            self._refuse(channel, facts, snapshot, OVER_LIMIT)
        else:
            self._walk(channel, self._as_promised(channel, snapshot), facts)

    def _may_begin(self, channel: Channel, snapshot: Snapshot) -> bool:
        """Whether the company may have one more call; asked before a promise counts as kept, so that it is tried again."""
        limit = snapshot.max_calls
        return not limit or self._around.live.may_begin(snapshot.company_id, channel.uuid, limit)

    def _as_promised(self, channel: Channel, snapshot: Snapshot) -> Snapshot:
        """What a caller goes through whom we have called back; as published for every other call."""
        promise = channel.header(f"variable_{PROMISE}")
        if not promise:
            return snapshot
        number = self._around.live.redeem(snapshot.company_id, promise, channel.uuid)
        phones = snapshot.assets.phones.values()
        phone = next((phone.id for phone in phones if phone.number == number), "")
        return called_back(snapshot, channel.header(f"variable_{QUEUE}"), phone)

    def _find(self, did: str) -> Snapshot | None:
        try:
            return self._snapshot_of(did)
        except NotInService:
            return None

    def _walk(self, channel: Channel, snapshot: Snapshot, facts: CallFacts) -> None:
        walk = Walk(snapshot, facts)
        driver = Driver(channel, walk, self._around)
        ended = "switch_lost"
        try:
            channel.start(CHANNEL_VARIABLES, QUIET)
            ended = conduct(walk, driver.do)
        except CallerHungUp:
            ended = "caller"
        except HotlineError as lost:
            log.warning("call %s: %s", facts.call_id, lost)
        finally:
            cause = _cause(channel, ended)
            end = End(ended, cause, driver.elapsed_ms())
            left = walk.call.variables
            cdr = build_cdr(facts, snapshot, walk.trail, end, controller=self._name, variables=left)
            self._journal.end(cdr)
            self._around.live.ended(snapshot.company_id, facts.call_id)

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
