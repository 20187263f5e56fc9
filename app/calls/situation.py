"""What a trial call is tried with: when, who calls, how phones and queues are, and what the caller does. Pure.

It travels as JSON between the page and the server, and lies in the store as part of a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.calls.decisions import ANSWERS_AFTER_S, Manner
from app.errors import HotlineError
from app.flow.facts import CallFacts
from app.flow.nodes.webhook import WAYS
from app.flow.snapshot import Snapshot
from app.routing.numbers import normalise
from app.routing.regions import lookup
from app.words import Words

MAX_ACTS = 300
MAX_KEYS = 32
MAX_PHONES = 500
MAX_SECONDS = 4 * 3600
MAX_AHEAD = 1000
KEYS = frozenset("0123456789*#")
KINDS = ("keys", "ring", "talk", "say", "wait")
TRIABLE = [manner.value for manner in Manner if manner is not Manner.IN_OUR_CALL]


class BadTrial(HotlineError):
    """What a trial was asked for makes no sense; `words` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.words = Words(zh, en)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody does when the call waits for it.

    kind     keys: the caller presses `keys`, none: he lets the time pass · ring: he lets phones ring · talk: the
             other one hangs up after `seconds` · say: he leaves a message of `seconds` · wait: in a queue he presses
             `keys` after `seconds`, or waits on
    """

    kind: str
    keys: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The facts and the world of a trial call.

    at            when it begins, on the company's clock
    phones        how phones behave, by id; all others answer
    answer_s      seconds until a phone answers that does
    ahead         callers before this one in queues
    serves_s      seconds until the next of them is served
    staffed       whether anybody is on duty in queues
    reply         what web services say: the name of an exit, "" for nothing
    hangs_up_ms   when the caller hangs up, None: not before the end
    """

    at: datetime
    ani: str = ""
    did: str = ""
    seed: int = 0
    phones: Mapping[str, Manner] = field(default_factory=dict)
    answer_s: float = ANSWERS_AFTER_S
    ahead: int = 0
    serves_s: int = 30
    staffed: bool = True
    reply: str = ""
    acts: tuple[Act, ...] = ()
    hangs_up_ms: int | None = None

    def facts(self, snapshot: Snapshot) -> CallFacts:
        """The facts as a real call would have them."""
        return CallFacts(
            call_id="trial",
            did=self.did or snapshot.did,
            ani=self.ani,
            region=lookup(self.ani) if self.ani else None,
            now=self.at.replace(tzinfo=ZoneInfo(snapshot.timezone)),
            seed=self.seed,
            snapshot_version=snapshot.version,
        )

    def to_json(self) -> dict[str, Any]:
        """As `read` takes it."""
        acts = [
            {name: value for name, value in asdict(act).items() if value not in ("", None)}
            for act in self.acts
        ]
        return asdict(self) | {
            "at": self.at.isoformat(timespec="minutes"),
            "phones": {phone: manner.value for phone, manner in self.phones.items()},
            "acts": acts,
        }


def read(data: Any) -> Situation:
    """The situation that a page or a test tells; BadTrial for the first thing in it that is wrong."""
    if not isinstance(data, Mapping):
        raise BadTrial("没有收到试拨的内容", "nothing to try was sent")
    try:
        return Situation(
            at=datetime.fromisoformat(str(data["at"])).replace(tzinfo=None, second=0, microsecond=0),
            ani=_ani(str(data.get("ani", ""))),
            did="".join(filter(str.isdigit, str(data.get("did", ""))))[:16],
            seed=int(_number(data.get("seed", 0), 2**31)),
            phones=_phones(data.get("phones", {})),
            answer_s=_number(data.get("answer_s", ANSWERS_AFTER_S), 120),
            ahead=int(_number(data.get("ahead", 0), MAX_AHEAD)),
            serves_s=int(_number(data.get("serves_s", 30), 3600)),
            staffed=data.get("staffed", True) is not False,
            reply=str(data.get("reply", "")) if data.get("reply") in WAYS else "",
            acts=_acts(data.get("acts", ())),
            hangs_up_ms=_hangs_up(data.get("hangs_up_ms")),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise BadTrial("试拨的内容不完整，请刷新页面再试", f"this cannot be tried: {wrong}") from wrong


def _ani(text: str) -> str:
    ani = normalise(text)
    if text.strip() and not (ani.isascii() and ani.isdigit() and 3 <= len(ani) <= 20):
        raise BadTrial("主叫号码不是电话号码", "the caller's number is no phone number")
    return ani


def _phones(given: Any) -> dict[str, Manner]:
    if not isinstance(given, Mapping) or len(given) > MAX_PHONES:
        raise ValueError("phones")
    return {str(phone)[:64]: Manner(manner) for phone, manner in given.items() if manner in TRIABLE}


def _acts(given: Any) -> tuple[Act, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise ValueError("acts")
    if len(given) > MAX_ACTS:
        raise BadTrial("这个试拨太长了，请重新拨打", "this trial is too long: please call again")
    return tuple(map(_act, given))


def _act(given: Any) -> Act:
    kind, keys, seconds = given["kind"], str(given.get("keys", "")), given.get("seconds")
    if kind not in KINDS or len(keys) > MAX_KEYS or not set(keys) <= KEYS:
        raise ValueError("act")
    return Act(kind, keys, None if seconds is None else _number(seconds, MAX_SECONDS))


def _hangs_up(given: Any) -> int | None:
    return None if given is None else int(_number(given, MAX_SECONDS * 1000))


def _number(given: Any, most: float) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float) or not 0 <= given <= most:
        raise ValueError(f"{given!r} is not between 0 and {most}")
    return given
