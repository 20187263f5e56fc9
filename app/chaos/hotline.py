"""The hotline that is called: menus, phones that answer, queues, a question after the talk; as many numbers as it takes."""

from __future__ import annotations

import math
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from redis import Redis

from app.calls.publish import publish_flow
from app.simulator.phones import PhoneBehaviour
from app.store import companies, flows, groups, numbers, phones, prompts, queues
from app.store.models import Company
from app.store.queues import Rules

FIRST_DID = 4008001000
CALLS_PER_LINE = 3.0  # a second; more want another number with phones of its own
DESK_PHONES = 20
CARE_SHARE, CARE_S = 0.35, 3.2  # how many callers queue, and how long a phone has one of them
PROMPTS_MS = {"menu": 1000, "mark": 600}
RATE = 8000

ANSWER_AFTER_S = 0.6
TALKS_S = (2.0, 2.5, 3.0, 6.0)


class Lines:
    """The 400 numbers for a load of so many calls a second."""

    def __init__(self, rate: float) -> None:
        self.count = max(1, math.ceil(rate / CALLS_PER_LINE))
        self._care_phones = 1 + math.ceil(
            rate / self.count * CARE_SHARE * CARE_S
        )  # some wait, nobody for long

    @property
    def dids(self) -> list[str]:
        return [str(FIRST_DID + line) for line in range(self.count)]

    def behaviours(self) -> dict[str, PhoneBehaviour]:
        """How each phone behaves: they answer soon; who is in a queue for them waits for talks of others."""
        return {
            number: PhoneBehaviour(answer_after_s=ANSWER_AFTER_S, talk_s=TALKS_S[position % len(TALKS_S)])
            for line in range(self.count)
            for position, number in enumerate((*self._desk(line), *self._care(line)))
        }

    def open(self, redis: Redis, prompts_dir: Path) -> None:
        """A company with all of it, published. The database is connected."""
        company = companies.limit_dials(companies.create("chaos"), 0)
        for name, ms in PROMPTS_MS.items():
            _write_sound(prompts_dir / "1" / f"{name}.wav", ms)
            prompts.create(company, name, name, file=f"1/{name}.wav", duration_ms=ms)
        for line, did in enumerate(self.dids):
            self._open(company, line, did)
            publish_flow(redis, company, f"line{line}")

    def _open(self, company: Company, line: int, did: str) -> None:
        desk, care = self._desk(line), self._care(line)
        for number in (*desk, *care):
            phones.create(company, f"p{number}", number, number)
        groups.create(company, f"desk{line}", "desk", [f"p{number}" for number in desk])
        queues.create(company, f"care{line}", "care", Rules(max_misses=0), [f"p{number}" for number in care])
        flows.create(company, f"line{line}", "chaos", _document(line))
        numbers.create(company, did)
        numbers.change(company, did, label="chaos", flow=f"line{line}")

    def _desk(self, line: int) -> tuple[str, ...]:
        return tuple(_numbers(13900000000 + line * 1000, DESK_PHONES))

    def _care(self, line: int) -> tuple[str, ...]:
        return tuple(_numbers(13900000500 + line * 1000, self._care_phones))


def _numbers(first: int, count: int) -> Iterator[str]:
    return (str(first + position) for position in range(count))


def _document(line: int) -> dict[str, Any]:
    """1 rings a phone, 2 is a queue with a question behind it."""
    return {
        "spec": 1,
        "name": "chaos",
        "start": "menu",
        "nodes": {
            "menu": {"kind": "menu", "prompt": "menu", "exits": {"1": "desk", "2": "care"}},
            "desk": {
                "kind": "hunt",
                "group": f"desk{line}",
                "strategy": "round_robin",
                "exits": {"all_busy": "care"},
            },
            "care": {"kind": "queue", "queue": f"care{line}", "every_s": 0, "exits": {"answered": "mark"}},
            "mark": {"kind": "survey", "prompt": "mark"},
        },
    }


def _write_sound(file: Path, ms: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, RATE, 0, "NONE", ""))
        sound.writeframes(bytes(2 * RATE * ms // 1000))
