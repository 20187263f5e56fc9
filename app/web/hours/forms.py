from __future__ import annotations

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form
from app.web.texts import later

MAX_NAME = 50
MAX_DATES_TEXT = 4000

WEEKDAYS = {
    "mon": later("周一"),
    "tue": later("周二"),
    "wed": later("周三"),
    "thu": later("周四"),
    "fri": later("周五"),
    "sat": later("周六"),
    "sun": later("周日"),
}


class HoursForm(Form):
    """The weekly spans are inputs beside the form: `mon_from`, `mon_to`, one of each a span."""

    name = StringField(
        later("名称"),
        description=later("例如：办公时间"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )
    holidays = BooleanField(
        later("法定节假日休息，调休的周末上班"), description=later("按国务院每年公布的安排")
    )
    closed = TextAreaField(
        later("休息的日期"),
        description=later("每行一个，例如 2026-10-01；连续几天写成 2026-10-01 至 2026-10-07"),
        validators=[Length(max=MAX_DATES_TEXT)],
    )
    open = TextAreaField(
        later("特别营业的日期"),
        description=later("调休上班等，每行一个日期和时间，例如 2026-10-10 09:00-18:00"),
        validators=[Length(max=MAX_DATES_TEXT)],
    )
