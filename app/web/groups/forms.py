from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired, Length

MAX_NAME = 50


class GroupForm(FlaskForm):
    """The members are check boxes beside the form, in the order in which they are sent."""

    name = StringField(
        _("名称"),
        description=_("例如：售前组、售后组"),
        validators=[DataRequired(_("请填写名称")), Length(max=MAX_NAME, message=_("最多 50 个字"))],
    )
