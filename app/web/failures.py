"""Pages for what goes wrong. Whatever a company does not have is a 404, another company's things included."""

from __future__ import annotations

import logging

from flask import Flask, g, render_template
from peewee import InterfaceError, OperationalError
from playhouse.pool import MaxConnectionsExceeded
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from app.errors import LiveError
from app.store.db import NotFound
from app.web.texts import later

log = logging.getLogger(__name__)

AWAY = (OperationalError, InterfaceError, MaxConnectionsExceeded)
"""What questions to the database raise while it is away, locked or overloaded."""
MOST_ID = 2**63 - 1
TITLES = {
    400: later("这个请求不完整"),
    403: later("您没有权限这样做"),
    404: later("没有找到"),
    413: later("文件太大"),
    429: later("尝试次数太多"),
    500: later("出错了"),
}
HINTS = {
    400: later("页面可能打开太久了，请刷新后再试一次。"),
    403: later("只有管理员可以修改；您可以查看。需要修改时，请联系管理员。"),
    404: later("它可能已被删除，或者地址有误。"),
    413: later("请换一个小一些的文件。"),
    429: later("为了安全，请过几分钟再试。"),
    500: later("我们这边出了问题，您的电话不受影响。请稍后再试。"),
}


def _failed(error: HTTPException) -> tuple[str, int]:
    code = error.code if error.code in TITLES else 500 if (error.code or 500) >= 500 else 400
    return render_template(
        "failure.html", code=error.code, title=TITLES[code], hint=HINTS[code]
    ), error.code or 500


def not_found(_error: NotFound) -> tuple[str, int]:
    return render_template("failure.html", code=404, title=TITLES[404], hint=HINTS[404]), 404


def _without_database(error: Exception) -> tuple[str, int]:
    """The page asks the database nothing: neither who is signed in nor what is on top of pages."""
    log.error("the database cannot be used: %s", error)
    g.database_is_away = True
    title = later("现在查不了，也改不了")
    hint = later("数据库暂时不可用。电话照常接听，通话记录稍后会自动补齐。请过几分钟再试。")
    return _calm(title, hint)


def _without_redis(error: LiveError) -> tuple[str, int]:
    log.error("Redis cannot be used: %s", error)
    return _calm(later("实时服务暂时连不上"), later("电话照常接听，恢复后这里会自动好。请过几分钟再试。"))


def _calm(title: object, hint: object) -> tuple[str, int]:
    return render_template("failure.html", code=503, title=title, hint=hint), 503


class Id(IntegerConverter):
    """A number in an address: what is too large for any database is no address of ours."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=MOST_ID)


def install(app: Flask) -> None:
    app.url_map.converters["int"] = Id
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(NotFound, not_found)
    for away in AWAY:
        app.register_error_handler(away, _without_database)
    app.register_error_handler(LiveError, _without_redis)
