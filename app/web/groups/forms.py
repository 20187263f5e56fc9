from __future__ import annotations

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length

from app.web.forms import Form
from app.web.texts import later

MAX_NAME = 50

HINTS = {
    "sequential": later("每次都从第一个成员开始响"),
    "random": later("每次随机排列，机会均等"),
    "round_robin": later("这次从第一个开始，下次从第二个开始，轮流"),
    "weighted": later("权重 2 的成员先响的机会是权重 1 的两倍"),
    "longest_idle": later("最久没有通话的先响"),
    "simultaneous": later("一起响，谁先接就是谁"),
}


class GroupForm(Form):
    """The members are rows of inputs beside the form, see members.py."""

    name = StringField(
        later("名称"),
        description=later("例如：售前组、售后组"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )
    hours = SelectField(later("接听时间"), description=later("时间以外，这个组的电话不响"))
