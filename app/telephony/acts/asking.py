"""Asking a web service where a call is to go."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import AsyncResult

from app.errors import DeadlinePassed
from app.flow.commands import CallWebhook
from app.flow.interpreter import Step
from app.flow.outcomes import Collected, Replied
from app.integrations.webhook import Answer, NoAnswer, Question

if TYPE_CHECKING:
    from app.telephony.driver import Driver

MAX_S = 30.0  # however many tries: a caller waits in silence


def call_webhook(driver: Driver, command: CallWebhook) -> Replied:
    """Ask, and again when that may help. The caller may hang up meanwhile; whoever is asked may be slow or rude."""
    driver.carry()
    driver.channel.settle()  # this may take long
    timeout_s = command.timeout_ms / 1000
    secret = driver.walk.snapshot.webhook_secret.encode()
    question = Question(command.url, _facts(driver), timeout_s, secret)
    until = gevent.get_hub().loop.now() + MAX_S
    problem = ""
    for _ in range(command.retries + 1):
        try:
            answer = _ask(driver, question, min(timeout_s, until - gevent.get_hub().loop.now()))
            return Replied(exit=answer.exit, variables=answer.variables, at_ms=driver.elapsed_ms())
        except NoAnswer as none:
            problem = str(none)
            if not none.again:
                break
    return Replied(problem=problem, at_ms=driver.elapsed_ms())


def _ask(driver: Driver, question: Question, seconds: float) -> Answer:
    """One try in a greenlet of its own, so that both the deadline and a hang-up end it."""
    result: AsyncResult[Answer | NoAnswer] = AsyncResult()
    asking = gevent.spawn(_answer, driver.around.ask, question)
    asking.link(result)
    try:
        said = driver.channel.wait(result, "web service", max(0.0, seconds))
    except DeadlinePassed:
        raise NoAnswer(f"no answer within {question.timeout_s:g} s", again=True) from None
    finally:
        asking.kill(block=False)
    if isinstance(said, NoAnswer):
        raise said
    answer: Answer = said
    return answer


def _answer(ask: Callable[[Question], Answer], question: Question) -> Answer | NoAnswer:
    """What is said, or why nothing was: an error in a greenlet would be printed as a fault of ours."""
    try:
        return ask(question)
    except NoAnswer as none:
        return none


def _facts(driver: Driver) -> dict[str, Any]:
    call = driver.walk.call
    facts, region = call.facts, call.facts.region
    return {
        "call_id": facts.call_id,
        "did": facts.did,
        "ani": facts.ani,
        "province": region.province if region else "",
        "city": region.city if region else "",
        "began_at": facts.now.isoformat(timespec="seconds"),
        "keys": "-".join(filter(None, map(_keys, driver.walk.trail))),
        "variables": dict(call.variables),
    }


def _keys(step: Step) -> str:
    """Keys that were pressed in a step; those of a password are nobody's business."""
    if step.secret:
        return ""
    return "".join(outcome.digits for outcome in step.outcomes if isinstance(outcome, Collected))
