"""Somebody who dials a 400 number: a SIP telephone that calls FreeSWITCH as the carrier's trunk would."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

from tests.e2e.rtp import Audio
from tests.e2e.sip import Endpoint, Message, Place, media, new_token, offer
from tests.support.waiting import until

SOUND = 0x22


class Caller(Endpoint):
    """One call from `number`, followed from INVITE to its end. Use it in a `with`: leaving hangs up.

    early     audio came before the call was answered
    answered  somebody picked up (that is where charging begins)
    ended     "" while the call lives, else the final SIP status, "BYE" from the switch, or "caller"
    """

    def __init__(
        self,
        switch: Place,
        number: str = "13800138000",
        *,
        name: str = "",
        ip: str = "127.0.0.1",
        sound: int | None = SOUND,
    ) -> None:
        super().__init__(ip)
        self.audio = Audio(sound, ip)
        self.number = number
        self.early = self.answered = False
        self.ended = ""
        self.final: Message | None = None
        self._switch = switch
        self._from = f'"{name or number}" <sip:{number}@{ip}:{self.place[1]}>;tag={new_token()}'
        self._call_id = new_token()
        self._invite = Message("")
        self._remote = ""  # To with the switch's tag
        self._target = ""  # its Contact
        self.start()

    def __str__(self) -> str:
        state = f"early={self.early} answered={self.answered} ended={self.ended!r}"
        return f"caller at {self.place}: {state}, {self.audio}"

    def dial(self, number: str, *extra: tuple[str, str]) -> Self:
        """Call; `extra` are more headers of the INVITE."""
        self._target = f"sip:{number}@{self._switch[0]}:{self._switch[1]}"
        self._remote = f"<{self._target}>"
        headers = [
            ("Contact", f"<sip:caller@{self.place[0]}:{self.place[1]}>"),
            ("Content-Type", "application/sdp"),
            *extra,
        ]
        self._invite = self._request("INVITE", 1, *headers, body=offer(self.audio.place))
        self.send(self._invite, self._switch)
        return self

    def press(self, keys: str) -> None:
        self.audio.press(keys)

    def hang_up(self) -> None:
        """End the call in the way that its state asks for."""
        if self.ended or not self._invite.start:
            return
        if self.answered:
            self.send(self._request("BYE", 2), self._switch)
            self.ended = "caller"
        else:
            via = self._invite.get("Via")
            self.send(self._request("CANCEL", 1, via=via), self._switch)

    def wait(self, what: str, deadline_s: float = 10.0) -> Self:
        """Wait until the call is `early`, `answered` or `ended`."""
        until(lambda: getattr(self, what), f"the caller's call {what}", deadline_s)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.hang_up()
        if kind is None and self._invite.start:
            self.wait("ended")
        self.audio.close()
        self.close()

    def handle(self, message: Message, sender: Place) -> None:
        if message.status:
            self._on_response(message)
        elif message.method == "BYE":
            self.send(message.response(200, new_token()), sender)
            self.ended, self.final = self.ended or "BYE", message
        elif message.method == "INVITE":
            self.send(message.response(200, new_token(), body=offer(self.audio.place)), sender)
        elif message.method != "ACK":
            self.send(message.response(200, new_token()), sender)

    def _on_response(self, response: Message) -> None:
        if response.method != "INVITE" or response.status == 100:
            return
        if response.body:
            self.audio.talk_to(media(response.body))
            self.early = True
        if response.status >= 200:
            self._on_final(response)

    def _on_final(self, response: Message) -> None:
        self._remote = response.get("To")
        if response.status == 200:
            found = re.search(r"<([^>]+)>", response.get("Contact"))
            self._target = found[1] if found else self._target
            self.send(self._request("ACK", 1), self._switch)
            self.answered = True
        else:
            self.send(self._request("ACK", 1, via=self._invite.get("Via")), self._switch)
            self.ended, self.final = str(response.status), response

    def _request(
        self, method: str, number: int, *extra: tuple[str, str], via: str = "", body: str = ""
    ) -> Message:
        own = f"SIP/2.0/UDP {self.place[0]}:{self.place[1]};rport;branch=z9hG4bK{new_token()}"
        headers = [
            ("Via", via or own),
            ("Max-Forwards", "70"),
            ("From", self._from),
            ("To", self._remote),
            ("Call-ID", self._call_id),
            ("CSeq", f"{number} {method}"),
            *extra,
        ]
        return Message(f"{method} {self._target} SIP/2.0", headers, body)
