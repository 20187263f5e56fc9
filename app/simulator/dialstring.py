"""Dial strings cut as FreeSWITCH cuts them: {for all}[for one]endpoint; `,` is at once, `|` is then."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app.simulator.commands import atoi

NUMBER = re.compile(r"(?:sofia/gateway/[^/]+|sofia/[^/]+|loopback)/(?P<number>[^@/]+)")
BRACKETS = {"{": "}", "[": "]", "<": ">"}


@dataclass(frozen=True, slots=True)
class Destination:
    """One leg to ring. `number` is "" when the endpoint cannot be reached at all: `failure` says why."""

    number: str
    uuid: str
    failure: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def leg_timeout_s(self) -> float:
        timeouts = (self.variables.get(name) for name in ("leg_timeout", "originate_timeout"))
        return atoi(next((timeout for timeout in timeouts if timeout), "60"))


def parse(text: str) -> tuple[tuple[Destination, ...], ...]:
    """The rounds of a dial string, each the legs that ring at once."""
    common, rest = _variables(text.strip(), "{")
    return tuple(tuple(_destination(leg, common) for leg in _split(legs, ",")) for legs in _split(rest, "|"))


def _destination(text: str, common: Mapping[str, str]) -> Destination:
    own, endpoint = _variables(text.strip(), "[")
    variables = {**common, **own}
    leg = variables.get("origination_uuid") or str(uuid.uuid4())
    if endpoint.startswith("error/"):
        return Destination("", leg, endpoint.removeprefix("error/").upper(), variables)
    if endpoint.startswith("user/"):
        return Destination("", leg, "SUBSCRIBER_ABSENT", variables)
    if match := NUMBER.match(endpoint):
        return Destination(match["number"], leg, "", variables)
    return Destination("", leg, "CHAN_NOT_IMPLEMENTED", variables)


def _variables(text: str, bracket: str) -> tuple[dict[str, str], str]:
    """The variables in front of `text`, and the rest; several pairs of brackets may follow one another."""
    variables: dict[str, str] = {}
    while text.startswith(bracket) and BRACKETS[bracket] in text:
        inside, _, text = text[1:].partition(BRACKETS[bracket])
        variables.update(_pairs(inside))
        text = text.lstrip()
    return variables, text


def _pairs(inside: str) -> Iterator[tuple[str, str]]:
    delimiter = ","
    if inside.startswith("^^") and len(inside) > 2:
        delimiter, inside = inside[2], inside[3:]
    for pair in inside.split(delimiter):
        name, equals, value = pair.partition("=")
        if equals:
            yield name.strip(), value.strip("'")


def _split(text: str, delimiter: str) -> Iterator[str]:
    """Split outside of brackets."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        depth += (character in "[{<") - (character in "]}>")
        if character == delimiter and depth <= 0:
            yield text[start:position]
            start = position + 1
    yield text[start:]
