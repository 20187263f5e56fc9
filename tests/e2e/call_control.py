"""`hotline400 esl` for tests: PUBLIC_NAME, a host on the open internet, is on this machine. Nothing else is different.

Not to be imported by tests: it patches the process for gevent.
"""

from app.processes import esl  # isort: skip - it patches the process, so it comes first

from dataclasses import replace
from functools import partial

from app.integrations import webhook
from app.settings import load
from app.telephony.surroundings import Surroundings
from tests.support.web_service import PUBLIC_NAME


def ask(question: webhook.Question) -> webhook.Answer:
    """Ask, as if PUBLIC_NAME were the name of this machine."""
    local = question.url.replace(f"//{PUBLIC_NAME}:", "//127.0.0.1:")
    if local == question.url:
        return webhook.ask(question)
    return webhook.ask(replace(question, url=local), allowed=lambda _: True)


if __name__ == "__main__":
    vars(esl)["Surroundings"] = partial(Surroundings, ask=ask)
    esl.run(load())
