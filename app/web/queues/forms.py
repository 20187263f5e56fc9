from __future__ import annotations

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.web.forms import Form
from app.web.texts import later

MAX_NAME = 50


def _range(low: int, high: int) -> list[object]:
    said = later("应是 %(low)s 到 %(high)s 的整数", low=low, high=high)
    return [InputRequired(said), NumberRange(low, high, said)]


class QueueForm(Form):
    """The phones are rows of check boxes beside the form."""

    name = StringField(
        later("名称"),
        description=later("例如：售后排队"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )
    strategy = SelectField(later("有几个电话空闲时，先给谁"))
    ring_timeout_s = IntegerField(later("每个电话振铃（秒）"), validators=_range(5, 120))
    wrap_up_s = IntegerField(
        later("话后整理（秒）"), description=later("挂机后多久不接下一个"), validators=_range(0, 3600)
    )
    max_size = IntegerField(
        later("最多多少人排队"),
        description=later("0 为不限；满了走「队列已满」"),
        validators=_range(0, 10000),
    )
    max_misses = IntegerField(
        later("连续几次不接就离线"),
        description=later("离线后要改回在岗才再响；0 为从不"),
        validators=_range(0, 99),
    )
    rest_s = IntegerField(
        later("没接后歇多久（秒）"), description=later("这期间先让别的电话响"), validators=_range(0, 600)
    )
    music = SelectField(later("等待音乐"))
