from __future__ import annotations

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, RadioField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length

from app.store.users import MAX_PASSWORD, MIN_PASSWORD
from app.web.language import LANGUAGES

MAX_EMAIL = 254


class SignInForm(FlaskForm):
    email = EmailField(_("邮箱"), validators=[DataRequired(_("请填写邮箱")), Length(max=MAX_EMAIL)])
    password = PasswordField(_("密码"), validators=[InputRequired(_("请填写密码")), Length(max=MAX_PASSWORD)])


class ProfileForm(FlaskForm):
    name = StringField(
        _("姓名或岗位"), validators=[DataRequired(_("请填写姓名或岗位")), Length(max=100, message=_("最多 100 个字"))]
    )
    locale = RadioField(_("语言"), choices=list(LANGUAGES.items()))


class PasswordForm(FlaskForm):
    current = PasswordField(_("现在的密码"), validators=[InputRequired(_("请填写现在的密码"))])
    new = PasswordField(
        _("新密码"),
        description=_("至少 8 个字符"),
        validators=[InputRequired(_("请填写新密码")), Length(MIN_PASSWORD, MAX_PASSWORD, _("密码应有 8 到 200 个字符"))],
    )
    again = PasswordField(_("再输入一次新密码"), validators=[EqualTo("new", _("两次输入的新密码不一样"))])
