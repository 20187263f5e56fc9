"""What a flow's own text tells of: not wrong, but hardly meant so. What calls make of it is coverage's to say."""

from __future__ import annotations

from collections.abc import Iterator

from app.flow.barring import numbers_rung
from app.flow.document import Document
from app.flow.fields import RefField, declared
from app.flow.nodes.base import Node, exits_of
from app.flow.offers import offers, target_name, tells_of
from app.flow.problems import Problem, warning
from app.flow.snapshot import Assets
from app.routing.mobiles import is_virtual
from app.routing.number_kinds import Kind, kind_of
from app.routing.numbers import pretty


def advice(document: Document, assets: Assets) -> Iterator[Problem]:
    """Warnings about a flow that has no errors."""
    for node in document.nodes.values():
        yield from _wrong_keys(node, document, assets)
        yield from _unrecorded(node, assets)
        yield from _cut_off(node, document)
    yield from _doubtful_phones(document, assets)


def _wrong_keys(node: Node, document: Document, assets: Assets) -> Iterator[Problem]:
    """Keys that lead to what the prompt offers under another key."""
    prompt = assets.prompts.get(getattr(node, "prompt", ""))
    keys = [key for key in node.exits if key in exits_of(type(node)) and exits_of(type(node))[key].is_key]
    said = offers(prompt.text) if prompt else {}
    names = {key: target_name(document, node.exits[key], assets) for key in keys}
    for key in (key for key in keys if key in said and not tells_of(said[key], names[key])):
        others = [other for other in keys if node.exits[other] != node.exits[key]]
        better = next((other for other in others if tells_of(said[key], names[other])), "")
        taken = next((other for other in others if tells_of(said.get(other, ""), names[key])), "")
        if better or taken:
            yield warning(
                "key_goes_elsewhere",
                node.place(f"exits.{key}"),
                f"语音里说“{said[key]}按 {key}”，但按 {key} 转到了「{names[key]}」",
                f"the prompt offers “{said[key]}” under key {key}, which leads to “{names[key]}”",
            )


def _unrecorded(node: Node, assets: Assets) -> Iterator[Problem]:
    """Prompts that exist by name only: callers would hear nothing there."""
    for name, spec in declared(type(node)).items():
        if isinstance(spec, RefField) and spec.to == "prompt":
            prompt = assets.prompts.get(getattr(node, name))
            if prompt and not prompt.file:
                yield warning(
                    "prompt_without_sound",
                    node.place(name),
                    f"语音「{prompt.name}」还没有声音：请录音、上传或用文字合成",
                    f"prompt “{prompt.name}” has no sound yet: record it, upload it, or have its text spoken",
                )


def _cut_off(node: Node, document: Document) -> Iterator[Problem]:
    """Keys after which the caller is hung up on without a word."""
    for name, target in node.exits.items():
        if exits_of(type(node))[name].is_key and _is_mute(document.nodes.get(target)):
            yield warning(
                "empty_branch",
                node.place(f"exits.{name}"),
                f"按 {name} 之后什么也听不到就挂断了",
                f"after key {name} callers hear nothing and are hung up on",
            )


def _is_mute(node: Node | None) -> bool:
    """Whether a step ends the call with nothing set that callers could hear."""
    ends = node is not None and not node.ways_out() and not node.returns
    return ends and not any(getattr(node, name) for name in declared(type(node)))


def _doubtful_phones(document: Document, assets: Assets) -> Iterator[Problem]:
    """Numbers that carriers hardly accept behind a 400 number, and 400 numbers behind one; each once, where it rings."""
    places: dict[str, str] = {}
    for node in document.nodes.values():
        for place, number in numbers_rung(node, assets):
            places.setdefault(number, place)
    for number, place in places.items():
        name = next((phone.name for phone in assets.phones.values() if phone.number == number), "")
        shown = f"{name} {pretty(number)}".strip()
        if is_virtual(number):
            yield warning(
                "virtual_operator",
                place,
                f"{shown} 是虚拟运营商号段（162、165、167、170、171），运营商一般不允许绑定",
                f"{shown} is a virtual operator's number (162, 165, 167, 170, 171), which carriers hardly accept",
            )
        if number in assets.unproven:
            yield warning(
                "phone_without_proof",
                place,
                f"{shown} 还没有实名凭证，运营商可能停掉它：请在「电话与接听组」里上传",
                f"{shown} has no real-name proof, so the carrier may cut it off: send one in under “Phones and groups”",
            )
        if kind_of(number) is Kind.FREEPHONE:
            yield warning(
                "rings_a_400",
                place,
                f"{shown} 本身是 400、800 号码：来电可能绕圈，而且要付两次费",
                f"{shown} is a 400 or 800 number itself: calls may go in circles, and are paid for twice",
            )
