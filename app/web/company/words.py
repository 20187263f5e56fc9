"""Ways to reach people, and why a notice did not arrive, in words."""

from __future__ import annotations

from app.integrations.notices import Reason
from app.web.texts import later

WAYS = {
    "email": (later("邮件"), "mail"),
    "wecom": (later("企业微信群"), "robot"),
    "dingtalk": (later("钉钉群"), "robot"),
    "feishu": (later("飞书群"), "robot"),
    "sms": (later("短信"), "message"),
}
"""Name and icon of each kind of channel."""

REASONS = {
    Reason.UNREACHABLE: later("对方的服务没有回应"),
    Reason.BUSY: later("对方暂时不收更多消息"),
    Reason.REFUSED: later("对方拒收"),
    Reason.NOT_SET_UP: later("服务商没有开通这种通知"),
    Reason.REMOVED: later("这个地址已经不用了"),
}
