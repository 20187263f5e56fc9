"""One telephone's audio: 20 ms frames of A-law, and keys as RFC 2833 events."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from collections import Counter

from tests.e2e.sip import Media, Place

FRAME_S = 0.02
FRAME = 160  # samples of 8 kHz in a frame, one byte each
PCMA = 8
SILENCE = (0xD5, 0x55)
KEYS = "0123456789*#ABCD"
KEY_FRAMES = 6  # a key is held for 120 ms
END_FRAMES = 3  # its end is said three times, because packets may be lost
VOLUME = 10


class Audio(threading.Thread):
    """Sends one sound, frame after frame, and counts what it hears.

    sound   the A-law byte that every frame is filled with, so that the other side can tell whom it hears;
            None sends nothing at all, like a telephone that is muted

    longest_quiet_s  the longest time between two sounds that it heard; `quiet_between` are these two
    """

    def __init__(self, sound: int | None, ip: str = "127.0.0.1") -> None:
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((ip, 0))
        self.place: Place = self.socket.getsockname()
        self.heard: Counter[int | str] = Counter()
        self.longest_quiet_s = 0.0
        self.quiet_between: tuple[int | str, int | str] = ("", "")
        self._last_sound: tuple[float, int | str] = (0.0, "")
        self._sound = sound
        self._peer: Media | None = None
        self._keys: list[str] = []
        self._pressing = False
        self._sequence = 0
        self._closing = threading.Event()

    def __str__(self) -> str:
        return (
            f"audio at {self.place} with {self._peer}: sent up to {self._sequence}, heard {dict(self.heard)}"
        )

    def talk_to(self, peer: Media) -> None:
        """Send to `peer` from now on; may be called again when the other side moves."""
        self._peer = peer
        if not self.is_alive():
            self.start()

    def press(self, keys: str) -> None:
        """Press keys one after the other, each held for 120 ms with a pause of the same length after it."""
        self._keys.extend(keys)

    def has_pressed(self) -> bool:
        """Whether all keys were sent to their end."""
        return not self._keys and not self._pressing

    def hears(self, sound: int | str, frames: int = 5) -> bool:
        """Whether `sound` was heard: another telephone's byte, or "tone" for what is no telephone's."""
        return self.heard[sound] >= frames

    def run(self) -> None:
        timestamp = 0
        tick = time.monotonic()
        while not self._closing.is_set():
            timestamp += self._say(timestamp)
            tick += FRAME_S
            self._listen_until(tick)

    def close(self) -> None:
        self._closing.set()
        if self.is_alive():
            self.join()
        self.socket.close()

    def _say(self, timestamp: int) -> int:
        """Send a frame, or a whole key if one is pressed; returns how far the time went on, in samples."""
        self._pressing = bool(self._keys)
        if self._pressing:
            return self._say_key(self._keys.pop(0), timestamp)
        if self._sound is not None:
            self._send(PCMA, timestamp, bytes([self._sound]) * FRAME)
        return FRAME

    def _say_key(self, key: str, timestamp: int) -> int:
        key_type = self._peer.key_type if self._peer else 0
        for frame in range(KEY_FRAMES + END_FRAMES):
            ended = frame >= KEY_FRAMES
            duration = FRAME * min(frame + 1, KEY_FRAMES)
            event = struct.pack("!BBH", KEYS.index(key), VOLUME | (0x80 if ended else 0), duration)
            self._send(key_type, timestamp, event, marker=frame == 0)
            if not ended:
                self._listen_until(time.monotonic() + FRAME_S)
        self._listen_until(time.monotonic() + FRAME_S * KEY_FRAMES)
        return FRAME * KEY_FRAMES * 2

    def _send(self, payload_type: int, timestamp: int, payload: bytes, *, marker: bool = False) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        header = struct.pack("!BBHII", 0x80, payload_type | (marker << 7), self._sequence, timestamp, 0x400)
        if self._peer:
            self.socket.sendto(header + payload, self._peer.place)

    def _listen_until(self, end: float) -> None:
        while (left := end - time.monotonic()) > 0:
            if select.select([self.socket], [], [], left)[0]:
                self._hear(self.socket.recv(2048))

    def _hear(self, packet: bytes) -> None:
        payload = packet[12:]
        if packet[1] & 0x7F == PCMA and payload:
            sound = payload[0] if len(set(payload)) == 1 else "tone"
            self.heard[sound] += 1
            if sound not in SILENCE:
                self._hear_sound(sound, time.monotonic())

    def over(self) -> None:
        """The call is over: what was quiet up to its end counts as well."""
        self._hear_sound("end", time.monotonic())

    def _hear_sound(self, sound: int | str, now: float) -> None:
        heard_at, before = self._last_sound
        if heard_at and now - heard_at > self.longest_quiet_s:
            self.longest_quiet_s, self.quiet_between = now - heard_at, (before, sound)
        self._last_sound = (now, sound)
