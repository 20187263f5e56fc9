"""A text in the two languages of the product."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    zh: str
    en: str

    def in_(self, locale: str) -> str:
        """The text for a locale such as "zh", "zh_Hans_CN" or "en"; Chinese unless English is asked for."""
        return self.en if locale.startswith("en") else self.zh

    def format(self, **values: object) -> Words:
        """Both texts with their {placeholders} filled."""
        return Words(self.zh.format(**values), self.en.format(**values))
