"""What the caller hears and presses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.flow.commands import Answer, Collect, Hangup, Play
from app.flow.outcomes import Answered, Collected, Played
from app.flow.snapshot import Prompt
from app.telephony import arguments
from app.telephony.arguments import Argument
from app.telephony.event import Event

if TYPE_CHECKING:
    from app.telephony.driver import Driver

MAX_PROMPT_S = 600  # for prompts whose length nobody knows
KEYS_VARIABLE = "hotline_keys"


def answer(driver: Driver, command: Answer) -> Answered:
    driver.channel.execute("answer", wait=False)
    return Answered(at_ms=driver.elapsed_ms())


def hangup(driver: Driver, command: Hangup) -> None:
    driver.channel.hangup(command.cause)


def play(driver: Driver, command: Play) -> Played:
    prompts = driver.prompts(command.prompts)
    done = driver.run("playback", driver.sound(prompts), seconds(prompts))
    problem = _playback_problem(done)
    return Played(complete=not problem, problem=problem, at_ms=driver.elapsed_ms())


def collect(driver: Driver, command: Collect) -> Collected:
    """Keys that were pressed before the question answer it, at once when they suffice; else it is asked for the rest."""
    keys, problem = driver.channel.keys, ""
    digits, is_whole = keys.take(command, driver.channel.switch_us)
    if not is_whole:
        pressed, problem = _press(driver, _rest(command, len(digits)) if digits else command)
        keys.answered(digits, pressed, command.terminators)
        digits, _ = keys.take(command, driver.channel.switch_us)
    return Collected(digits=digits, problem=problem, at_ms=driver.elapsed_ms())


def seconds(prompts: Iterable[Prompt]) -> float:
    """How long the prompts play at most."""
    return sum(prompt.duration_ms / 1000 if prompt.duration_ms else MAX_PROMPT_S for prompt in prompts)


def _rest(command: Collect, pressed: int) -> Collect:
    """The question for what is missing; no prompt, who has begun to press keys listens to none."""
    return replace(
        command,
        prompts=(),
        min_digits=max(0, command.min_digits - pressed),
        max_digits=command.max_digits - pressed,
        timeout_ms=command.interdigit_ms,
    )


def _press(driver: Driver, command: Collect) -> tuple[str, str]:
    """The keys that the caller presses when asked, and a problem. Asked again when all he pressed was the end of an
    earlier input."""
    prompts, keys = driver.prompts(command.prompts), driver.channel.keys
    sound = driver.sound(prompts) if prompts else arguments.silence(1)  # more digits after a first one
    keys.ask()
    done = _ask(driver, command, sound, seconds(prompts))
    pressed = _pressed(done).removeprefix(keys.dropped)
    if keys.dropped and not pressed:
        done = _ask(driver, command, sound, seconds(prompts))
        pressed = _pressed(done)
    if done.header("variable_read_result"):
        return pressed, ""
    # FreeSWITCH asks for no key when it cannot play the prompt: give the caller his chance in silence.
    done = _ask(driver, command, arguments.silence(1), 0)
    return _pressed(done), "prompt could not be played: " + " ".join(command.prompts)


def _pressed(done: Event) -> str:
    return done.header(f"variable_{KEYS_VARIABLE}")


def _ask(driver: Driver, command: Collect, sound: Argument, sound_s: float) -> Event:
    argument = arguments.digits_to_collect(
        sound,
        min_digits=command.min_digits,
        max_digits=command.max_digits,
        timeout_ms=command.timeout_ms,
        interdigit_ms=command.interdigit_ms,
        terminators=command.terminators,
        variable=KEYS_VARIABLE,
    )
    keys_s = (command.timeout_ms + command.interdigit_ms * command.max_digits) / 1000
    return driver.run("play_and_get_digits", argument, sound_s + keys_s)


def _playback_problem(done: Event) -> str:
    response = done.header("Application-Response")
    return "" if response in ("", "_none_", "FILE PLAYED") else response
