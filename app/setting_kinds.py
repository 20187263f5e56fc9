"""What the value of a setting may be: each `Kind` reads a text, or says what it would have taken."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from app.words import Words

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

MIN_SECRET_LENGTH = 32
MAX_EMAIL = 254
EMAIL_FORM = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}", re.ASCII
)


class Address(NamedTuple):
    """Where a process listens. Port 0 lets the system choose one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Trunk(NamedTuple):
    """The way out to ordinary phones: a FreeSWITCH gateway, or a SIP profile with the carrier's address."""

    kind: str  # "gateway" or "profile"
    name: str
    host: str = ""
    port: int = 0

    def __str__(self) -> str:
        return (
            f"gateway/{self.name}"
            if self.kind == "gateway"
            else f"profile/{self.name}@{self.host}:{self.port}"
        )


class MailServer(NamedTuple):
    """Where e-mail is handed in: encrypted from the start (`tls`), else by STARTTLS. `user` "" needs no password."""

    host: str
    port: int
    tls: bool
    user: str = ""
    password: str = ""


class Kind(NamedTuple):
    """`read` turns a text into a value or raises ValueError; `accepts` says in words what it takes."""

    read: Callable[[str], Any]
    accepts: Words


def _address(text: str) -> Address:
    match = re.fullmatch(r"(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):([0-9]{1,5})", text)
    if not match or int(match[3]) > 65535:
        raise ValueError(text)
    if match[1]:
        ipaddress.IPv6Address(match[1])
    return Address(match[1] or match[2], int(match[3]))


def _trunk(text: str) -> Trunk:
    name = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
    if match := re.fullmatch(rf"gateway/({name})", text):
        return Trunk("gateway", match[1])
    match = re.fullmatch(rf"profile/({name})@([A-Za-z0-9][A-Za-z0-9.-]{{0,252}}):([0-9]{{1,5}})", text)
    if not match or not 0 < int(match[3]) < 65536:
        raise ValueError(text)
    return Trunk("profile", match[1], match[2], int(match[3]))


def _networks(text: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(part.strip()) for part in text.split(","))


def _home(text: str) -> Path:
    if re.search(r"[%?#\s]", text):  # it becomes part of URLs and of FreeSWITCH's commands
        raise ValueError(text)
    return Path(text).expanduser().absolute()


def _switch_folder(text: str) -> str:
    # The path goes into FreeSWITCH's commands, so nothing in it may mean something there.
    if not re.fullmatch(r"/[\w./-]*", text):
        raise ValueError(text)
    return text.rstrip("/") or "/"


def _database_url(text: str) -> str:
    parts = urlsplit(text)
    is_sqlite = parts.scheme == "sqlite" and not parts.netloc
    is_postgresql = parts.scheme in ("postgresql", "postgres")
    if not (is_sqlite or is_postgresql) or len(parts.path) < 2:
        raise ValueError(text)
    return text


def _redis_url(text: str) -> str:
    parts = urlsplit(text)
    is_network = parts.scheme in ("redis", "rediss") and parts.hostname
    is_socket = parts.scheme == "unix" and parts.path
    if text and not is_network and not is_socket:
        raise ValueError(text)
    return text


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if text and not (parts.scheme in ("http", "https") and parts.hostname):
        raise ValueError(text)
    return text


def _mail_server(text: str) -> MailServer | None:
    if not text:
        return None
    parts = urlsplit(text)
    ports = {"smtp": 587, "smtps": 465}
    if parts.scheme not in ports or not parts.hostname or parts.path.strip("/"):
        raise ValueError(text)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(
        parts.hostname, parts.port or ports[parts.scheme], parts.scheme == "smtps", user, password
    )


def _email(text: str) -> str:
    if text and not is_email(text):
        raise ValueError(text)
    return text


def is_email(text: str) -> bool:
    """Whether it is an e-mail address as people have them: nothing that could mean something else in a header."""
    return bool(EMAIL_FORM.fullmatch(text)) and len(text) <= MAX_EMAIL


def _header(text: str) -> tuple[str, str]:
    if not text:
        return "", ""
    match = re.fullmatch(r"([A-Za-z0-9-]{1,100}): *([ -~]{1,2000})", text)
    if not match:
        raise ValueError(text)
    return match[1], match[2]


def _timezone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (LookupError, OSError):
        raise ValueError(text) from None
    return text


def _optional_address(text: str) -> Address | None:
    return _address(text) if text else None


def _password(text: str) -> str:
    # It becomes one line of FreeSWITCH's protocol.
    if not re.fullmatch(r"[!-~]{0,200}", text):
        raise ValueError(text)
    return text


def _secret(text: str) -> str:
    if text and len(text) < MIN_SECRET_LENGTH:
        raise ValueError(text)
    return text


def _switch_secret(text: str) -> str:
    # It is written into the dialplan, where other signs mean something.
    if not re.fullmatch(r"[A-Za-z0-9._~+/=-]{0,200}", text):
        raise ValueError(text)
    return _secret(text)


def _yes_no(text: str) -> bool:
    return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}[text.lower()]


def whole(lowest: int, highest: int) -> Kind:
    """A whole number in a range, both ends included."""

    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
            raise ValueError(text)
        return int(text)

    return Kind(read, Words(f"{lowest} 到 {highest} 的整数", f"a whole number from {lowest} to {highest}"))


def one_of(*choices: str) -> Kind:
    """One word of a list, in any case."""

    def read(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(text)
        return text.lower()

    return Kind(read, Words("以下之一：" + "、".join(choices), "one of " + ", ".join(choices)))


ADDRESS = Kind(
    _address,
    Words("主机:端口，如 127.0.0.1:8084、[::1]:8084", "HOST:PORT such as 127.0.0.1:8084 or [::1]:8084"),
)
DATABASE = Kind(
    _database_url,
    Words(
        "sqlite:///路径 或 postgresql://用户:密码@主机/库名",
        "sqlite:///PATH or postgresql://USER:PASSWORD@HOST/DATABASE",
    ),
)
EMAIL = Kind(_email, Words("留空，或邮箱地址", "empty, or an e-mail address"))
HEADER = Kind(_header, Words("留空，或 名称: 值", "empty, or NAME: VALUE such as Authorization: Bearer …"))
HOME = Kind(_home, Words("文件夹路径，不含空格和 % ? #", "the path of a folder, without spaces and % ? #"))
MAIL_SERVER = Kind(
    _mail_server,
    Words(
        "留空，或 smtps://用户:密码@主机[:465]、smtp://用户:密码@主机[:587]",
        "empty, or smtps://USER:PASSWORD@HOST[:465] or smtp://USER:PASSWORD@HOST[:587]",
    ),
)
NETWORKS = Kind(
    _networks,
    Words(
        "逗号分隔的网段，如 127.0.0.0/8,10.0.0.0/24",
        "networks joined by commas such as 127.0.0.0/8,10.0.0.0/24",
    ),
)
OPTIONAL_ADDRESS = Kind(
    _optional_address,
    Words("留空，或 主机:端口，如 127.0.0.1:8021", "empty, or HOST:PORT such as 127.0.0.1:8021"),
)
PASSWORD = Kind(
    _password, Words("可打印的 ASCII 字符，不含空格", "printable ASCII characters without blanks")
)
SWITCH_SECRET = Kind(
    _switch_secret,
    Words(
        f"留空，或至少 {MIN_SECRET_LENGTH} 个字母、数字和 . _ ~ + / = -",
        f"empty, or at least {MIN_SECRET_LENGTH} letters, digits and . _ ~ + / = -",
    ),
)
REDIS = Kind(
    _redis_url,
    Words(
        "留空，或 redis://、rediss://、unix:// 地址", "empty, or an address redis://…, rediss://… or unix://…"
    ),
)
SECRET = Kind(
    _secret,
    Words(
        f"至少 {MIN_SECRET_LENGTH} 个字符的随机文本",
        f"a random text of at least {MIN_SECRET_LENGTH} characters",
    ),
)
SWITCH_FOLDER = Kind(
    _switch_folder,
    Words(
        "绝对路径，只含字母、数字和 / . _ -", "an absolute path of letters, digits and / . _ - (no spaces)"
    ),
)
TIMEZONE = Kind(_timezone, Words("时区名，如 Asia/Shanghai", "a time zone such as Asia/Shanghai"))
TRUNK = Kind(
    _trunk, Words("gateway/网关名 或 profile/配置名@主机:端口", "gateway/NAME or profile/NAME@HOST:PORT")
)
WEB_URL = Kind(
    _web_url, Words("留空，或 http://、https:// 地址", "empty, or an address http://… or https://…")
)
YES_NO = Kind(_yes_no, Words("true 或 false", "true or false"))
