from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

MAX_NAME = 50
MAX_DATES_TEXT = 4000

WEEKDAYS = {
    "mon": _("周一"),
    "tue": _("周二"),
    "wed": _("周三"),
    "thu": _("周四"),
    "fri": _("周五"),
    "sat": _("周六"),
    "sun": _("周日"),
}


class HoursForm(FlaskForm):
    """The weekly spans are inputs beside the form: `mon_from`, `mon_to`, one of each a span."""

    name = StringField(
        _("名称"),
        description=_("例如：办公时间"),
        validators=[DataRequired(_("请填写名称")), Length(max=MAX_NAME, message=_("最多 50 个字"))],
    )
    closed = TextAreaField(
        _("休息的日期"),
        description=_("每行一个，例如 2026-10-01；连续几天写成 2026-10-01 至 2026-10-07"),
        validators=[Length(max=MAX_DATES_TEXT)],
    )
    open = TextAreaField(
        _("特别营业的日期"),
        description=_("调休上班等，每行一个日期和时间，例如 2026-10-10 09:00-18:00"),
        validators=[Length(max=MAX_DATES_TEXT)],
    )
