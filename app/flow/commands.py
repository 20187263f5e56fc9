"""What a flow asks the world to do: frozen values, imperative names.

A node yields a command and receives the outcome of it (outcomes.py). Prompts, phones and groups are ids of the
snapshot; the driver turns them into paths and dial strings.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """Base of all commands."""


@dataclass(frozen=True, slots=True)
class Answer(Command):
    """Pick the call up. From here on the business pays. Outcome: `Answered`."""


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Play prompts one after the other. Outcome: `Played`."""

    prompts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collect(Command):
    """Play prompts and read keys; a key pressed while a prompt plays counts and ends it. Outcome: `Collected`.

    `timeout_ms` runs from the end of the prompts to the first key, `interdigit_ms` from key to key. A key in
    `terminators` ends the input and is not part of it.
    """

    prompts: tuple[str, ...]
    min_digits: int = 1
    max_digits: int = 1
    timeout_ms: int = 5000
    interdigit_ms: int = 3000
    terminators: str = ""


@dataclass(frozen=True, slots=True)
class Dial(Command):
    """Ring phones, all at once; the first to answer talks to the caller until one of them hangs up.

    A phone that is in one of our calls is not rung: its leg is busy with the cause IN_OUR_CALL; nor is one that the
    company may not dial (BARRED), or any while it has rung too many in this minute (RATE_LIMITED). Outcome: `Dialled`.

    rings_s   seconds for each phone, when they differ; else `ring_timeout_s` holds for all
    whisper   prompts that the person who answers hears before they talk
    confirm   he must press 1 to take the call; who does not, did not answer (cause NOT_ACCEPTED)
    show      the number that the phone shows: "caller" or "did"
    """

    phones: tuple[str, ...]
    ring_timeout_s: int = 20
    rings_s: tuple[int, ...] = ()
    whisper: tuple[str, ...] = ()
    confirm: bool = False
    show: str = "caller"


@dataclass(frozen=True, slots=True)
class NextTurn(Command):
    """Take the next number of a counter that all controllers share. Outcome: `Turn`."""

    counter: str


@dataclass(frozen=True, slots=True)
class Record(Command):
    """Record what the caller says after the prompts, until he presses a key of `terminators`, is silent or time is up.

    Outcome: `Recorded`.
    """

    prompts: tuple[str, ...] = ()
    max_s: int = 120
    silence_s: int = 5
    terminators: str = "#"


@dataclass(frozen=True, slots=True)
class RankIdle(Command):
    """Order phones by how long they have not talked, longest first. Outcome: `Ranked`."""

    phones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecallPhone(Command):
    """The phone that this caller talked to last, within so many days. Outcome: `Recalled`."""

    days: int = 30


@dataclass(frozen=True, slots=True)
class Join(Command):
    """Enter a queue, behind those of the same or a higher priority. Outcome: `Joined`.

    `weights` are the phones' shares, in hundredths, for the strategy by weight.
    """

    queue: str
    phones: tuple[str, ...]
    priority: int = 0
    max_size: int = 0
    strategy: str = "longest_idle"
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitTurn(Command):
    """Wait in the queue, with music, for a free phone, a key of `keys`, or so many seconds. Outcome: `Waited`.

    Phones that are offered are held for this call; `Dial` rings them.
    """

    queue: str
    seconds: int
    music: str = ""
    keys: str = ""


@dataclass(frozen=True, slots=True)
class Leave(Command):
    """Leave the queue; needs no caller. `why`: answered, key, timeout, closed, no_agents, abandoned.

    After a promise to call back there is nothing to leave. Outcome: `Left`.
    """

    queue: str
    why: str


@dataclass(frozen=True, slots=True)
class PromiseCallback(Command):
    """Keep the caller's place in the queue after he hangs up, and ring `number` when his turn comes. Outcome: `Promised`."""

    queue: str
    number: str
    tries: int = 3


@dataclass(frozen=True, slots=True)
class LookUpAgent(Command):
    """How the agent at a phone is. Outcome: `AgentFound`."""

    phone: str


@dataclass(frozen=True, slots=True)
class SetAgent(Command):
    """The agent at a phone is from now on `state`: available, break or offline. Outcome: `AgentSet`."""

    phone: str
    state: str


@dataclass(frozen=True, slots=True)
class CallWebhook(Command):
    """Tell a web service about the call and ask it where to go. Outcome: `Replied`."""

    url: str
    timeout_ms: int = 3000
    retries: int = 1


@dataclass(frozen=True, slots=True)
class Notify(Command):
    """Send a message to a person through whatever channel he has; not waited for. Outcome: `Sent`."""

    to: str
    text: str
    attachment: str = ""


@dataclass(frozen=True, slots=True)
class Rate(Command):
    """Keep the mark that the caller gave for the person he talked to. Outcome: `Rated`."""

    survey: str
    mark: int
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Hangup(Command):
    """End the call with a Q.850 cause name. Nothing comes after it."""

    cause: str = "NORMAL_CLEARING"
