from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from app.web.forms import Form
from app.web.texts import later

MAX_NAME = 50

KINDS = {
    "black": (later("黑名单"), "ban", later("骚扰、推销：通常直接挂断或只听提示")),
    "white": (later("白名单"), "shield-check", later("只有这些来电可以进来，或跳过其他规则")),
    "vip": (later("VIP 名单"), "crown", later("老客户：优先接入，或直接转给专人")),
}


class ListForm(Form):
    name = StringField(
        later("名称"),
        description=later("例如：骚扰电话、老客户"),
        validators=[DataRequired(later("请填写名称")), Length(max=MAX_NAME, message=later("最多 50 个字"))],
    )
    kind = RadioField(
        later("用途"), choices=[SelectChoice(key, text) for key, (text, *_rest) in KINDS.items()]
    )
