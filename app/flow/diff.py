"""What publishing would change, in words a shop owner reads before pressing the button. Pure.

    「按 2」改为 售后组（原来：售前组）
    售后组：每个电话振铃 20→15 秒
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.flow.fields import (
    BadValue,
    ChoiceField,
    ChoicesField,
    Field,
    NumberField,
    PhonesField,
    RefField,
    declared,
)
from app.flow.kinds import KINDS
from app.flow.nodes.extension import Extension
from app.flow.outline import (
    Draft,
    exit_words,
    exits_of,
    node_label,
    nodes_of,
    phone_label,
    references,
    target_label,
)
from app.flow.snapshot import Assets
from app.flow.words import Words
from app.routing import opening_hours
from app.routing.numbers import is_phone, pretty

NOTHING = Words("无", "none")
Node = Mapping[str, Any]


def describe(old: Draft, new: Draft, assets: Assets) -> list[Words]:
    """The differences between two documents, one sentence each; `assets` gives the names."""
    return [*_heading(old, new, assets), *_nodes(old, new, assets)]


def describe_assets(old: Assets, new: Assets, used: Draft) -> list[Words]:
    """What changed, since `old` was published, in the phones, groups, hours and prompts that a flow uses."""
    wanted = _wanted(used, new)
    phones = wanted["phone"] | {phone for group in wanted["group"] for phone in _members(old, new, group)}
    return [
        *(words for key in sorted(phones) for words in _phone(old, new, key)),
        *(words for key in sorted(wanted["group"]) for words in _group(old, new, key)),
        *(words for key in sorted(wanted["hours"]) for words in _hours(old, new, key)),
        *(words for key in sorted(wanted["prompt"]) for words in _prompt(old, new, key)),
    ]


def _heading(old: Draft, new: Draft, assets: Assets) -> Iterator[Words]:
    if old.get("name", "") != new.get("name", ""):
        yield Words("流程名称：{old} → {new}", "flow's name: {old} → {new}").format(
            old=old.get("name") or "—", new=new.get("name") or "—"
        )
    if old.get("start") != new.get("start") and nodes_of(old):
        yield _filled("来电先到「{new}」", "calls begin at “{new}”", new=target_label(new, str(new.get("start") or ""), assets))
    before, after = (str(draft.get("fallback") or "") for draft in (old, new))
    if before != after:
        yield _filled(
            "备用电话：{old} → {new}", "fallback phone: {old} → {new}", old=_phone_name(before, assets), new=_phone_name(after, assets)
        )


def _nodes(old: Draft, new: Draft, assets: Assets) -> Iterator[Words]:
    before, after = nodes_of(old), nodes_of(new)
    for node_id, node in after.items():
        was = before.get(node_id)
        if was is None or was.get("kind") != node.get("kind"):
            yield _filled("新增「{node}」（{kind}）", "new: “{node}” ({kind})", node=node_label(node, assets), kind=_kind(node))
            was = {}
        else:
            yield from _title(was, node, assets)
            yield from _fields(was, node, assets)
        yield from _exits(old, new, was, node, assets)
    for node_id, node in before.items():
        if node_id not in after or after[node_id].get("kind") != node.get("kind"):
            yield _filled("删除「{node}」（{kind}）", "removed: “{node}” ({kind})", node=node_label(node, assets), kind=_kind(node))


def _kind(node: Node) -> Words:
    kind = KINDS.get(str(node.get("kind")))
    return kind.words if kind else Words("未知步骤", "unknown step")


def _title(was: Node, node: Node, assets: Assets) -> Iterator[Words]:
    if was.get("title", "") != node.get("title", ""):
        yield _filled("「{old}」改名为「{new}」", "“{old}” is now called “{new}”", old=node_label(was, assets), new=node_label(node, assets))


def _fields(was: Node, node: Node, assets: Assets) -> Iterator[Words]:
    for name, spec in declared(KINDS[str(node["kind"])]).items() if node.get("kind") in KINDS else ():
        old, new = (_read(spec, one.get(name)) for one in (was, node))
        if old != new:
            yield _filled(
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


def value_words(spec: Field, value: Any, assets: Assets) -> Words:
    """A field's value as people read it."""
    if value in (None, "", ()):
        return NOTHING
    if isinstance(spec, ChoicesField):
        return _joined([spec.options.get(item, Words(item, item)) for item in value])
    if isinstance(spec, ChoiceField):
        return spec.options.get(value, Words(value, value))
    if isinstance(spec, RefField):
        asset = assets.of(spec.to).get(value)
        return Words(f"「{asset.name}」", f"“{asset.name}”") if asset else Words("（已删除）", "(removed)")
    if isinstance(spec, PhonesField):
        return _joined([_phone_name(item, assets) for item in value])
    return Words(str(value), str(value))


def _phone_name(phone: str, assets: Assets) -> Words:
    """An id or a typed number as people read it."""
    if not phone:
        return NOTHING
    bound = assets.phones.get(phone)
    if is_phone(phone) or bound is None:
        return phone_label(phone, assets)
    return phone_label(bound.number, assets)


def _joined(items: list[Words]) -> Words:
    return Words("、".join(item.zh for item in items), ", ".join(item.en for item in items))


def _exits(old: Draft, new: Draft, was: Node, node: Node, assets: Assets) -> Iterator[Words]:
    before, after = exits_of(was), exits_of(node)
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) == after.get(name):
            continue
        texts = ("{node}：「{exit}」接到 {new}", "{node}: “{exit}” goes to {new}")
        if name in before and name in after:
            texts = ("{node}：「{exit}」改为 {new}（原来：{old}）", "{node}: “{exit}” goes to {new} (before: {old})")
        elif name in before:
            texts = ("{node}：「{exit}」取消（原来：{old}）", "{node}: “{exit}” is gone (before: {old})")
        yield _filled(
            *texts,
            node=node_label(node, assets),
            exit=exit_words(node, name),
            old=target_label(old, before.get(name, ""), assets),
            new=target_label(new, after.get(name, ""), assets),
        )


def _filled(zh: str, en: str, **parts: Words) -> Words:
    """A sentence with each {part} in its own language."""
    return Words(
        zh.format(**{name: words.zh for name, words in parts.items()}), en.format(**{name: words.en for name, words in parts.items()})
    )


def _wanted(draft: Draft, assets: Assets) -> dict[str, set[str]]:
    """The ids of the assets that calls may come upon, by kind; a switchboard reaches every phone with an extension."""
    found: dict[str, set[str]] = {"phone": set(), "group": set(), "hours": set(), "prompt": set()}
    for kind, key in references(draft):
        found[kind].add(key)
    if any(node.get("kind") == Extension.kind for node in nodes_of(draft).values()):
        found["phone"] |= {phone.id for phone in assets.phones.values() if phone.extension}
    return found


def _members(old: Assets, new: Assets, group: str) -> set[str]:
    return {phone for assets in (old, new) if group in assets.groups for phone in assets.groups[group].phones}


def _phone(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.phones.get(key), new.phones.get(key)
    if was is None or now is None:
        return
    for zh, en, before, after in (
        ("{name}：号码 {old} → {new}", "{name}: number {old} → {new}", pretty(was.number), pretty(now.number)),
        ("{name}：分机号 {old} → {new}", "{name}: extension {old} → {new}", was.extension or "—", now.extension or "—"),
        ("{old} 改名为 {new}", "{old} is now called {new}", was.name or pretty(was.number), now.name or pretty(now.number)),
    ):
        if before != after:
            yield Words(zh, en).format(name=now.name or pretty(now.number), old=before, new=after)


def _group(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.groups.get(key), new.groups.get(key)
    if was is None or now is None or was.phones == now.phones:
        return
    name = Words(now.name, now.name)
    joined = [_phone_name(phone, new) for phone in now.phones if phone not in was.phones]
    left = [_phone_name(phone, old if phone in old.phones else new) for phone in was.phones if phone not in now.phones]
    if joined:
        yield _filled("{group}：加入 {phones}", "{group}: {phones} joined", group=name, phones=_joined(joined))
    if left:
        yield _filled("{group}：移出 {phones}", "{group}: {phones} left", group=name, phones=_joined(left))
    if not joined and not left:
        order = _joined([_phone_name(phone, new) for phone in now.phones])
        yield _filled("{group}：顺序改为 {phones}", "{group}: the order is now {phones}", group=name, phones=order)


def _hours(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.hours.get(key), new.hours.get(key)
    if was and now and opening_hours.write(was) != opening_hours.write(now):
        yield Words("{name}：时间有修改", "{name}: the hours changed").format(name=now.name)


def _prompt(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.prompts.get(key), new.prompts.get(key)
    if was and now and (was.text, was.file) != (now.text, now.file):
        yield Words("{name}：语音内容有修改", "{name}: the prompt changed").format(name=now.name)
