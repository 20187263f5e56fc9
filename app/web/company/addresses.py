"""The fields in which somebody says how notices are to reach him, for a phone's person and for the owner alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms import EmailField, StringField
from wtforms.validators import Length, ValidationError

from app.integrations.robots import ROBOTS, kind_of
from app.routing.numbers import is_phone, normalise
from app.setting_kinds import MAX_EMAIL, is_email
from app.store.channels import Channel
from app.store.models import NoticeChannel
from app.web.forms import Form, tidy
from app.web.texts import later

FIELDS = ("email", "robot", "sms")


class AddressFields(Form):
    email = EmailField(later("邮箱"), validators=[Length(max=MAX_EMAIL, message=later("地址太长"))])
    robot = StringField(
        later("群机器人地址"),
        description=later("在企业微信、钉钉或飞书的群里添加机器人，把得到的网址贴在这里"),
        validators=[Length(max=500, message=later("地址太长"))],
    )
    robot_secret = StringField(
        later("群机器人的密钥"),
        description=later("钉钉的「加签」、飞书的「签名校验」打开时才填"),
        validators=[Length(max=200, message=later("密钥太长"))],
    )
    sms = StringField(later("收短信的手机号"), validators=[Length(max=40)])

    def validate_email(self, field: Any) -> None:
        if tidy(field.data) and not is_email(tidy(field.data)):
            raise ValidationError(later("这不是邮箱地址"))

    def validate_robot(self, field: Any) -> None:
        if tidy(field.data) and not kind_of(tidy(field.data)):
            raise ValidationError(later("这不是企业微信、钉钉或飞书群机器人的地址"))

    def validate_sms(self, field: Any) -> None:
        number = normalise(field.data or "")
        if tidy(field.data) and not (is_phone(number) and number.startswith("1")):
            raise ValidationError(later("这不是手机号"))

    def channels(self) -> dict[str, Channel]:
        """The ways that are filled in, by field; for forms that were found to be right."""
        robot = tidy(self.robot.data)
        filled = {
            "email": Channel("email", tidy(self.email.data)),
            "robot": Channel(kind_of(robot), robot, tidy(self.robot_secret.data)),
            "sms": Channel("sms", normalise(self.sms.data or "")),
        }
        return {name: channel for name, channel in filled.items() if channel.address}


def shown(channels: Iterable[NoticeChannel]) -> dict[str, str]:
    """What the fields show of somebody's ways."""
    values: dict[str, str] = {}
    for channel in channels:
        if channel.kind in ROBOTS:
            values |= {"robot": channel.address, "robot_secret": channel.secret}
        else:
            values[channel.kind] = channel.address
    return values
