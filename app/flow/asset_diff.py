"""What changed in a company's phones, groups, hours and prompts since a flow was published, in words. Pure.

A call runs on the assets of its snapshot: until the next publishing, callers notice none of this.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.flow.nodes.extension import Extension
from app.flow.outline import Draft, nodes_of, references
from app.flow.phrases import filled, listed, phone_name
from app.flow.snapshot import ASSET_KINDS, Assets
from app.routing import opening_hours
from app.routing.numbers import pretty
from app.words import Words


def describe(old: Assets, new: Assets, used: Draft) -> list[Words]:
    """What changed, since `old` was published, in the phones, groups, hours and prompts that a flow uses."""
    wanted = _wanted(used, new)
    phones = wanted["phone"] | {phone for group in wanted["group"] for phone in _members(old, new, group)}
    return [
        *(words for key in sorted(phones) for words in _phone(old, new, key)),
        *(words for key in sorted(wanted["group"]) for words in _group(old, new, key)),
        *(words for key in sorted(wanted["hours"]) for words in _hours(old, new, key)),
        *(words for key in sorted(wanted["prompt"]) for words in _prompt(old, new, key)),
    ]


def _wanted(draft: Draft, assets: Assets) -> dict[str, set[str]]:
    """The ids of the assets that calls may come upon, by kind; a switchboard reaches every phone with an extension."""
    found: dict[str, set[str]] = {kind: set() for kind in ASSET_KINDS}
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
    name = now.name or pretty(now.number)
    for words, before, after in (
        (Words("{name}：号码 {old} → {new}", "{name}: number {old} → {new}"), was.number, now.number),
        (
            Words("{name}：分机号 {old} → {new}", "{name}: extension {old} → {new}"),
            was.extension,
            now.extension,
        ),
        (Words("{old} 改名为 {new}", "{old} is now called {new}"), was.name, now.name),
    ):
        if before != after:
            yield words.format(name=name, old=pretty(before) or "—", new=pretty(after) or "—")


def _group(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.groups.get(key), new.groups.get(key)
    if was is None or now is None or was.phones == now.phones:
        return
    name = Words(now.name, now.name)
    joined = [phone_name(phone, new) for phone in now.phones if phone not in was.phones]
    left = [
        phone_name(phone, old if phone in old.phones else new)
        for phone in was.phones
        if phone not in now.phones
    ]
    if joined:
        yield filled("{group}：加入 {phones}", "{group}: {phones} joined", group=name, phones=listed(joined))
    if left:
        yield filled("{group}：移出 {phones}", "{group}: {phones} left", group=name, phones=listed(left))
    if not joined and not left:
        order = listed([phone_name(phone, new) for phone in now.phones])
        yield filled(
            "{group}：顺序改为 {phones}", "{group}: the order is now {phones}", group=name, phones=order
        )


def _hours(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.hours.get(key), new.hours.get(key)
    if was and now and opening_hours.write(was) != opening_hours.write(now):
        yield Words("{name}：时间有修改", "{name}: the hours changed").format(name=now.name)


def _prompt(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.prompts.get(key), new.prompts.get(key)
    if was and now and (was.text, was.file) != (now.text, now.file):
        yield Words("{name}：语音内容有修改", "{name}: the prompt changed").format(name=now.name)
