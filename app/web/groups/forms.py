from __future__ import annotations

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form
from app.web.texts import later

MAX_NAME = 50


class GroupForm(Form):
    """The members are check boxes beside the form, in the order in which they are sent."""

    name = StringField(
        later("名称"),
        description=later("例如：售前组、售后组"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )
