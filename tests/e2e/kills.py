"""How calls live through the deaths of their controllers, on a real FreeSWITCH.

    FREESWITCH=/path/to/freeswitch python -m tests.e2e.kills [--kills 200] [--callers 8] [--seed 1]

Callers go through two menus, a queue, a talk and a survey, in which something is to be heard at every moment, while one
of two controllers is killed at random moments and started again. Every caller knows what has to happen to him and what
his record has to say. Prints what was lost, cut, doubled or silent; exits with 1 if anything was.
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import tempfile
import threading
import time
import wave
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from signal import SIGKILL
from typing import Any

from app.calls.cdr import RECONCILED
from app.store import prompts
from app.store.models import Call, Company
from tests.e2e.caller import Caller
from tests.e2e.freeswitch import FreeSwitch, find_freeswitch
from tests.e2e.hotline import Hotline
from tests.e2e.phonebank import Behaviour, PhoneBank
from tests.support import processes
from tests.support.redis_server import RedisServer
from tests.support.waiting import until

DID = "4008007777"
PHONE_SOUND = 0x11
PHONES = [f"1390000010{n}" for n in range(5)]
LONG_S = 60
LOUD, LOUDER, MUSIC, QUESTION = 0x1000, 0x3000, 0x2000, 0x0800  # samples of which the sounds consist
AGAIN_S = 3.0  # a key that did nothing is pressed again: it fell between two controllers
MENU = {"kind": "menu", "timeout_s": 10, "tries": 9}
FLOW = {
    "spec": 1,
    "name": "连环",
    "start": "first",
    "nodes": {
        "first": MENU | {"prompt": "loud", "exits": {"1": "second"}},
        "second": MENU | {"prompt": "louder", "exits": {"2": "wait"}},
        "wait": {"kind": "queue", "phones": PHONES, "music": "music", "exits": {"answered": "rate"}},
        "rate": {"kind": "survey", "prompt": "question"},
    },
}
PATIENCE_S = 60.0
POLL_S = 0.02
TALK_WITHIN_S = 0.7  # of what the phone saw

_numbers = count(13800200000)


@dataclass
class Tally:
    """What happened, all callers together. `problems` are told in full."""

    calls: int = 0
    kills: int = 0
    in_progress: int = 0
    resumed: int = 0
    again: int = 0
    reconciled: int = 0
    silences: list[tuple[float, str]] = field(default_factory=list)
    problems: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)

    def problem(self, kind: str, about: str) -> None:
        self.problems[kind] += 1
        self.told.append(f"{kind}: {about}")


class Story(threading.Thread):
    """One caller, from the first menu to the survey."""

    def __init__(self, switch: FreeSwitch, phones: PhoneBank, tally: Tally, luck: random.Random) -> None:
        super().__init__(daemon=True)
        self.number = str(next(_numbers))
        self._switch, self._phones, self._tally, self._luck = switch, phones, tally, luck
        self._phase = "dialling"
        self.talk_s = 0.0

    def run(self) -> None:
        with Caller(self._switch.carrier, self.number) as caller:
            try:
                self._go(caller.dial(DID))
            except AssertionError as lost:
                kind = "cut" if self._phase == "talk" else "lost"
                self._tally.problem(kind, f"{self.number} in {self._phase}: {lost}; {caller}")
            caller.audio.over()
            self._tally.silences.append((caller.audio.longest_quiet_s, str(caller.audio.quiet_between)))

    def _go(self, caller: Caller) -> None:
        hears = caller.audio.hears
        self._reach(caller, "first menu", lambda: hears(alaw(LOUD)))
        self._stay(caller, 4)
        self._press(caller, "1", "second menu", lambda: hears(alaw(LOUDER)))
        self._stay(caller, 4)
        self._press(caller, "2", "queue", lambda: hears(alaw(MUSIC)) or hears(PHONE_SOUND))
        self._reach(caller, "queue", lambda: hears(PHONE_SOUND))
        (call,) = [call for call in self._phones.calls() if call.shown == self.number]
        self._phase = "talk"
        self._stay(caller, 6)
        self._phones.hang_up(call)
        self.talk_s = time.monotonic() - call.times["answered"]
        self._reach(caller, "survey", lambda: hears(alaw(QUESTION)))
        self._stay(caller, 3)
        self._press_until_over(caller)

    def _press(self, caller: Caller, key: str, phase: str, here: Callable[[], bool]) -> None:
        """Press a key, and again if it does nothing."""
        self._phase, give_up = phase, time.monotonic() + PATIENCE_S
        again = 0.0
        while not here():
            assert not caller.ended
            assert time.monotonic() < give_up
            if time.monotonic() > again:
                self._tally.again += again > 0
                caller.press(key)
                again = time.monotonic() + AGAIN_S
            time.sleep(POLL_S)

    def _press_until_over(self, caller: Caller) -> None:
        """The mark; who has given it is thanked and let go."""
        self._phase, again = "mark", 0.0
        while not caller.ended:
            if time.monotonic() > again:
                self._tally.again += again > 0
                caller.press("5")
                again = time.monotonic() + 2 * AGAIN_S
            time.sleep(POLL_S)

    def _reach(self, caller: Caller, phase: str, here: Callable[[], bool]) -> None:
        self._phase = phase
        until(lambda: here() or caller.ended, phase, PATIENCE_S)
        assert not caller.ended

    def _stay(self, caller: Caller, longest_s: float) -> None:
        until_s = time.monotonic() + self._luck.uniform(0.3, longest_s)
        until(lambda: time.monotonic() > until_s or caller.ended, "a while", longest_s + 1)
        assert not caller.ended


class Killer:
    """Kills a controller whenever both live, and starts it again."""

    def __init__(self, hotline: Hotline, tally: Tally, luck: random.Random) -> None:
        self._hotline, self._tally, self._luck = hotline, tally, luck
        for number in range(2):
            hotline.start_controller(number)

    def kill_one(self) -> None:
        pause = threading.Event()
        pause.wait(self._luck.uniform(0.2, 1.5))
        number = self._luck.randrange(2)
        processes.stop(self._hotline.controllers[number], SIGKILL)
        self._tally.kills += 1
        self._hotline.start_controller(number)
        self._hotline.controllers[number] = self._hotline.controllers.pop()


def check(hotline: Hotline, stories: list[Story], tally: Tally) -> None:
    """Each caller has one record, and it says what he saw."""
    for story in stories:
        try:
            record = _closed(hotline, story, tally)
        except (AssertionError, ValueError) as wrong:
            with hotline.store():
                found = Call.select().where(Call.ani == story.number).count()
            tally.problem("doubled record" if found > 1 else "lost record", f"{story.number}: {wrong}")
            continue
        tally.resumed += record.get("resumed", 0)
        ways = [(step["node"], step["exit"]) for step in record["trail"]]
        expected = [("first", "1"), ("second", "2"), ("wait", "answered"), ("rate", "rated")]
        if story.talk_s and ways[:4] != expected:
            tally.problem("wrong way", f"{story.number}: {ways}")
        elif story.talk_s and abs(record["talk_ms"] / 1000 - story.talk_s) > TALK_WITHIN_S:
            tally.problem(
                "wrong talk time", f"{story.number}: {record['talk_ms']} ms, not {story.talk_s:.1f} s"
            )


def _closed(hotline: Hotline, story: Story, tally: Tally) -> dict[str, Any]:
    """The one record of this caller. Who ended while his controller was killed is closed from FreeSWITCH's."""
    try:
        return hotline.final_record(story.number)
    except AssertionError:
        hotline.close_waiting()
        record = hotline.record(story.number)
        assert record["standing"] == RECONCILED, record
        tally.reconciled += 1
        return record


def run(kills: int, callers: int, seed: int, folder: Path) -> Tally:
    """Kill so often while so many call at a time. `folder` gets all that FreeSWITCH and hotline400 write."""
    program = find_freeswitch()
    assert program, "no FreeSWITCH"
    tally, luck = Tally(), random.Random(seed)
    bank = PhoneBank()
    for part in ("switch", "redis"):
        (folder / part).mkdir(parents=True)
    gateway = {
        "gateway": f"127.0.0.1:{bank.place[1]}",
        "gateway_user": "4008001234",
        "gateway_password": "x",
    }
    switch = FreeSwitch(program, folder / "switch", folder / "certs", **gateway)
    redis = RedisServer(folder / "redis")
    hotline = Hotline(switch, redis.url)
    try:
        switch.start()
        redis.start()
        hotline.prepare()
        _open(hotline)
        worker = hotline.start("worker")
        bank.reset(**{f"n{phone}": Behaviour(after_s=0.2, sound=PHONE_SOUND) for phone in PHONES})
        with hotline.console():
            _besiege(hotline, bank, tally, luck, kills, callers)
    finally:
        for process in (*hotline.controllers, worker):
            processes.stop(process, SIGKILL)
        redis.stop()
        switch.stop()
        bank.close()
    return tally


def _open(hotline: Hotline) -> None:
    sounds = {"loud": LOUD, "louder": LOUDER, "music": MUSIC, "question": QUESTION}
    for slug, sample in sounds.items():
        with wave.open(str(hotline.home / "prompts" / "1" / f"{slug}.wav"), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(struct.pack("<h", sample) * (8000 * LONG_S))
        with hotline.store():
            company = Company.select().get()
            prompts.create(company, slug, slug, file=f"1/{slug}.wav", duration_ms=LONG_S * 1000)
    hotline.open(DID, FLOW)


def alaw(sample: int) -> int:
    """The byte that a positive sample becomes in A-law (G.711)."""
    magnitude = sample >> 3
    segment = max(0, magnitude.bit_length() - 5)
    step = magnitude >> max(1, segment) & 0x0F
    return (segment << 4 | step) ^ 0xD5


def _besiege(
    hotline: Hotline, bank: PhoneBank, tally: Tally, luck: random.Random, kills: int, callers: int
) -> None:
    killer, stories, over = Killer(hotline, tally, luck), list[Story](), threading.Event()

    def call() -> None:
        while not over.is_set():
            story = Story(hotline.switch, bank, tally, random.Random(luck.random()))
            stories.append(story)
            story.start()
            story.join()

    lines = [threading.Thread(target=call) for _ in range(callers)]
    for line in lines:
        line.start()
    for _ in range(kills):
        tally.in_progress += sum(story.is_alive() for story in stories)
        killer.kill_one()
    over.set()
    for line in lines:
        line.join()
    tally.calls = len(stories)
    check(hotline, stories, tally)


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.e2e.kills", description=__doc__)
    reader.add_argument("--kills", type=int, default=20)
    reader.add_argument("--callers", type=int, default=8)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--folder", type=Path, help="keep what FreeSWITCH and hotline400 write here")
    asked = reader.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="h400-kills-") as name:
        tally = run(asked.kills, asked.callers, asked.seed, asked.folder or Path(name))
    silences = sorted(tally.silences) or [(0.0, "")]
    median, p99 = (silences[min(len(silences) - 1, int(len(silences) * part))][0] for part in (0.5, 0.99))
    print(f"{tally.kills} kills, {tally.calls} calls in {time.monotonic() - began:.0f} s")
    print(f"calls in progress at a kill: {tally.in_progress / max(1, tally.kills):.1f}")
    print(f"callers lost: {tally.problems['lost']}, conversations cut: {tally.problems['cut']}")
    print(f"records lost: {tally.problems['lost record']}, doubled: {tally.problems['doubled record']}")
    print(f"records closed from FreeSWITCH's: {tally.reconciled}")
    print(f"keys that fell between two controllers: {tally.again}")
    print(f"calls gone on with: {tally.resumed} times")
    longest, between = silences[-1]
    print(
        f"longest silence of a call: median {median:.2f} s, p99 {p99:.2f} s, longest {longest:.2f} s {between}"
    )
    print(*tally.told, sep="\n")
    return 1 if tally.problems else 0


if __name__ == "__main__":
    sys.exit(main())
