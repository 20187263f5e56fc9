"""Robots of group chats: 企业微信 (WeCom), 钉钉 (DingTalk), 飞书 (Feishu, Lark).

Each is a web address with a key in it; whoever has the address may write into the group. DingTalk's and Feishu's may also
want every message signed with a secret.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from app.integrations.notices import TIMEOUT_S, Notice, Reason, Undelivered
from app.integrations.outside import Allowed, NoAnswer, Response, is_public, post

MAX_ANSWER_BYTES = 16 * 1024
MAX_TEXT_BYTES = 2000  # WeCom takes 2048
HEADERS = {"Content-Type": "application/json"}

Body = dict[str, Any]


class Robot(NamedTuple):
    """One service.

    places  host and beginning of the path of its addresses
    write   from address, text, secret and the time in seconds to the address and the body that are posted
    code    where the answer says how it went, 0 for well, and where in words
    busy    codes that ask for fewer messages
    """

    places: tuple[tuple[str, str], ...]
    write: Callable[[str, str, str, float], tuple[str, Body]]
    code: tuple[str, str]
    busy: tuple[int, ...]


def kind_of(address: str) -> str:
    """Which of ROBOTS the address belongs to; "" for none of them."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme != "https" or port not in (None, 443) or "@" in parts.netloc or not address.isascii():
        return ""
    return next(
        (
            kind
            for kind, robot in ROBOTS.items()
            if any(parts.hostname == host and parts.path.startswith(path) for host, path in robot.places)
        ),
        "",
    )


def send(kind: str, address: str, secret: str, notice: Notice, allowed: Allowed = is_public) -> None:
    """Write into the group. Undelivered when the service does not take it."""
    robot = ROBOTS[kind]
    text = notice.together.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")
    url, body = robot.write(address, text, secret, time.time())
    sent = json.dumps(body, ensure_ascii=False).encode()
    try:
        said = post(url, sent, HEADERS, timeout_s=TIMEOUT_S, max_bytes=MAX_ANSWER_BYTES, allowed=allowed)
    except NoAnswer as none:
        raise Undelivered(Reason.UNREACHABLE if none.again else Reason.REFUSED, str(none)) from none
    _check(robot, said)


def _check(robot: Robot, said: Response) -> None:
    answer = _read(said)
    code, words = (answer.get(name) for name in robot.code)
    if said.status == 200 and code == 0:
        return
    detail = f"{code} {words}" if answer else f"status {said.status}"
    if code in robot.busy or said.status == 429:
        raise Undelivered(Reason.BUSY, detail)
    raise Undelivered(Reason.UNREACHABLE if said.status >= 500 else Reason.REFUSED, detail)


def _read(said: Response) -> Mapping[str, Any]:
    try:
        answer = json.loads(said.body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _wecom(address: str, text: str, secret: str, now: float) -> tuple[str, Body]:
    return address, {"msgtype": "text", "text": {"content": text}}


def _dingtalk(address: str, text: str, secret: str, now: float) -> tuple[str, Body]:
    body = {"msgtype": "text", "text": {"content": text}}
    if not secret:
        return address, body
    moment = str(int(now * 1000))
    signed = {"timestamp": moment, "sign": _signature(secret.encode(), f"{moment}\n{secret}".encode())}
    return f"{address}&{urlencode(signed)}", body


def _feishu(address: str, text: str, secret: str, now: float) -> tuple[str, Body]:
    body: Body = {"msg_type": "text", "content": {"text": text}}
    if secret:
        moment = str(int(now))
        body |= {"timestamp": moment, "sign": _signature(f"{moment}\n{secret}".encode(), b"")}
    return address, body


def _signature(key: bytes, message: bytes) -> str:
    return b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()


FEISHU_PATH = "/open-apis/bot/v2/hook/"
ROBOTS = {
    "wecom": Robot(
        (("qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),), _wecom, ("errcode", "errmsg"), (45009, -1)
    ),
    "dingtalk": Robot(
        (("oapi.dingtalk.com", "/robot/send"),), _dingtalk, ("errcode", "errmsg"), (130101, 660026, -1)
    ),
    "feishu": Robot(
        (("open.feishu.cn", FEISHU_PATH), ("open.larksuite.com", FEISHU_PATH)),
        _feishu,
        ("code", "msg"),
        (11232, 9499),
    ),
}
"""The services that we know, by kind."""
