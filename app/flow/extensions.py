"""The company's numbering plan: which phone has which extension."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from app.flow.nodes.base import Node
from app.flow.problems import Problem, error, warning
from app.flow.snapshot import Assets

OPERATOR_KEY = "0"


def plan(assets: Assets) -> dict[str, str]:
    """The phone ids by extension."""
    return {phone.extension: phone.id for phone in assets.phones.values() if phone.extension}


def longest(assets: Assets) -> int:
    """Digits of the longest extension, at least 1."""
    return max(map(len, plan(assets)), default=1)


def reached(assets: Assets) -> Iterator[tuple[str, str]]:
    """The (kind, id) pairs of the phones that can be dialled by extension."""
    return (("phone", phone) for phone in plan(assets).values())


def plan_problems(node: Node, field: str, assets: Assets, keys: Collection[str]) -> Iterator[Problem]:
    """What keeps callers of a node from dialling extensions, when its `keys` have meanings of their own.

    A key with which an extension begins would never leave time for the rest of the extension.
    """
    extensions = plan(assets)
    if not extensions:
        yield error(
            "no_extensions", node.place(field), "还没有电话设置了分机号", "no phone has an extension yet"
        )
    yield from _twice(node, field, assets)
    for key in sorted(keys):
        found = sorted(extension for extension in extensions if extension.startswith(key))
        if found:
            yield error(
                "extension_collides",
                node.place(f"exits.{key}"),
                f"按 {key} 与分机 {found[0]} 冲突：分机号不能以菜单按键开头",
                f"key {key} collides with extension {found[0]}: no extension may begin with a key of the menu",
            )
    for extension in sorted(extensions):
        longer = sorted(e for e in extensions if e.startswith(extension) and e != extension)
        if longer:
            yield warning(
                "extension_begins_another",
                node.place(field),
                f"分机 {extension} 是分机 {longer[0]} 的开头，拨 {extension} 的人要多等几秒",
                f"extension {longer[0]} begins with extension {extension}, so who dials {extension} waits longer",
            )


def _twice(node: Node, field: str, assets: Assets) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for phone in assets.phones.values():
        if phone.extension and phone.extension in seen:
            other = seen[phone.extension]
            yield error(
                "extension_twice",
                node.place(field),
                f"「{other}」和「{phone.name}」的分机号都是 {phone.extension}",
                f"“{other}” and “{phone.name}” both have extension {phone.extension}",
            )
        seen[phone.extension] = phone.name
