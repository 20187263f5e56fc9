"""Calling callers back: rings those whose turn in a queue has come, and hands who answers to a controller."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

import gevent
from gevent.pool import Pool

from app.errors import CommandRefused, HotlineError
from app.flow.snapshot import Snapshot
from app.live.places import Callback
from app.live.shared import Shared
from app.routing.dialling_rules import may_dial
from app.settings import Trunk
from app.telephony import promises
from app.telephony.control import Switch
from app.telephony.dialstring import DialLeg, dial_string
from app.telephony.surroundings import Job

log = logging.getLogger(__name__)

RING_S = 30
PAUSE_S = 120  # from one try to the next
LOOK_S = 1.0
TAKEN_WITHIN_S = 30  # from the answer until a controller has the call
MOST_AT_ONCE = 50

PROMISE, QUEUE = "hotline_callback", "hotline_queue"
"""Variables of a call that we placed: which promise it keeps."""


class NotAllowed(HotlineError):
    """The caller may not be rung."""


class Callbacks:
    """Runs beside the calls of a process. Each promise is rung by one controller, whichever Redis tells of it."""

    def __init__(
        self,
        live: Shared,
        switch: Switch,
        trunk: Trunk,
        notify: Callable[[Job], None],
        snapshot_of: Callable[[str], Snapshot],
    ) -> None:
        self._live, self._switch, self._trunk, self._notify = live, switch, trunk, notify
        self._snapshot_of = snapshot_of
        self._pool = Pool(MOST_AT_ONCE)
        self._stopped = False

    @property
    def reaches_switch(self) -> bool | None:
        """Whether FreeSWITCH can be told to ring somebody; None when nobody tried."""
        return self._switch.is_connected

    def run(self) -> None:
        """Call back until `stop`."""
        while not self._stopped:
            self.step(LOOK_S)

    def stop(self) -> None:
        """Let `run` return; who is being rung is still handed over."""
        self._stopped = True

    def step(self, seconds: float) -> None:
        """Wait so long for promises that are due, and begin to ring those callers."""
        for due in self._live.due_callbacks(seconds):
            self._pool.spawn(self._call, due)

    def _call(self, due: Callback) -> None:
        number, did = promises.read(due.number)
        try:
            self._ring(due, number, did)
        except CommandRefused as refused:
            log.info("call-back %s was not answered: %s", due.call_id, refused)
            self._try_again(due, number, did)
        except (HotlineError, ValueError) as bad:
            log.warning("call-back %s: %s", due.call_id, bad)
            self._try_again(due, number, did)

    def _ring(self, due: Callback, number: str, did: str) -> None:
        self._check(due, number, did)
        variables = {PROMISE: due.call_id, QUEUE: due.queue, "hotline_did": did}
        leg = DialLeg(str(uuid.uuid4()), number, RING_S)
        self._switch.originate(dial_string([leg], self._trunk, did, variables), did, RING_S)
        gevent.sleep(TAKEN_WITHIN_S)
        self._live.retry(
            due.company, due.call_id, PAUSE_S
        )  # does nothing once a controller has taken the call

    def _check(self, due: Callback, number: str, did: str) -> None:
        """HotlineError when the company may not ring the caller: what is promised in Redis is not to be trusted."""
        snapshot = self._snapshot_of(did)
        rules = snapshot.assets.dialling
        if snapshot.company_id != due.company:
            raise NotAllowed(f"{did} is another company's")
        if why := may_dial(number, rules):
            raise NotAllowed(f"{number[:40]!r} is {why.en}")
        if self._live.ring(due.company, due.call_id, (due.phone,), limit=rules.per_minute) is None:
            raise NotAllowed(f"more than {rules.per_minute} phones are rung in a minute")

    def _try_again(self, due: Callback, number: str, did: str) -> None:
        if self._live.retry(due.company, due.call_id, PAUSE_S) > 0:
            return
        text = f"{number} 预约的回电多次未接通，已放弃"
        call = {"company_id": due.company, "call_id": due.call_id, "did": did, "ani": number}
        self._notify(call | {"to": "", "text": text, "attachment": ""})
