"""What the company may dial, in words: beside a number that is refused, and on its own page."""

from __future__ import annotations

from typing import NamedTuple

from app.errors import LiveError
from app.routing.dialling_rules import may_dial
from app.routing.number_kinds import is_number
from app.routing.numbers import normalise
from app.store import dialling
from app.web import live
from app.web.formats import moment
from app.web.language import say
from app.web.session import company
from app.web.texts import _
from app.words import Words


def refusal(typed: str) -> str:
    """Why a number that was typed may not be dialled, and what to do about it; "" when it may."""
    number = normalise(typed)
    why = may_dial(number, dialling.rules_of(company()))
    if why is None:
        return ""
    if not is_number(number):
        return _("这不是能拨通的号码：请填手机号，或带区号的座机号")
    shown = typed.strip()[:40]
    return say(Words(f"“{shown}” {why.zh}", f"“{shown}” is {why.en}"))


class Row(NamedTuple):
    """One kind of numbers; `detail` are those that are open where not all are."""

    name: str
    is_open: bool
    detail: str = ""


def rows() -> list[Row]:
    """What may be dialled, kind by kind."""
    rules = dialling.rules_of(company())
    return [
        Row(_("手机和固定电话"), True),
        Row(_("400、800 号码"), rules.freephone),
        Row(_("95、96 服务号码"), rules.services),
        Row(_("其他服务号码"), bool(rules.prefixes), " ".join(rules.prefixes)),
        Row(_("境外和港澳台"), bool(rules.abroad), " ".join(f"+{code}" for code in rules.abroad)),
    ]


def over_limit_at() -> str:
    """When phones were last not rung because of the limit a minute; "" for not within a day, or when nobody can tell."""
    try:
        at = live.shared().over_limit_at(company().id)
    except LiveError:
        return ""
    return moment(at) if at else ""
