"""Small phrases about flows in both languages: a field's value, a phone's name, lists. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.flow.fields import ChoiceField, ChoicesField, DigitsField, Field, FlagField, PhonesField, RefField
from app.flow.outline import phone_label
from app.flow.rows import RowsField
from app.flow.snapshot import Assets
from app.routing.number_kinds import is_number
from app.words import Words

YES, NO = Words("是", "yes"), Words("否", "no")
HIDDEN = Words("••••", "••••")
NOTHING = Words("无", "none")


def value_words(spec: Field, value: Any, assets: Assets) -> Words:
    """A field's value as people read it."""
    if value in (None, "", ()):
        return NOTHING
    if isinstance(spec, FlagField):
        return YES if value else NO
    if isinstance(spec, DigitsField) and spec.secret:
        return HIDDEN
    if isinstance(spec, RowsField):
        return listed([Words(row, row) for row in value])
    if isinstance(spec, ChoicesField):
        return listed([spec.options.get(item, Words(item, item)) for item in value])
    if isinstance(spec, ChoiceField):
        return spec.options.get(value, Words(value, value))
    if isinstance(spec, RefField):
        asset = assets.of(spec.to).get(value)
        return Words(f"「{asset.name}」", f"“{asset.name}”") if asset else Words("（已删除）", "(removed)")
    if isinstance(spec, PhonesField):
        return listed([phone_name(item, assets) for item in value])
    return Words(str(value), str(value))


def phone_name(phone: str, assets: Assets) -> Words:
    """An id or a typed number as people read it."""
    if not phone:
        return NOTHING
    bound = assets.phones.get(phone)
    if is_number(phone) or bound is None:
        return phone_label(phone, assets)
    return phone_label(bound.number, assets)


def listed(items: Sequence[Words]) -> Words:
    return Words("、".join(item.zh for item in items), ", ".join(item.en for item in items))


def filled(zh: str, en: str, **parts: Words) -> Words:
    """A sentence with each {part} in its own language."""
    chinese = {name: words.zh for name, words in parts.items()}
    english = {name: words.en for name, words in parts.items()}
    return Words(zh.format(**chinese), en.format(**english))
