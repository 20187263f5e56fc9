from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import ClassVar
from urllib.parse import urlsplit

from app.flow.commands import CallWebhook
from app.flow.fields import number, text
from app.flow.nodes.base import Call, Exit, Node, Run
from app.flow.outcomes import Replied
from app.flow.problems import Problem, error
from app.flow.snapshot import Assets
from app.words import Words

WAYS = ("a", "b", "c", "d")
OTHERWISE = "default"
MAX_VARIABLES = 20
MAX_VALUE = 200
VARIABLE = re.compile(r"[a-z][a-z0-9_]{0,31}")
OURS = ("customer_tag", "priority", "language")  # variables that other kinds of node ask for
HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
PRIVATE_NAMES = (".local", ".internal", ".localhost", ".lan", ".home.arpa")


@dataclass(frozen=True, kw_only=True)
class Webhook(Node):
    """Tells a web service about the call; the service says which way to go and what later steps should know."""

    kind: ClassVar[str] = "webhook"
    words: ClassVar[Words] = Words("查询网址", "Web service")
    icon: ClassVar[str] = "webhook"
    order: ClassVar[int] = 70
    pauses: ClassVar[bool] = False

    url: str = text("网址", "Address", max_length=500)
    timeout_s: int = number("最多等", "Wait at most", default=3, low=1, high=10, unit=Words("秒", "s"))
    retries: int = number("失败后再试", "Try again", default=1, low=0, high=3, unit=Words("次", "times"))

    @classmethod
    def ways_out(cls) -> tuple[Exit, ...]:
        ways = (Exit(way, Words(f"回复 {way}", f"reply {way}"), "sys.goodbye") for way in WAYS)
        return (*ways, Exit(OTHERWISE, Words("其他回复或无回复", "any other reply, or none"), "sys.goodbye"))

    def run(self, call: Call) -> Run:
        replied = yield CallWebhook(self.url, self.timeout_s * 1000, self.retries)
        call.variables.update(self._variables(replied))
        return replied.exit if replied.exit in WAYS else OTHERWISE

    def _variables(self, replied: Replied) -> Iterator[tuple[str, str]]:
        """What later nodes may read: known names as they are, all others behind this node's id."""
        good = [(name, value) for name, value in replied.variables if VARIABLE.fullmatch(name)]
        for name, value in good[:MAX_VARIABLES]:
            yield (name if name in OURS else f"{self.id}.{name}"), value[:MAX_VALUE]

    def problems(self, assets: Assets) -> Iterator[Problem]:
        wrong = wrong_address(self.url)
        if wrong:
            yield error("bad_url", self.place("url"), wrong.zh, wrong.en)


def wrong_address(url: str) -> Words | None:
    """Why a call must not ask this address, as far as its text tells; None when it may."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return Words("这不是网址", "this is no web address")
    if parts.scheme not in ("http", "https") or not host or port == 0 or re.search(r"[\s\\\x00-\x1f]", url):
        return Words("网址应以 http:// 或 https:// 开头", "the address must begin with http:// or https://")
    if parts.username is not None or parts.password is not None:
        return Words("网址里不能写用户名和密码", "the address must not contain a user name or password")
    if _is_private(host):
        return Words("不能使用内网地址", "the address is a private one")
    return None if _is_public_name(host) else Words("网址里的主机名不对", "the host name cannot be right")


def _is_private(host: str) -> bool:
    """Addresses written as numbers, and names that only a local network knows."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host.rstrip(".") or f".{host.rstrip('.')}".endswith(PRIVATE_NAMES)


def _is_public_name(host: str) -> bool:
    """Whether it reads as a name with a letter in its last part; 0x7f.1 and 2130706433 are numbers in disguise."""
    try:
        return bool(ip_address(host))
    except ValueError:
        return bool(HOST.fullmatch(host.rstrip("."))) and host.rstrip(".").rsplit(".", 1)[-1][0].isalpha()
