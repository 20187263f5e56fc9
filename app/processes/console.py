"""What the person in front of `hotline400 run` sees: the lines of all processes, each with its name."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TextIO
from unicodedata import east_asian_width

from app.words import Words

_COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95, 94)  # of the terminal
_NAME_WIDTH = 10
_LABEL_WIDTH = 26
_RULE_WIDTH = 78
_CONTROL = {code: "�" for code in (*range(32), 127) if code != 9}  # what callers send may be in a line


class Console:
    """Writes whole lines, prefixed and, on a terminal, coloured by process."""

    def __init__(self, out: TextIO = sys.stdout, *, coloured: bool | None = None) -> None:
        self._out = out
        self._coloured = out.isatty() if coloured is None else coloured
        self._names: list[str] = []

    def line(self, name: str, text: str) -> None:
        """One line that the process `name` wrote."""
        self._write(f"{self._prefix(name)} {text.translate(_CONTROL)}")

    def say(self, words: Words) -> None:
        """One line of our own, in both languages."""
        self.line("hotline400", f"{words.zh} · {words.en}")

    def block(self, title: Words, rows: Iterable[Sequence[str]]) -> None:
        """A framed table that can be found again between log lines."""
        rule = "─" * _RULE_WIDTH
        lines = [f"  {label}{' ' * (_LABEL_WIDTH - _columns(label))}{value}" for label, value in rows]
        self._write("\n".join([rule, f"  {title.zh} · {title.en}", "", *lines, rule]))

    def _prefix(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        colour = _COLOURS[self._names.index(name) % len(_COLOURS)]
        prefix = f"{name:<{_NAME_WIDTH}} │"
        return f"\033[{colour}m{prefix}\033[0m" if self._coloured else prefix

    def _write(self, text: str) -> None:
        with suppress(OSError):  # the terminal may be gone; what we run goes on, or stops in good order
            print(text, file=self._out, flush=True)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)
