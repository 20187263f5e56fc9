"""What publishing would change, in words a shop owner reads before pressing the button. Pure.

「按 2」改为 售后组（原来：售前组）
售后组：每个电话振铃 20→15 秒
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.flow.fields import (
    BadValue,
    Field,
    NumberField,
    declared,
)
from app.flow.kinds import KINDS
from app.flow.outline import (
    Draft,
    exit_words,
    exits_of,
    node_label,
    nodes_of,
    target_label,
)
from app.flow.phrases import filled, phone_name, value_words
from app.flow.snapshot import Assets
from app.words import Words

Node = Mapping[str, Any]


def describe(old: Draft, new: Draft, assets: Assets) -> list[Words]:
    """The differences between two documents, one sentence each; `assets` gives the names."""
    return [*_heading(old, new, assets), *_nodes(old, new, assets)]


def _heading(old: Draft, new: Draft, assets: Assets) -> Iterator[Words]:
    if old.get("name", "") != new.get("name", ""):
        yield Words("流程名称：{old} → {new}", "flow's name: {old} → {new}").format(
            old=old.get("name") or "—", new=new.get("name") or "—"
        )
    if old.get("start") != new.get("start") and nodes_of(old):
        start = target_label(new, str(new.get("start") or ""), assets)
        yield filled("来电先到「{new}」", "calls begin at “{new}”", new=start)
    before, after = (str(draft.get("fallback") or "") for draft in (old, new))
    if before != after:
        texts = ("备用电话：{old} → {new}", "fallback phone: {old} → {new}")
        yield filled(*texts, old=phone_name(before, assets), new=phone_name(after, assets))


def _nodes(old: Draft, new: Draft, assets: Assets) -> Iterator[Words]:
    before, after = nodes_of(old), nodes_of(new)
    for node_id, node in after.items():
        was = before.get(node_id)
        if was is None or was.get("kind") != node.get("kind"):
            yield filled("新增 {node}", "new: {node}", node=_called(node, assets))
            was = {}
        else:
            yield from _title(was, node, assets)
            yield from _fields(was, node, assets)
        yield from _exits(old, new, was, node, assets)
    for node_id, node in before.items():
        if node_id not in after or after[node_id].get("kind") != node.get("kind"):
            yield filled("删除 {node}", "removed: {node}", node=_called(node, assets))


def _called(node: Node, assets: Assets) -> Words:
    """A node's label with its kind behind it, unless they are the same."""
    label, kind = node_label(node, assets), KINDS.get(str(node.get("kind")))
    if kind is None or label == kind.words:
        return label
    return Words(f"「{label.zh}」（{kind.words.zh}）", f"“{label.en}” ({kind.words.en})")


def _title(was: Node, node: Node, assets: Assets) -> Iterator[Words]:
    if was.get("title", "") != node.get("title", ""):
        texts = ("「{old}」改名为「{new}」", "“{old}” is now called “{new}”")
        yield filled(*texts, old=node_label(was, assets), new=node_label(node, assets))


def _fields(was: Node, node: Node, assets: Assets) -> Iterator[Words]:
    for name, spec in declared(KINDS[str(node["kind"])]).items() if node.get("kind") in KINDS else ():
        old, new = (_read(spec, one.get(name)) for one in (was, node))
        if old != new:
            yield filled(
                "{node}：{field} {old}→{new}{unit}",
                "{node}: {field} {old} → {new}{unit}",
                node=node_label(node, assets),
                field=spec.words,
                old=value_words(spec, old, assets),
                new=value_words(spec, new, assets),
                unit=_unit(spec),
            )


def _read(spec: Field, value: Any) -> Any:
    """The value in its type, so that 15 and "15" are alike; what cannot be read stays as it is."""
    if value is None:
        return spec.default
    try:
        return spec.read(value)
    except BadValue:  # the check panel names it
        return str(value)


def _unit(spec: Field) -> Words:
    unit = spec.unit if isinstance(spec, NumberField) else Words("", "")
    return Words(f" {unit.zh}".rstrip(), f" {unit.en}".rstrip())


def _exits(old: Draft, new: Draft, was: Node, node: Node, assets: Assets) -> Iterator[Words]:
    before, after = exits_of(was), exits_of(node)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        texts = ("{node}：「{exit}」接到 {new}", "{node}: “{exit}” goes to {new}")
        if name in before and name in after:
            texts = (
                "{node}：「{exit}」改为 {new}（原来：{old}）",
                "{node}: “{exit}” goes to {new} (before: {old})",
            )
        elif name in before:
            texts = ("{node}：「{exit}」取消（原来：{old}）", "{node}: “{exit}” is gone (before: {old})")
        yield filled(
            *texts,
            node=node_label(node, assets),
            exit=exit_words(node, name),
            old=target_label(old, before.get(name, ""), assets),
            new=target_label(new, after.get(name, ""), assets),
        )
