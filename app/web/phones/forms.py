from __future__ import annotations

from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from app.routing.numbers import normalise
from app.web.company.addresses import AddressFields
from app.web.company.dialling import refusal
from app.web.texts import later

MAX_NAME = 50
EXTENSION = r"\A([1-9][0-9]{0,5})?\Z"
BAD_EXTENSION = later("分机号是 1 到 6 位数字，不以 0 开头")


class PhoneForm(AddressFields):
    name = StringField(
        later("名称"),
        description=later("谁在用这个电话，例如：前台、售后一号"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )
    number = StringField(
        later("号码"),
        description=later("手机号，或带区号的座机号"),
        validators=[DataRequired(later("请填写号码")), Length(max=40)],
    )
    extension = StringField(
        later("分机号"),
        description=later("选填，1 到 6 位数字；来电者在「企业总机」里直拨"),
        validators=[Regexp(EXTENSION, message=BAD_EXTENSION)],
    )

    own_hours = SelectField(
        later("接听时间"), description=later("时间以外，接听组和队列跳过这个电话，不响铃")
    )
    user = SelectField(later("谁坐在这里"), description=later("他登录后可以自己设置小休、离线"))

    def validate_number(self, field: Any) -> None:
        if why := refusal(field.data or ""):
            raise ValidationError(why)

    @property
    def dialable(self) -> str:
        """The number as it is dialled."""
        return normalise(self.number.data or "")
