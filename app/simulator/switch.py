"""A simulated FreeSWITCH: calls come in, controllers are asked what to do, phones ring.

switch = SimulatedSwitch(["127.0.0.1:8084"])
story = switch.place(Caller("13800138000", "4008001234", keys="1"))
for line in story:
    print(line.pretty())
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gevent

from app.simulator import acting
from app.simulator.bridging import SIGNAL_S
from app.simulator.caller import Caller
from app.simulator.channel import Channel
from app.simulator.clock import Clock
from app.simulator.dialplan import Dialplan, Inline
from app.simulator.dialstring import Destination
from app.simulator.execution import obey
from app.simulator.phones import REFUSALS, Manner, Phones
from app.simulator.reporting import report
from app.simulator.story import CallStory
from app.simulator.switch_cdr import KeepRecord


class SimulatedSwitch:
    """A switch with its phones.

    controllers  "host:port", in the order in which they are tried
    dialplan     what becomes of a call, see dialplan.py
    keep_record  gets each call that is over: FreeSWITCH's own record of it (switch_cdr.py)
    """

    def __init__(
        self,
        controllers: Sequence[str],
        clock: Clock | None = None,
        phones: Phones | None = None,
        *,
        dialplan: Dialplan | None = None,
        keep_record: KeepRecord | None = None,
    ) -> None:
        self.controllers = tuple(controllers)
        self._dialplan, self._keep_record = dialplan or Dialplan(), keep_record
        self.clock = clock or Clock()
        self.phones = phones or Phones()
        self.live_calls: dict[str, Channel] = {}

    def place(self, caller: Caller, clock: Clock | None = None) -> CallStory:
        """Let a call come in; it goes on by itself and tells its story. `clock`: a time of its own."""
        channel = Channel(caller, clock or self.clock, self.phones, obey)
        channel.tell("call", did=caller.did, ani=caller.ani or "anonymous")
        return self._begin(channel, lambda: None)

    def ring(self, to: Destination, did: str, inline: Inline | None = None) -> tuple[CallStory | None, str]:
        """Ring a phone as `originate` does and hand it to the dialplan as a call of `did`; None and the cause if it fails.

        With `inline` that is all that it gets, and no dialplan.
        """
        behaviour = self.phones.ring(to.number)
        if not behaviour.rings:
            self.clock.sleep(SIGNAL_S)
            return None, REFUSALS[behaviour.manner]
        if behaviour.manner is Manner.NO_ANSWER or behaviour.answer_after_s >= to.leg_timeout_s:
            self.clock.sleep(to.leg_timeout_s)
            self.phones.release(to.number)
            return None, "NO_ANSWER"
        self.clock.sleep(behaviour.answer_after_s)
        caller = Caller(to.number, did, name="Outbound Call", talk_s=behaviour.talk_s)
        channel = Channel(caller, self.clock, self.phones, obey, to.uuid)
        for name, value in to.variables.items():
            channel.set(name, value)
        channel.tell("called_back", did=did, number=to.number)
        channel.answer()
        return self._begin(channel, lambda: self.phones.release(to.number), inline), "SUCCESS"

    def _begin(
        self, channel: Channel, afterwards: Callable[[], object], way: Dialplan | Inline | None = None
    ) -> CallStory:
        caller = channel.caller
        self.live_calls[channel.uuid] = channel
        gevent.spawn(self._run, channel, way or self._dialplan).link(lambda _run: afterwards())
        for act in (acting.press_keys, acting.answer_questions, acting.lose_patience, acting.hang_up):
            gevent.spawn(act, caller, channel)
        return channel.story

    def _run(self, channel: Channel, way: Dialplan | Inline) -> None:
        try:
            way.run(channel, self.controllers)
            channel.hang_up("NORMAL_CLEARING")
            report(channel)
            if self._keep_record:
                self._keep_record(channel)
        finally:
            del self.live_calls[channel.uuid]
            channel.hang_up("DESTINATION_OUT_OF_ORDER")
            channel.tell("end", length=channel.clock.now() - channel.began, cause=channel.hangup_cause)
            channel.story.finish(channel.hangup_cause)
        if channel.listener:
            channel.listener.channel_is_over()
