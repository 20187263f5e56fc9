"""What a new company has yet to do before customers can reach it: phones, menu, number, a try."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.store import flows, numbers, phones
from app.store.models import Company, Flow, Number
from app.web.texts import _


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do; `url` is where, "" when nothing can be done about it here."""

    title: str
    hint: str
    icon: str
    url: str
    is_done: bool


def first_steps(here: Company, has_calls: bool) -> list[Step]:
    """The four steps in their order; nothing once all are done."""
    known, every = numbers.every(here), flows.every(here)
    led = next((number for number in known if number.flow), None)
    steps = [
        Step(
            _("添加接听电话"),
            _("店里的座机、员工的手机，来电会响在这些电话上。"),
            "phone-plus",
            url_for("phones.new"),
            bool(phones.every(here)),
        ),
        Step(
            _("做一个语音导航"),
            _("挑一个模板，改成您自己的欢迎语和按键。"),
            "dialpad",
            url_for("editor.show", slug=every[0].slug) if every else url_for("flows.new"),
            bool(every),
        ),
        _number_step(here, known, led),
        Step(
            _("打一个试试"),
            _("先在浏览器里试拨，再用手机拨您的 400 号码。"),
            "phone-check",
            _trying(led.flow if led else None, every),
            has_calls,
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps


def _number_step(here: Company, known: list[Number], led: Number | None) -> Step:
    """The number leads to a menu, and the menu is published."""
    title, icon = _("接上 400 号码并发布"), "hash"
    if not known:
        return Step(title, _("号码由运营商开通，开通后会出现在这里。"), icon, url_for("numbers.index"), False)
    if led is None or led.flow is None:
        url = url_for("numbers.edit", did=known[0].did)
        return Step(title, _("选这个号码用哪一个语音导航。"), icon, url, False)
    is_done = flows.published(here, led.flow.slug) is not None
    url = url_for("publishing.ask", slug=led.flow.slug)
    return Step(title, _("发布以后，来电就按它走。"), icon, url, is_done)


def _trying(led: Flow | None, every: list[Flow]) -> str:
    flow = led or (every[0] if every else None)
    return url_for("trying.show", slug=flow.slug) if flow else ""
