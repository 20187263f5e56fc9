"""The reference of node kinds as Markdown, made from the kinds themselves: docs/nodes.md."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from app.flow.fields import ChoiceField, Field, FlagField, NumberField, declared
from app.flow.kinds import KINDS
from app.flow.nodes.base import Node

HEAD = """# Node kinds · 步骤类型

Made by `hotline400 flow reference`; do not edit. What a document looks like: `hotline400 flow export`; its schema:
`hotline400 flow schema`. Every node may have a `title`, and `exits` that lead to a node or to a phone number.
"""


def reference() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(kind) for kind in KINDS.values())]).rstrip() + "\n"


def _section(kind: type[Node]) -> str:
    lines = [f"## `{kind.kind}` · {kind.words.zh} · {kind.words.en}", "", cleandoc(str(kind.__doc__)), ""]
    lines += _table(
        ("setting", "", "may be", "default"), [_row(name, spec) for name, spec in declared(kind).items()]
    )
    keys = [way.name for way in kind.ways_out() if way.is_key]
    named: list[tuple[str, ...]] = [
        (f"`{way.name}`", way.words.zh, way.words.en) for way in kind.ways_out() if not way.is_key
    ]
    lines += _table(("exit", "", ""), [(f"`{'` `'.join(keys)}`", "按键", "keys"), *named] if keys else named)
    return "\n".join(lines)


def _row(name: str, spec: Field) -> tuple[str, ...]:
    return (
        f"`{name}`",
        f"{spec.words.zh} · {spec.words.en}"
        + (f"<br>{spec.help.zh} · {spec.help.en}" if spec.help.zh else ""),
        _range(spec),
        "required" if spec.required else _shown(spec.default),
    )


def _range(spec: Field) -> str:
    if isinstance(spec, ChoiceField):
        return ", ".join(f"`{value}` {words.zh}" for value, words in spec.options.items())
    if isinstance(spec, NumberField):
        return f"{spec.low}–{spec.high} {spec.unit.en}".strip()
    if isinstance(spec, FlagField):
        return "true, false"
    return {"ref": f"id of a {getattr(spec, 'to', '')}", "phones": "phone ids or numbers"}.get(
        spec.widget, "text"
    )


def _shown(default: Any) -> str:
    if isinstance(default, tuple):
        return ", ".join(default)
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default is None else str(default)


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if rows:
        yield f"| {' | '.join(head)} |"
        yield "|" + "---|" * len(head)
        yield from (f"| {' | '.join(row)} |" for row in rows)
        yield ""
