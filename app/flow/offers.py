"""What a prompt offers under which key, and whether a name is meant by it: "售前咨询请按1，投诉请按3". Pure."""

from __future__ import annotations

import re
from itertools import pairwise

from app.flow.document import Document
from app.flow.interpreter import node_of
from app.flow.nodes.menu import SAID_KEY, SPOKEN_KEYS
from app.flow.snapshot import Assets

_ENDS = re.compile(r"[，。；、！？,.;!?\s：:]+")
_POLITE = re.compile(r"(?:请|如需|需要|如果|您|或|及|和|直接)+$|^(?:请|如需|需要|如果|您|或|转|找|要)+")
COMMON = frozenset(
    [
        "服务",
        "咨询",
        "查询",
        "业务",
        "电话",
        "部门",
        "中心",
        "客服",
        "人工",
        "转接",
        "语音",
        "菜单",
        "接听",
        "公司",
    ]
)
"""Pairs of characters that tell nothing apart."""


def offers(text: str) -> dict[str, str]:
    """The words before each key that a prompt offers: {"1": "售前咨询", "3": "投诉"}."""
    found: dict[str, str] = {}
    end = 0
    for match in SAID_KEY.finditer(text):
        words = [part for part in _ENDS.split(text[end : match.start()]) if _POLITE.sub("", part)]
        found[match[1].translate(SPOKEN_KEYS)] = _POLITE.sub("", words[-1]) if words else ""
        end = match.end()
    return found


def tells_of(offer: str, name: str) -> bool:
    """Whether the words of an offer and a name have something in common that is not common to all."""
    return bool(_pairs(offer) & _pairs(name))


def target_name(document: Document, target: str, assets: Assets) -> str:
    """What people call the step that an exit leads to."""
    return node_of(document, target, assets).label(assets)


def _pairs(text: str) -> set[str]:
    return {a + b for a, b in pairwise(text)} - COMMON
