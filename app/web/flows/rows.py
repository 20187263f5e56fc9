"""The ways of a call in words: what is pressed, who rings and when, and what comes after that. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.flow.coverage.cover import Coverage
from app.flow.coverage.explore import Explorer, Spot
from app.flow.coverage.passage import Rung
from app.flow.coverage.problems import place_of, what_is_heard
from app.flow.coverage.ways import Choice, Ringing, Way
from app.flow.nodes.base import Node, exits_of
from app.flow.nodes.menu import KEYS
from app.flow.phrases import listed, phone_name
from app.routing.numbers import pretty
from app.words import Words

NO_KEY = Words("不按键", "no key")
ROUND = Words("回到前面的步骤", "back to a step before")


@dataclass(frozen=True, slots=True)
class Round:
    """Phones that ring together: since when, for how long, 0 while the caller waits in a queue for them."""

    at: str
    phones: Words
    seconds: int


@dataclass(frozen=True, slots=True)
class Group:
    """A step that rings phones; `node` is where it stands in the flow itself."""

    node: str
    label: Words
    rounds: tuple[Round, ...]
    any_order: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One way: the choices that lead to it, the steps that ring, how it ends and where."""

    choices: tuple[Words, ...]
    groups: tuple[Group, ...]
    end: Words
    node: str


def rows(coverage: Coverage, moment: int, caller: int) -> list[Row]:
    """The ways of one world in the order of their keys, who presses none last."""
    ways = sorted(coverage.ways(moment, caller), key=lambda way: [_place(choice) for choice in way.choices])
    return [_row(coverage, way) for way in ways]


def _place(choice: Choice) -> int:
    pressed = choice.pressed[0] if choice.pressed else KEYS[0]
    return KEYS.find(pressed[0]) if pressed else len(KEYS)


def _row(coverage: Coverage, way: Way) -> Row:
    end = ROUND if way.again else what_is_heard(coverage, way.heard, way.kept)
    return Row(
        tuple(choice_words(coverage.explorer, choice) for choice in way.choices),
        tuple(_group(coverage, ringing) for ringing in way.ringing),
        end,
        _node(coverage, way.steps[-1]),
    )


def choice_words(explorer: Explorer, choice: Choice) -> Words:
    """ "按 1、2", "不按键", "华东": what decides at a step."""
    if not choice.pressed:
        node = explorer.node(Spot(choice.flow, choice.node))
        return listed([_exit_words(node, way) for way in choice.exits])
    keys = [pressed for pressed in choice.pressed if pressed]
    words = [Words(f"按 {'、'.join(keys)}", f"press {', '.join(keys)}")] if keys else []
    return listed([*words, *([NO_KEY] if "" in choice.pressed else [])])


def _exit_words(node: Node, way: str) -> Words:
    row, exit = node.row_name(way), exits_of(type(node)).get(way)
    return Words(row or way, row or way) if row or not exit else exit.words


def _group(coverage: Coverage, ringing: Ringing) -> Group:
    node = coverage.explorer.node(Spot(ringing.flow, ringing.node))
    label = pretty(node.label(coverage.explorer.assets))
    return Group(
        _node(coverage, (ringing.flow, ringing.node)),
        node.words if label == node.words.zh else Words(label, label),
        tuple(_round(coverage, rung) for rung in ringing.rounds),
        ringing.any_order,
    )


def _round(coverage: Coverage, rung: Rung) -> Round:
    seconds = round(rung.after_ms / 1000)
    names = listed([phone_name(phone, coverage.explorer.assets) for phone in rung.phones])
    return Round(f"{seconds // 60}:{seconds % 60:02}", names, 0 if rung.waiting else rung.for_s)


def _node(coverage: Coverage, step: tuple[str, str]) -> str:
    return place_of(coverage, step).split(".")[1]
