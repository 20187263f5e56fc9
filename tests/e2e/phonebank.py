"""Ordinary telephones behind a carrier's trunk: one SIP address, and a table of how each number behaves."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.e2e.rtp import Audio
from tests.e2e.sip import Endpoint, Message, Place, media, new_token, offer
from tests.support.waiting import until

ANSWER = 200
TRYING, RINGING, TERMINATED = 100, 180, 487


@dataclass(frozen=True)
class Behaviour:
    """What a telephone does with a call.

    status     final SIP status: 200 answers; 486 busy, 603 rejected, 404, 480, 503 …; 0 = nothing ever comes
    after_s    how long it rings before that; None rings for ever
    talk_s     after answering, how long until this side hangs up; None never does
    sound      what it sends as audio
    """

    status: int = ANSWER
    after_s: float | None = 0.0
    talk_s: float | None = None
    sound: int | None = 0x11


BUSY = Behaviour(status=486)
RINGS_OUT = Behaviour(after_s=None)
DEAD = Behaviour(status=0)


@dataclass
class PhoneCall:
    """One call that a telephone got. `times` says when it was called, ringing, answered, cancelled, ended."""

    number: str
    behaviour: Behaviour
    invite: Message
    sender: Place
    tag: str = field(default_factory=new_token)
    audio: Audio | None = None
    times: dict[str, float] = field(default_factory=dict)
    ended_by: str = ""

    def __str__(self) -> str:
        return f"{self.number}: {self.times}, ended by {self.ended_by!r}, {self.audio}"

    @property
    def shown(self) -> str:
        """The caller's number as this telephone shows it."""
        found = re.search(r"sips?:([^@;>]*)@", self.invite.get("From"))
        return found[1] if found else ""

    def happened(self, what: str) -> bool:
        return what in self.times

    def mark(self, what: str) -> None:
        self.times.setdefault(what, time.monotonic())


class PhoneBank(Endpoint):
    """Answers every INVITE as the table says; a number that is not in the table does not exist (404)."""

    def __init__(self) -> None:
        super().__init__()
        self.table: dict[str, Behaviour] = {}
        self.challenge = ""  # a Proxy-Authenticate header that every call has to answer first
        self._calls: dict[str, PhoneCall] = {}
        self._past: set[str] = set()  # an INVITE that nobody answered is sent again for half a minute
        self.start()

    def reset(self, **table: Behaviour) -> None:
        """Forget all calls and behave as the table says. Numbers are written as `n138…=Behaviour(…)`."""
        for call in list(self._calls.values()):
            self._end(call, "reset")
        self._past |= self._calls.keys()
        self._calls.clear()
        self.challenge = ""
        self.table = {number.removeprefix("n"): behaviour for number, behaviour in table.items()}

    def calls(self, number: str = "") -> list[PhoneCall]:
        """The calls that a number got since the last reset, or that all did, in order."""
        return [call for call in list(self._calls.values()) if number in ("", call.number)]

    def call(self, number: str, what: str = "ringing", deadline_s: float = 10.0) -> PhoneCall:
        """The first call of a number for which `what` happened; waits for it."""

        def found() -> list[PhoneCall]:
            return [call for call in self.calls(number) if call.happened(what)]

        until(found, f"{number} {what}", deadline_s)
        return found()[0]

    def hang_up(self, call: PhoneCall) -> None:
        """Hang up at this side."""
        self.after(0, lambda: self._bye(call))

    def handle(self, message: Message, sender: Place) -> None:
        reactions: dict[str, Callable[[Message, Place], None]] = {
            "INVITE": self._on_invite,
            "CANCEL": self._on_cancel,
            "BYE": self._on_bye,
        }
        if message.status or message.method == "ACK":
            return
        reactions.get(message.method, self._on_other)(message, sender)

    def _on_invite(self, invite: Message, sender: Place) -> None:
        known = self._calls.get(invite.get("Call-ID"))
        if invite.get("Call-ID") in self._past:
            return
        if known and known.happened("answered") and known.audio:
            self.send(self._accepted(known, invite), sender)
        elif self.challenge and not invite.get("Proxy-Authorization"):
            self.send(invite.response(407, new_token(), ("Proxy-Authenticate", self.challenge)), sender)
        elif not known:
            self._ring(invite, sender)

    def _ring(self, invite: Message, sender: Place) -> None:
        call = PhoneCall(invite.user, self.table.get(invite.user, Behaviour(status=404)), invite, sender)
        self._calls[invite.get("Call-ID")] = call
        call.mark("called")
        if call.behaviour.status == 0:
            return
        self.send(invite.response(TRYING, call.tag), sender)
        if call.behaviour.after_s != 0:
            self.send(invite.response(RINGING, call.tag, self._contact(call)), sender)
            call.mark("ringing")
        if call.behaviour.after_s is not None:
            self.after(call.behaviour.after_s, lambda: self._decide(call))

    def _decide(self, call: PhoneCall) -> None:
        if call.happened("ended"):
            return
        if call.behaviour.status != ANSWER:
            self.send(call.invite.response(call.behaviour.status, call.tag), call.sender)
            self._end(call, "refused")
            return
        call.audio = Audio(call.behaviour.sound)
        call.mark("ringing")
        call.mark("answered")
        self.send(self._accepted(call, call.invite), call.sender)
        call.audio.talk_to(media(call.invite.body))
        if call.behaviour.talk_s is not None:
            self.after(call.behaviour.talk_s, lambda: self._bye(call))

    def _accepted(self, call: PhoneCall, invite: Message) -> Message:
        place = call.audio.place if call.audio else self.place
        return invite.response(ANSWER, call.tag, self._contact(call), body=offer(place))

    def _contact(self, call: PhoneCall) -> tuple[str, str]:
        return "Contact", f"<sip:{call.number}@{self.place[0]}:{self.place[1]}>"

    def _on_cancel(self, cancel: Message, sender: Place) -> None:
        self.send(cancel.response(200, new_token()), sender)
        call = self._calls.get(cancel.get("Call-ID"))
        if call and not call.happened("ended"):
            self.send(call.invite.response(TERMINATED, call.tag), sender)
            call.mark("cancelled")
            self._end(call, "switch")

    def _on_bye(self, bye: Message, sender: Place) -> None:
        self.send(bye.response(200, new_token()), sender)
        if call := self._calls.get(bye.get("Call-ID")):
            self._end(call, "switch")

    def _on_other(self, request: Message, sender: Place) -> None:
        self.send(request.response(200, new_token()), sender)

    def _bye(self, call: PhoneCall) -> None:
        if call.happened("ended"):
            return
        target = re.search(r"<([^>]+)>", call.invite.get("Contact"))
        headers = [
            ("Via", f"SIP/2.0/UDP {self.place[0]}:{self.place[1]};branch=z9hG4bK{new_token()}"),
            ("From", f"{call.invite.get('To')};tag={call.tag}"),
            ("To", call.invite.get("From")),
            ("Call-ID", call.invite.get("Call-ID")),
            ("CSeq", "1 BYE"),
            ("Max-Forwards", "70"),
        ]
        self.send(Message(f"BYE {target[1] if target else ''} SIP/2.0", headers), call.sender)
        self._end(call, "phone")

    def _end(self, call: PhoneCall, by: str) -> None:
        call.ended_by = call.ended_by or by
        call.mark("ended")
        if call.audio:
            call.audio.close()
