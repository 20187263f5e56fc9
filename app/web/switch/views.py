"""Where FreeSWITCH posts its own record of each call. Whatever is not answered with 200, it keeps on its disk."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from flask import Blueprint, abort, current_app, request
from peewee import PeeweeException
from playhouse.pool import MaxConnectionsExceeded
from werkzeug.exceptions import HTTPException

from app.calls import closing
from app.calls.switch_record import MAX_BYTES, BadSwitchRecord
from app.settings import RECORDS_USER, Settings
from app.web.gate import public

switch = Blueprint("switch", __name__, url_prefix="/switch")

Answer = tuple[str, int]


@switch.post("/records")
@public
def take() -> Answer:
    """It is in the database before this says so."""
    _check_sender(current_app.config["SETTINGS"])
    if request.content_length is None:
        abort(411)
    if request.content_length > MAX_BYTES:
        abort(413)
    ours = closing.receive(request.get_data(cache=False))
    return "kept\n" if ours else "not a call of ours\n", 200


def _check_sender(settings: Settings) -> None:
    """Whoever knows the password, and only from where FreeSWITCH may be."""
    sender = ip_address(request.remote_addr or "")
    if not any(sender in network for network in settings.esl_peers):
        abort(403)
    shown = request.authorization
    user, password = (shown.username or "", shown.password or "") if shown else ("", "")
    expected = f"{RECORDS_USER}:{settings.records_password}"
    if not hmac.compare_digest(f"{user}:{password}".encode(), expected.encode()):
        abort(401)


@switch.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Answer:
    return f"{error.name}\n", error.code or 500


@switch.errorhandler(BadSwitchRecord)
def _not_understood(error: BadSwitchRecord) -> Answer:
    return f"{error}\n", 400


@switch.errorhandler(PeeweeException)
@switch.errorhandler(MaxConnectionsExceeded)
def _away(_error: Exception) -> Answer:
    return "the database is away\n", 503
