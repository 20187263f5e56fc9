from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length


class NumberForm(FlaskForm):
    label = StringField(
        _("备注"), description=_("例如：总机、售后专线"), validators=[Length(max=50, message=_("最多 50 个字"))]
    )
    flow = SelectField(_("来电走哪个流程"))
    fallback = SelectField(_("备用电话"), description=_("流程出错时响铃，避免漏接"))
