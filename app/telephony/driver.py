"""Carries out a flow's commands on a FreeSWITCH channel: one short function per command, in acts/.

Where nothing depends on a reply, commands are sent back to back: a reply costs the caller a 20 ms frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.calls.conversation import Conversation
from app.calls.ringing import Ringing
from app.calls.state import MAX_LENGTH, STORED, VARIABLE, StateLog
from app.errors import CommandRefused, DeadlinePassed, FlowError
from app.flow.commands import Command, Dial, Join, Leave, Record, WaitTurn
from app.flow.interpreter import Walk
from app.flow.outcomes import Dialled, Outcome, Waited
from app.flow.snapshot import Phone, Prompt
from app.flow.system_prompts import system_prompt
from app.live.places import QueuePlan
from app.telephony import arguments, promises
from app.telephony.acts import ACTS
from app.telephony.acts.queueing import queue_plan
from app.telephony.arguments import Argument
from app.telephony.channel import Channel
from app.telephony.event import Event
from app.telephony.surroundings import Surroundings

FORGETS_KEYS = (Dial, Join, Record, WaitTurn)
"""Keys pressed meanwhile were meant for who was called, for the queue or for the recording; every other command lets
keys pass on to the next question."""

MARGIN_S = 10.0  # beyond what a command takes by itself, before we call FreeSWITCH silent

QUIET = ("answer", "hangup", "multiset")  # nobody waits for these to complete
CHANNEL_VARIABLES = arguments.assignments(
    {
        "continue_on_fail": True,  # a phone that does not answer must not end the caller's call
        "hangup_after_bridge": False,  # nor one that hangs up after talking: a survey may follow
        "preserve_originated_vars": False,  # each bridge tells of its own phones only
        "playback_terminators": "none",
    }
)


class Driver:
    """One call's driver. `do` carries out one command and returns its outcome; CallerHungUp when the caller goes.

    log       the call's state, as the channel carries it
    plan      the queue that the caller joined last
    offered   numbers of the phones that a queue holds for the caller
    recorded  how many recordings were made
    is_known  whether the board was told whose call it is
    waited_ms how long the dialplan had waited before it found us, with a call that another controller had begun
    """

    def __init__(self, channel: Channel, walk: Walk, around: Surroundings, log: StateLog) -> None:
        self.channel, self.walk, self.around, self.log = channel, walk, around, log
        self.plan: QueuePlan | None = None
        self.offered: tuple[str, ...] = ()
        self.recorded, self.is_known, self.waited_ms = 0, False, 0
        self._carried = False

    def do(self, command: Command) -> Outcome | None:
        outcome = ACTS[type(command)](self, command)
        if outcome:
            self.log.add(outcome)
            self._carried = False
        if isinstance(command, FORGETS_KEYS):
            self.channel.forget_keys(kept=not (isinstance(outcome, Dialled) and outcome.phone))
        return outcome

    # What the acts share

    def elapsed_ms(self) -> int:
        """Milliseconds from the call's begin to FreeSWITCH's last word, by FreeSWITCH's clock.

        Not ours: what counts is when things happened to the caller, not when we came to hear of them.
        """
        return max(0, self.channel.switch_us - self.log.begin.began_us) // 1000

    def run(self, application: str, argument: Argument, seconds: float) -> Event:
        """Run to completion. What FreeSWITCH refuses or never finishes is the flow's trouble: its fallback takes over."""
        self.carry()
        try:
            done = self.channel.execute(application, argument, wait=True, deadline_s=seconds + MARGIN_S)
        except (CommandRefused, DeadlinePassed) as bad:
            raise FlowError(f"{application}: {bad}") from bad
        assert done is not None
        return done

    def carry(self, ringing: Ringing | None = None) -> None:
        """Let the channel know where the call is, together with what is sent next: whoever takes it over goes on there.

        `ringing` are phones that are rung now, and may answer while no controller is there.
        """
        if self._carried and ringing is None:
            return
        self._carried = True
        text = self.log.text(ringing)
        if len(text) > MAX_LENGTH:
            self.around.live.keep_state(self.channel.uuid, text)
            text = STORED
        self.channel.set(arguments.assignments({VARIABLE: text}))

    def recall(self, command: Command, outcome: Outcome) -> None:
        """This was done by the controller that had the call before us."""
        if isinstance(command, Join):
            self.plan, self.is_known = queue_plan(self, command), True
        elif isinstance(command, Record):
            self.recorded += 1
        elif isinstance(command, Dial | Leave):
            self.offered = ()
        elif isinstance(outcome, Waited) and outcome.phone:
            self.offered = self.numbers((outcome.phone, *outcome.phones))

    def give_back(self, phones: Iterable[str]) -> None:
        """The call needs these phones no more, unless it goes on elsewhere: then they are the next controller's."""
        if not self.channel.is_left:
            self.around.live.release(self.company, self.channel.uuid, self.numbers(phones))
            self.offered = ()

    def talk(self) -> Conversation | None:
        """The talk since the last bridge; None when nobody answered."""
        return self.channel.conversation

    def caller(self) -> str:
        """Whose call it is, for the board; "" once it has been told."""
        if self.is_known:
            return ""
        facts, self.is_known = self.walk.call.facts, True
        return promises.write(facts.ani, facts.did)

    @property
    def company(self) -> int:
        return self.walk.snapshot.company_id

    def phone(self, phone: str) -> Phone:
        return self.walk.snapshot.assets.phones[phone]

    def numbers(self, phones: Iterable[str]) -> tuple[str, ...]:
        """The numbers of phones, each once."""
        return tuple(dict.fromkeys(self.phone(phone).number for phone in phones))

    def with_number(self, number: str) -> str:
        """The id of the phone that has a number; "" when this flow knows none."""
        phones = self.walk.snapshot.assets.phones.values()
        return next((phone.id for phone in phones if phone.number == number), "")

    def prompts(self, prompts: Sequence[str]) -> list[Prompt]:
        return [self._prompt(prompt) for prompt in prompts]

    def _prompt(self, prompt: str) -> Prompt:
        """Of the snapshot, else of the system: what says numbers and dates is in no snapshot. In the caller's language."""
        try:
            found = self.walk.snapshot.assets.prompts[prompt]
        except KeyError:
            found = self._system_prompt(prompt)
        return found.in_(self.walk.call.variables.get("language", ""))

    def _system_prompt(self, prompt: str) -> Prompt:
        found = system_prompt(prompt)
        if found is None:
            raise FlowError(f"no prompt {prompt}")
        return found

    def sound(self, prompts: Iterable[Prompt]) -> Argument:
        return arguments.files(self.paths(prompts))

    def paths(self, prompts: Iterable[Prompt]) -> list[str]:
        """Where FreeSWITCH finds the sounds of prompts."""
        return [f"{self.around.prompts_dir}/{prompt.file}" for prompt in prompts]
