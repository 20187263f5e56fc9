from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.calls.publish import publish_number
from app.errors import LiveError
from app.flow import compile as compiler
from app.flow.snapshot import Assets
from app.live.shared import Shared
from app.store import flows, phones
from app.store import numbers as store
from app.store.models import Company, FlowVersion, Number, Phone
from app.web import events, live
from app.web.flows.picture import drawing
from app.web.formats import phone as pretty
from app.web.forms import tidy
from app.web.live import redis
from app.web.numbers.forms import NumberForm
from app.web.numbers.live import Seen, seen, told
from app.web.numbers.picture import picture
from app.web.session import company
from app.web.texts import _

numbers = Blueprint("numbers", __name__, url_prefix="/numbers")


@numbers.get("")
def index() -> str:
    here = company()
    return render_template(
        "numbers/list.html", rows=[(number, _version(number)) for number in store.every(here)]
    )


@numbers.get("/<did>")
def detail(did: str) -> str:
    number = store.find(company(), did)
    version = _version(number)
    if version is None:
        return render_template("numbers/detail.html", number=number, version=None)
    assets = _assets(version)
    look = _looker(number, version, assets)
    return render_template(
        "numbers/detail.html",
        number=number,
        version=version,
        tree=picture(version.document, assets),
        drawing=drawing(version.document, assets, did=did),
        told=told(look()),
        mark=events.mark_of(version.version, look()),
    )


@numbers.get("/<did>/live")
def part(did: str) -> str:
    """What happens now, for the picture that is shown already."""
    number = store.find(company(), did)
    version = _version(number)
    if version is None:
        return render_template("numbers/_now.html", told=None, version=None)
    look = _looker(number, version, _assets(version))
    return render_template("numbers/_now.html", told=told(look()), version=version)


@numbers.get("/<did>/events")
def changes(did: str) -> Response:
    here, number = company(), store.find(company(), did)
    version = _version(number)
    if version is None or number.flow is None:
        return Response(status=204)
    slug, look = number.flow.slug, _looker(number, version, _assets(version))

    def mark() -> str:
        return events.mark_of(flows.history(here, slug, limit=1)[0].version, look())

    return events.stream(mark)


def _looker(number: Number, version: FlowVersion, assets: Assets) -> Callable[[], Seen]:
    """What tells how things stand on the number's way; asked outside of requests, too."""
    here, document, did = company(), version.document, number.did
    shared, zone = _shared(), ZoneInfo(here.timezone)

    def look() -> Seen:
        return seen(document, assets, _board(here, shared), did, datetime.now(zone))

    return look


def _shared() -> Shared | None:
    """None while Redis is away."""
    try:
        return live.shared()
    except LiveError:
        return None


def _board(here: Company, shared: Shared | None) -> dict[str, object] | None:
    try:
        return shared.board(here.id) if shared else None
    except LiveError:
        return None


def _version(number: Number) -> FlowVersion | None:
    """What calls of the number run on."""
    return flows.published(company(), number.flow.slug) if number.flow else None


def _assets(version: FlowVersion) -> Assets:
    return compiler.load(version.snapshot).assets


@numbers.route("/<did>/edit", methods=["GET", "POST"])
def edit(did: str) -> str | Response:
    here = company()
    number = store.find(here, did)
    form = NumberForm(
        label=number.label,
        flow=number.flow.slug if number.flow else "",
        fallback=number.fallback.slug if number.fallback else "",
    )
    form.flow.choices = [
        SelectChoice("", _("（不接听）")),
        *(SelectChoice(f.slug, f.name) for f in flows.every(here)),
    ]
    form.fallback.choices = [SelectChoice("", _("（无）")), *map(_choice, phones.every(here))]
    if form.validate_on_submit():
        chosen = {"flow": form.flow.data or "", "fallback": form.fallback.data or ""}
        return _put_in_force(store.change(here, did, label=tidy(form.label.data), **chosen))
    return render_template("numbers/edit.html", number=number, form=form)


def _choice(phone: Phone) -> SelectChoice:
    return SelectChoice(phone.slug, f"{phone.name} {pretty(phone.number)}")


@numbers.post("/<did>/suspend")
def suspend(did: str) -> Response:
    return _put_in_force(store.suspend(company(), did))


@numbers.post("/<did>/resume")
def resume(did: str) -> Response:
    return _put_in_force(store.resume(company(), did))


def _put_in_force(number: Number) -> Response:
    try:
        publish_number(redis(), number)
        flash(_("已保存，立即生效。"), "success")
    except LiveError:
        flash(_("已保存，但实时服务暂时连不上；恢复后一分钟内自动生效。"), "warning")
    return redirect(url_for("numbers.detail", did=number.did))
