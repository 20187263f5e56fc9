"""Scripts to Redis, many in one round trip: whoever comes while one is under way shares the next.

A round trip costs the process some 0.2 ms of its time, mostly for itself; a thousand calls a second cannot afford one
for
each thing they ask. Alone, a question waits for nobody. What needs no answer is told, and holds nobody up.
"""

from __future__ import annotations

import threading
from _thread import RLock  # as in link.py
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from redis import Redis, RedisError
from redis.exceptions import NoScriptError, ResponseError, TimeoutError

ROUND_TRIPS = 3  # the one under way, our own, a second try: after so many deadlines nothing comes
COMPANY_S = 0.003  # that what is told waits for a question to travel with
NO_LIMIT_S = 5.0  # taken for the deadline of a connection that has none


@dataclass(slots=True, eq=False)
class Question:
    """One script to run, and what came of it. Either somebody waits until it is `answered`, or `lost` hears of its failure."""

    sha: str
    values: tuple[object, ...]
    answered: threading.Event | None = None
    lost: Callable[[RedisError], object] | None = None
    answer: Any = None

    def answer_with(self, answer: Any) -> None:
        """RedisError when there is none."""
        self.answer = answer
        if self.answered:
            self.answered.set()
        elif self.lost and isinstance(answer, RedisError):
            self.lost(answer)


class Pipe:
    """One connection's worth of scripts. Its thread (in call control, a greenlet) starts with the first question."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        deadline_s = redis.connection_pool.connection_kwargs.get("socket_timeout") or NO_LIMIT_S
        self._wait_s = ROUND_TRIPS * float(deadline_s)
        self._sources: dict[str, str] = {}
        self._taught: set[str] = set()
        self._waiting: list[Question] = []
        self._guard = RLock()
        self._news, self._asked = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def learn(self, source: str) -> str:
        """The name under which Redis runs a script of this source."""
        sha = str(self._redis.register_script(source).sha)
        self._sources[sha] = source
        return sha

    def ask(self, sha: str, names: Sequence[str], values: Sequence[object]) -> Any:
        """Run a script with these keys and arguments. RedisError when Redis is away, slow, or refuses."""
        answered = threading.Event()
        question = Question(sha, (len(names), *names, *values), answered)
        self._put(question)
        self._asked.set()
        if not answered.wait(self._wait_s):
            raise TimeoutError(f"no answer within {self._wait_s:g} s")
        if isinstance(question.answer, Exception):
            raise question.answer
        return question.answer

    def tell(
        self, sha: str, names: Sequence[str], values: Sequence[object], lost: Callable[[RedisError], object]
    ) -> None:
        """Run a script soon, and before whatever is asked later; nobody waits for it. `lost` is called if it cannot be run."""
        self._put(Question(sha, (len(names), *names, *values), lost=lost))

    def flush(self) -> None:
        """Wait until everything told so far has been done. RedisError when Redis is away or slow."""
        self.ask(self.learn("return 1"), (), ())

    def _put(self, question: Question) -> None:
        with self._guard:
            self._waiting.append(question)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="redis-pipe", daemon=True)
                self._thread.start()
        self._news.set()

    def _run(self) -> None:
        while True:
            self._news.wait()
            self._asked.wait(COMPANY_S)
            self._news.clear()
            self._asked.clear()
            with self._guard:
                questions, self._waiting = self._waiting, []
            if questions:
                self._answer(questions)

    def _answer(self, questions: Sequence[Question]) -> None:
        try:
            answers = self._send(questions)
        except RedisError as away:
            answers = [away] * len(questions)
        for question, answer in zip(questions, answers, strict=True):
            question.answer_with(answer)

    def _send(self, questions: Sequence[Question]) -> list[Any]:
        """The answers in order. A Redis that has forgotten the scripts is taught again, and asked what it did not know."""
        answers = self._execute(questions)
        unknown = [at for at, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        if unknown:
            self._taught.clear()
            for at, answer in zip(unknown, self._execute([questions[at] for at in unknown]), strict=True):
                answers[at] = answer
        return answers

    def _execute(self, questions: Sequence[Question]) -> list[Any]:
        """One round trip. New scripts are taught ahead of all questions: what comes after one must not overtake it."""
        new = {question.sha for question in questions} - self._taught
        commands: list[tuple[object, ...]] = [("SCRIPT LOAD", self._sources[sha]) for sha in new]
        commands += [("EVALSHA", question.sha, *question.values) for question in questions]
        answers = self._converse(commands)
        self._taught |= new
        return answers[len(new) :]

    def _converse(self, commands: Sequence[tuple[object, ...]]) -> list[Any]:
        """What a pipeline of the client does, for half of its price. A command that is refused has its error for an answer."""
        pool = self._redis.connection_pool
        connection: Any = pool.get_connection()
        try:
            connection.send_packed_command(connection.pack_commands(commands))
            return [_read(connection) for _ in commands]
        except BaseException:
            connection.disconnect()  # what is still to be read from it belongs to nobody
            raise
        finally:
            pool.release(connection)


def _read(connection: Any) -> Any:
    try:
        return connection.read_response()
    except ResponseError as refused:
        return refused
