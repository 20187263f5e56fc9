"""The editor's cards: each node of a draft with everything that its card shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.flow.fields import (
    BadValue,
    ChoiceField,
    DigitsField,
    Field,
    NumberField,
    RefField,
    TextField,
    declared,
)
from app.flow.kinds import KINDS
from app.flow.nodes.base import Exit, Node
from app.flow.outline import Row, exit_words, exits_of, node_label, nodes_of, outline, sources, target_label
from app.flow.phrases import value_words
from app.flow.problems import Problem, Severity
from app.flow.snapshot import Assets, Prompt
from app.flow.system_prompts import SYSTEM_PROMPTS
from app.routing.number_kinds import is_number
from app.words import Words

FIRST_WIDGETS, MOST_WIDGETS = 6, 8  # with more settings than MOST, only the FIRST are shown at once


@dataclass(frozen=True, slots=True)
class Widget:
    """A field of a node: its declaration, its value, and what can be chosen."""

    name: str
    spec: Field
    value: Any
    shown: Words
    options: Mapping[str, Words] = field(default_factory=dict)
    says: str = ""  # the text of the prompt that is chosen

    @property
    def is_prompt(self) -> bool:
        return isinstance(self.spec, RefField) and self.spec.to == "prompt"

    @property
    def kind(self) -> str:
        return self.spec.widget

    @property
    def lines(self) -> str:
        """The rows as text, one a line."""
        return self.value if isinstance(self.value, str) else "\n".join(self.value)

    @property
    def is_secret(self) -> bool:
        return isinstance(self.spec, DigitsField) and self.spec.secret

    @property
    def is_set(self) -> bool:
        return self.value not in ("", None, ()) and self.value is not False

    @property
    def is_usual(self) -> bool:
        """Whether it was left as it comes."""
        return self.value == self.spec.default or (self.spec.required and not self.is_set)

    @property
    def unit(self) -> Words:
        return self.spec.unit if isinstance(self.spec, NumberField) else Words("", "")


@dataclass(frozen=True, slots=True)
class ExitRow:
    """A way out of a node.

    farewell   what callers hear when it leads nowhere and the call ends
    otherwise  what the exit is called that is taken instead when it leads nowhere
    is_row     it belongs to a row of a setting: an area, a share
    """

    name: str
    words: Words
    is_key: bool
    target: str
    label: Words
    icon: str
    farewell: str = ""
    otherwise: Words | None = None
    is_row: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A node and exit that lead here."""

    node: str
    label: Words
    exit: Words


@dataclass(frozen=True, slots=True)
class Card:
    """A node as the outline shows it. `found_by` is the text in which the search looks, in lower case."""

    row: Row
    kind: str
    kind_words: Words
    icon: str
    title: str
    label: Words
    is_start: bool
    is_open: bool
    widgets: tuple[Widget, ...]
    exits: tuple[ExitRow, ...]
    sources: tuple[Source, ...]
    prompt: Prompt | None
    problems: tuple[Problem, ...]
    found_by: str = ""

    @property
    def node(self) -> str:
        return self.row.node

    @property
    def used_exits(self) -> list[ExitRow]:
        """Those that lead somewhere, and those that have to."""
        return [row for row in self.exits if row.target or row.is_row]

    @property
    def free_keys(self) -> list[ExitRow]:
        return [row for row in self.exits if row.is_key and not row.target]

    @property
    def other_exits(self) -> list[ExitRow]:
        """Exits that are no keys and lead nowhere: the call ends there."""
        return [row for row in self.exits if not (row.is_key or row.target or row.is_row)]

    @property
    def has_errors(self) -> bool:
        return any(problem.is_error for problem in self.problems)

    @property
    def has_warnings(self) -> bool:
        return any(problem.severity is Severity.WARNING for problem in self.problems)

    @property
    def summary(self) -> list[tuple[Words, Words, Words]]:
        """The settings that are worth a glance: label, value, unit."""
        long = len(self.widgets) > FIRST_WIDGETS
        return [
            (widget.spec.words, widget.shown, widget.unit)
            for widget in self.widgets
            if widget.is_set and not widget.is_prompt and not (widget.is_usual and (long or _is_list(widget)))
        ]

    @property
    def first_widgets(self) -> tuple[Widget, ...]:
        return self.widgets if len(self.widgets) <= MOST_WIDGETS else self.widgets[:FIRST_WIDGETS]

    @property
    def more_widgets(self) -> tuple[Widget, ...]:
        """Settings that most people leave as they come."""
        return self.widgets[len(self.first_widgets) :]

    @property
    def has_more_set(self) -> bool:
        return not all(widget.is_usual for widget in self.more_widgets)


def cards(
    draft: Mapping[str, Any], assets: Assets, problems: Collection[Problem], opened: Collection[str]
) -> tuple[list[Card], list[Card]]:
    """The cards of the outline's tree, and those of nodes that nothing leads to."""
    tree = outline(draft)
    return (
        [card(draft, assets, problems, row, row.node in opened) for row in tree.rows],
        [card(draft, assets, problems, row, row.node in opened) for row in tree.loose],
    )


def card(
    draft: Mapping[str, Any], assets: Assets, problems: Collection[Problem], row: Row, is_open: bool
) -> Card:
    node = nodes_of(draft)[row.node]
    kind = KINDS.get(str(node.get("kind")))
    widgets = tuple(_widgets(node, kind, assets)) if kind else ()
    return Card(
        row=row,
        kind=str(node.get("kind")),
        kind_words=kind.words if kind else Words("未知步骤", "unknown step"),
        icon=kind.icon if kind else "help-circle",
        title=str(node.get("title") or ""),
        label=node_label(node, assets),
        is_start=row.node == draft.get("start"),
        is_open=is_open,
        widgets=widgets,
        exits=tuple(_exits(draft, node, kind, assets)),
        sources=tuple(_sources(draft, row.node, assets)),
        prompt=next(
            (assets.prompts[w.value] for w in widgets if w.is_prompt and w.value in assets.prompts), None
        ),
        problems=tuple(problem for problem in problems if problem.node == row.node),
        found_by=found_by(row.node, node, kind, assets),
    )


def found_by(node_id: str, node: Mapping[str, Any], kind: type[Node] | None, assets: Assets) -> str:
    """What a step is, says and rings: its names, the texts of its prompts, its phones with their numbers."""
    label, of_kind = node_label(node, assets), kind.words if kind else Words("", "")
    texts = [label.zh, label.en, of_kind.zh, of_kind.en, node_id]
    for name, spec in declared(kind).items() if kind else ():
        texts += _texts(spec, _value(spec, node.get(name)), assets)
    for target in exits_of(node).values():
        texts += [target, *(_phone_texts(target, assets) if is_number(target) else ())]
    return " ".join(dict.fromkeys(text for text in texts if text)).lower()


def _texts(spec: Field, value: Any, assets: Assets) -> list[str]:
    if spec.widget == "phones":
        return [text for phone in value or () for text in _phone_texts(str(phone), assets)]
    if not isinstance(spec, RefField):
        return [str(value)] if type(spec) is TextField else []  # digits may be a password
    asset = assets.of(spec.to).get(str(value))
    members = asset.phones if spec.to in ("group", "queue") and asset else ()
    named = [asset.name] if asset else []
    said = [asset.text] if spec.to == "prompt" and asset else []
    return [*named, *said, *(text for phone in members for text in _phone_texts(str(phone), assets))]


def _phone_texts(phone: str, assets: Assets) -> list[str]:
    """A phone by its id, or by its number, as it is called and dialled."""
    known = assets.phones.get(phone) or next(
        (one for one in assets.phones.values() if one.number == phone), None
    )
    return [known.name, known.number] if known else [phone]


def _is_list(widget: Widget) -> bool:
    """Lists that were left as they come are not worth a glance, even when there is little else to see."""
    return widget.kind == "choices"


def _widgets(node: Mapping[str, Any], kind: type[Node], assets: Assets) -> Iterator[Widget]:
    for name, spec in declared(kind).items():
        value = _value(spec, node.get(name))
        shown, options = value_words(spec, value, assets), _options(spec, assets)
        is_prompt = isinstance(spec, RefField) and spec.to == "prompt"
        says = assets.prompts[value].text if is_prompt and value in assets.prompts else ""
        yield Widget(name, spec, value, shown, options, says)


def _value(spec: Field, raw: Any) -> Any:
    """The value to show: what was saved, even when it cannot be read; "" when nothing is chosen."""
    if raw is None:
        return spec.default if spec.default is not None else ""
    try:
        return spec.read(raw)
    except BadValue:
        return tuple(map(str, raw)) if spec.widget == "rows" and isinstance(raw, list) else str(raw)


def _options(spec: Field, assets: Assets) -> Mapping[str, Words]:
    if isinstance(spec, ChoiceField):
        return spec.options
    to = spec.to if isinstance(spec, RefField) else "phone" if spec.widget == "phones" else ""
    return {key: Words(asset.name, asset.name) for key, asset in assets.of(to).items()} if to else {}


def _exits(
    draft: Mapping[str, Any], node: Mapping[str, Any], kind: type[Node] | None, assets: Assets
) -> Iterator[ExitRow]:
    given = exits_of(node)
    ways = {way.name: way for way in (kind.ways_of(node) if kind else ())}
    for name in (*ways, *(name for name in given if name not in ways)):
        way = ways.get(name, Exit(name, Words(name, name)))
        target = given.get(name, "")
        yield ExitRow(
            name,
            exit_words(node, name),
            way.is_key,
            target,
            target_label(draft, target, assets),
            _target_icon(draft, target),
            SYSTEM_PROMPTS.get(way.farewell, ""),
            exit_words(node, way.otherwise) if way.otherwise else None,
            way.nth > 0,
        )


def _target_icon(draft: Mapping[str, Any], target: str) -> str:
    if is_number(target):
        return "phone"
    kind = KINDS.get(str(nodes_of(draft).get(target, {}).get("kind")))
    return kind.icon if kind else "phone-off"


def _sources(draft: Mapping[str, Any], node_id: str, assets: Assets) -> Iterator[Source]:
    nodes = nodes_of(draft)
    for other, name in sources(draft, node_id):
        yield Source(other, node_label(nodes[other], assets), exit_words(nodes[other], name))
