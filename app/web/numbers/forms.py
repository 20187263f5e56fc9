from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import Length

from app.web.forms import Form
from app.web.texts import later


class NumberForm(Form):
    label = StringField(
        later("备注"),
        description=later("例如：总机、售后专线"),
        validators=[Length(max=50, message=later("最多 50 个字"))],
    )
    flow = SelectField(later("来电走哪个流程"))
    fallback = SelectField(later("备用电话"), description=later("流程出错时响铃，避免漏接"))
