"""The extension plan 分机表: which extension rings which phone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import count

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.store import phones as store
from app.store.db import Conflict
from app.store.models import Phone
from app.web.flows.publishing import unpublished_changes
from app.web.phones.forms import BAD_EXTENSION, EXTENSION
from app.web.session import company
from app.web.texts import _

extensions = Blueprint("extensions", __name__, url_prefix="/extensions")

FIRST = 801


@extensions.route("", methods=["GET", "POST"])
def plan() -> str | Response:
    """All phones with their extensions, to be changed together."""
    every = store.every(company())
    typed = {phone.slug: _typed(phone) for phone in every}
    problems = _problems(every, typed)
    if request.method == "POST" and not problems and _saved(every, typed):
        return redirect(url_for("extensions.plan"))
    return render_template(
        "phones/extensions.html",
        phones=sorted(every, key=lambda phone: (not phone.extension, len(phone.extension), phone.extension)),
        typed=typed,
        problems=problems,
        free=next_free(typed.values()),
        changes=unpublished_changes(),
    )


def _typed(phone: Phone) -> str:
    return request.form.get(f"extension:{phone.slug}", phone.extension).strip()


def _saved(every: Collection[Phone], typed: Mapping[str, str]) -> bool:
    changed = {phone.slug: typed[phone.slug] for phone in every if typed[phone.slug] != phone.extension}
    try:
        store.set_extensions(company(), changed)
    except Conflict:
        flash(_("这个号码或分机号刚被别人占用"), "danger")
        return False
    flash(_("已保存。"), "success")
    return True


@extensions.get("/look")
def look() -> str:
    """What is wrong with an extension that is being typed, and which is free."""
    name, extension = next(
        ((key.partition(":")[2], value.strip()) for key, value in request.args.items() if ":" in key),
        ("", ""),
    )
    every = store.every(company())
    typed = {phone.slug: extension if phone.slug == name else phone.extension for phone in every}
    return render_template(
        "phones/_extension.html",
        problem=_problems(every, typed).get(name, ""),
        free=next_free(typed.values()),
    )


def _problems(every: Collection[Phone], typed: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with which phone's extension."""
    names = {phone.slug: phone.name for phone in every}
    found = {}
    for slug, extension in typed.items():
        twin = next((other for other, its in typed.items() if its == extension and other != slug), None)
        if not re.match(EXTENSION, extension):
            found[slug] = str(BAD_EXTENSION)
        elif extension and twin:
            found[slug] = _("「%(name)s」已经在用这个分机号", name=names[twin])
    return found


def next_free(taken: Collection[str]) -> str:
    """The extension after the highest of the usual length, 801 when there is none yet."""
    numbers = sorted(int(extension) for extension in taken if extension.isdecimal() and len(extension) < 6)
    usual = len(str(numbers[0])) if numbers else 0
    start = max((number for number in numbers if len(str(number)) == usual), default=FIRST - 1) + 1
    return next(str(number) for number in count(start) if str(number) not in taken)
