from __future__ import annotations

from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from app.store.users import MAX_PASSWORD, MIN_PASSWORD
from app.web.forms import Form
from app.web.language import LANGUAGES
from app.web.texts import later

MAX_EMAIL = 254


class SignInForm(Form):
    email = EmailField(later("邮箱"), validators=[DataRequired(later("请填写邮箱")), Length(max=MAX_EMAIL)])
    password = PasswordField(
        later("密码"), validators=[InputRequired(later("请填写密码")), Length(max=MAX_PASSWORD)]
    )


class ProfileForm(Form):
    name = StringField(
        later("姓名或岗位"),
        validators=[DataRequired(later("请填写姓名或岗位")), Length(max=100, message=later("最多 100 个字"))],
    )
    locale = RadioField(later("语言"), choices=[SelectChoice(*item) for item in LANGUAGES.items()])


class PasswordForm(Form):
    current = PasswordField(later("现在的密码"), validators=[InputRequired(later("请填写现在的密码"))])
    new = PasswordField(
        later("新密码"),
        description=later("至少 8 个字符"),
        validators=[
            InputRequired(later("请填写新密码")),
            Length(MIN_PASSWORD, MAX_PASSWORD, later("密码应有 8 到 200 个字符")),
        ],
    )
    again = PasswordField(
        later("再输入一次新密码"), validators=[EqualTo("new", later("两次输入的新密码不一样"))]
    )
