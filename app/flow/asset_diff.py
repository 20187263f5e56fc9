"""What changed in a company's phones, groups, queues, hours, prompts and lists since a flow was published. Pure.

A call runs on the assets of its snapshot: until the next publishing, callers notice none of this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.flow import document as documents
from app.flow.members import GROUP
from app.flow.outline import Draft, references
from app.flow.phrases import filled, listed, phone_name
from app.flow.prune import reached
from app.flow.snapshot import ASSET_KINDS, Assets, Prompt
from app.routing import lists, opening_hours
from app.routing.lists import CallerList
from app.routing.numbers import pretty
from app.words import Words


def describe(old: Assets, new: Assets, used: Draft) -> list[Words]:
    """What changed, since `old` was published, in everything outside of a flow that its calls may come upon."""
    wanted = _wanted(used, old, new)
    return [
        *(
            words
            for kind, change in CHANGES
            for key in sorted(wanted[kind])
            for words in change(old, new, key)
        ),
        *(_closures(old, new) if wanted["hours"] else ()),
    ]


def _wanted(draft: Draft, old: Assets, new: Assets) -> dict[str, set[str]]:
    """The ids of the assets that calls may come upon, as things were or as they are, by kind."""
    found: dict[str, set[str]] = {kind: set() for kind in ASSET_KINDS}
    document, _problems = documents.read(draft)
    for assets in (old, new):
        for kind, key in reached(document, assets) if document else references(draft):
            found[kind].add(key)
    return found


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
    if was.hours != now.hours:
        yield Words("{name}：接听时间有修改", "{name}: when it answers changed").format(name=name)


def _group(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.groups.get(key), new.groups.get(key)
    if was is None or now is None:
        return
    yield from _members(old, new, now.name, was.phones, now.phones)
    for words, before, after in (
        (Words("{name}：权重有修改", "{name}: the weights changed"), was.weights, now.weights),
        (Words("{name}：振铃时间有修改", "{name}: the ring times changed"), was.rings_s, now.rings_s),
        (Words("{name}：接听时间有修改", "{name}: when it answers changed"), was.hours, now.hours),
    ):
        if before != after:
            yield words.format(name=now.name)


def _members(
    old: Assets, new: Assets, called: str, was: tuple[str, ...], now: tuple[str, ...]
) -> Iterator[Words]:
    """Who joined and left a group or queue, or in which order they are now."""
    name = Words(called, called)
    joined = [_member(phone, new) for phone in now if phone not in was]
    left = [_member(phone, old if phone in old.phones else new) for phone in was if phone not in now]
    if joined:
        yield filled("{group}：加入 {phones}", "{group}: {phones} joined", group=name, phones=listed(joined))
    if left:
        yield filled("{group}：移出 {phones}", "{group}: {phones} left", group=name, phones=listed(left))
    if was != now and not joined and not left:
        order = listed([_member(phone, new) for phone in now])
        yield filled(
            "{group}：顺序改为 {phones}", "{group}: the order is now {phones}", group=name, phones=order
        )


def _member(id: str, assets: Assets) -> Words:
    """A phone or, in a group, another group, as people read it."""
    if not id.startswith(GROUP):
        return phone_name(id, assets)
    group = assets.groups.get(id.removeprefix(GROUP))
    name = group.name if group else id
    return Words(f"「{name}」", f"“{name}”")


def _queue(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.queues.get(key), new.queues.get(key)
    if was is None or now is None:
        return
    yield from _members(old, new, now.name, was.phones, now.phones)
    if replace(was, phones=now.phones, name=now.name) != now:
        yield Words("{name}：设置有修改", "{name}: the settings changed").format(name=now.name)


def _list(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.lists.get(key), new.lists.get(key)
    if was is None or now is None:
        return
    before, after = _entries(was), _entries(now)
    if added := len(after - before):
        yield Words("{name}：增加 {n} 项", "{name}: {n} more").format(name=now.name, n=added)
    if removed := len(before - after):
        yield Words("{name}：移除 {n} 项", "{name}: {n} removed").format(name=now.name, n=removed)
    if was.until != now.until and not added and not removed:
        yield Words("{name}：有效期有修改", "{name}: how long entries count changed").format(name=now.name)


def _entries(callers: CallerList) -> set[tuple[str, str]]:
    document = lists.write(callers)
    return {(part, value) for part in lists.PARTS for value in document.get(part, ())}


def _flow(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.flows.get(key), new.flows.get(key)
    if was and now and was != now:
        yield Words("流程「{name}」发布了新版本", "flow “{name}” was published anew").format(name=now.name)


def _closures(old: Assets, new: Assets) -> Iterator[Words]:
    if old.closures != new.closures:
        yield Words("公司休息日有修改", "the days on which the company is closed changed")


def _hours(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.hours.get(key), new.hours.get(key)
    if was and now and opening_hours.write(was) != opening_hours.write(now):
        yield Words("{name}：时间有修改", "{name}: the hours changed").format(name=now.name)


def _prompt(old: Assets, new: Assets, key: str) -> Iterator[Words]:
    was, now = old.prompts.get(key), new.prompts.get(key)
    if was and now and _heard(was) != _heard(now):
        yield Words("{name}：语音内容有修改", "{name}: the prompt changed").format(name=now.name)


def _heard(prompt: Prompt) -> dict[str, tuple[str, str]]:
    """What callers hear of a prompt, by language; its own is ""."""
    return {key: (said.text, said.file) for key, said in {"": prompt, **prompt.languages}.items()}


CHANGES: tuple[tuple[str, Callable[[Assets, Assets, str], Iterator[Words]]], ...] = (
    ("phone", _phone),
    ("group", _group),
    ("queue", _queue),
    ("hours", _hours),
    ("prompt", _prompt),
    ("list", _list),
    ("flow", _flow),
)
"""What tells of a change of each kind of asset, in the order in which people hear of it."""
