"""What a new flow begins with: small documents made of what the company has. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.flow import edit
from app.flow.snapshot import Assets
from app.words import Words

MAX_PHONES = 5

Build = Callable[[str, Assets], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Starter:
    name: str
    words: Words
    promise: Words
    icon: str
    build: Build


def _menu(name: str, assets: Assets) -> dict[str, Any]:
    draft = edit.add_node(edit.blank(name), "menu", "menu", **_first("prompt", assets.prompts))
    for key, (group, label) in zip("123456789", _answering(assets), strict=False):
        node = edit.free_id(draft, "hunt")
        draft = edit.add_node(draft, node, "hunt", **({"title": label} if label else {}), **group)
        draft = edit.set_exit(draft, "menu", key, node)
    return draft


def _ring_all(name: str, assets: Assets) -> dict[str, Any]:
    phones = list(assets.phones)[:MAX_PHONES]
    fields = {"phones": phones} if phones else {}
    return edit.add_node(
        edit.blank(name), "hunt", "hunt", **fields, strategy="simultaneous", ring_timeout_s=30
    )


def _office_hours(name: str, assets: Assets) -> dict[str, Any]:
    draft = edit.add_node(_menu(name, assets), "schedule", "schedule", **_first("hours", assets.hours))
    draft = edit.set_start(draft, "schedule")
    return edit.set_exit(draft, "schedule", "open", "menu")


def _first(field: str, assets: Any) -> dict[str, Any]:
    """The field set to the first of the assets, when there are any."""
    return {field: next(iter(assets))} if assets else {}


def _answering(assets: Assets) -> list[tuple[dict[str, Any], str]]:
    """Who could answer, with titles: two groups, else one step that still has to be filled."""
    groups: list[tuple[dict[str, Any], str]] = [
        ({"group": group.id}, group.name) for group in assets.groups.values() if group.phones
    ]
    return groups[:2] or [({}, "")]


STARTERS = {
    starter.name: starter
    for starter in (
        Starter(
            "menu",
            Words("语音导航", "Menu"),
            Words(
                "来电先听欢迎语，按键选择由谁接听。", "Callers hear a welcome and choose by key who answers."
            ),
            "dialpad",
            _menu,
        ),
        Starter(
            "ring_all",
            Words("同时振铃", "Ring all"),
            Words(
                "没有语音，电话一起响，谁先接谁通话。",
                "No prompts: all phones ring, the first to answer talks.",
            ),
            "phone-call",
            _ring_all,
        ),
        Starter(
            "office_hours",
            Words("营业时间＋语音导航", "Opening hours and menu"),
            Words(
                "营业时间内走语音导航，下班后播放提示。",
                "In opening hours the menu, outside of them a message.",
            ),
            "clock",
            _office_hours,
        ),
    )
}
