"""What fs-config/ needs to know of a machine: typed and checked, from the command line and the settings."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from app import setting_kinds as kinds
from app.errors import SettingError
from app.setting_kinds import Address, Kind, Network
from app.settings import RECORDS_USER, Settings
from app.words import Words

MAX_CONTROLLERS = 16
RECORDS_PATH = "/switch/records"  # app/web/switch


class PortRange(NamedTuple):
    """UDP ports for audio, both ends included."""

    first: int
    last: int


class Option(NamedTuple):
    """One value that the command line may give: what it may be and what it is for."""

    kind: Kind
    purpose: Words


def _controllers(text: str) -> tuple[Address, ...]:
    controllers = tuple(kinds.ADDRESS.read(part.strip()) for part in re.split("[,|]", text))
    if len(controllers) > MAX_CONTROLLERS or any(controller.port == 0 for controller in controllers):
        raise ValueError(text)
    return controllers


def _sip_address(text: str) -> Address:
    address: Address = kinds.ADDRESS.read(text)
    if ipaddress.ip_address(address.host).is_unspecified or address.port == 0:
        raise ValueError(text)
    return address


def _gateway(text: str) -> str:
    match = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}(?::([0-9]{1,5}))?", text)
    if not match or (match[1] and not 0 < int(match[1]) < 65536):
        raise ValueError(text)
    return text


def _records_url(text: str) -> str:
    """The console's address becomes the one that takes records."""
    match = re.fullmatch(rf"(https?://[A-Za-z0-9.:\[\]-]{{1,260}})/?({RECORDS_PATH})?", text)
    if not match:
        raise ValueError(text)
    return match[1] + RECORDS_PATH


def _port_range(text: str) -> PortRange:
    match = re.fullmatch(r"([0-9]{4,5})-([0-9]{4,5})", text)
    if not match or not 1024 <= int(match[1]) < int(match[2]) <= 65535:
        raise ValueError(text)
    return PortRange(int(match[1]), int(match[2]))


def _matching(pattern: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(text)
        return text

    return read


CONTROLLERS = Kind(
    _controllers,
    Words(
        "主机:端口，多个用逗号分隔，按此顺序接管来电",
        "HOST:PORT, several joined by commas in order of trying",
    ),
)
SIP_ADDRESS = Kind(
    _sip_address, Words("IP:端口，不能是 0.0.0.0", "IP:PORT; not 0.0.0.0, callers are told this address")
)
IP = Kind(lambda text: str(ipaddress.ip_address(text)), Words("IP 地址", "an IP address"))
RECORDS_URL = Kind(
    _records_url,
    Words(
        "控制台的地址，如 https://console.example", "the console's address, such as https://console.example"
    ),
)
GATEWAY = Kind(_gateway, Words("主机 或 主机:端口", "HOST or HOST:PORT"))
USER = Kind(_matching(r"[A-Za-z0-9.+_-]{1,64}"), Words("字母、数字和 . + _ -", "letters, digits and . + _ -"))
SECRET = Kind(
    _matching(r"[!-~]{1,128}"), Words("最多 128 个可见 ASCII 字符", "up to 128 visible ASCII characters")
)
PORTS = Kind(_port_range, Words("如 16384-32768", "such as 16384-32768"))
PORT = kinds.whole(1024, 65535)
SESSIONS = kinds.whole(2, 100_000)
RATE = kinds.whole(1, 10_000)


def _option(kind: Kind, zh: str, en: str) -> dict[str, Option]:
    return {"option": Option(kind, Words(zh, en))}


@dataclass(frozen=True)
class FsValues:
    """What fs-config needs to know of a machine. None leaves the default of fs-config/vars.xml."""

    prompts_dir: str
    recordings_dir: str
    json_cdr_dir: str
    json_cdr_login: str
    esl_secret: str | None
    controllers: tuple[Address, ...] = field(
        metadata=_option(CONTROLLERS, "呼叫控制进程的地址", "where the call controllers listen")
    )
    json_cdr_url: str = field(
        metadata=_option(
            RECORDS_URL,
            "FreeSWITCH 提交通话记录的地址；默认是本机的控制台",
            "where FreeSWITCH posts its records of calls; the console on this machine unless told otherwise",
        )
    )
    sip: Address | None = field(
        default=None,
        metadata=_option(SIP_ADDRESS, "运营商中继一侧的本机地址", "our address on the carrier's side"),
    )
    external_ip: str | None = field(
        default=None,
        metadata=_option(IP, "本机在 NAT 之后时的公网地址", "our public address when behind NAT"),
    )
    carrier_networks: tuple[Network, ...] | None = field(
        default=None,
        metadata=_option(
            kinds.NETWORKS, "允许来电的运营商网段", "the networks that may call us; any other is refused"
        ),
    )
    gateway: str | None = field(
        default=None,
        metadata=_option(GATEWAY, "呼出时使用的运营商地址", "where the carrier takes our calls"),
    )
    gateway_user: str | None = field(
        default=None,
        metadata=_option(USER, "运营商要求鉴权时的用户名", "user name, when the carrier asks for one"),
    )
    gateway_password: str | None = field(
        default=None,
        metadata=_option(SECRET, "运营商要求鉴权时的密码", "password, when the carrier asks for one"),
    )
    rtp_ports: PortRange | None = field(
        default=None,
        metadata=_option(PORTS, "语音所用的 UDP 端口范围", "the UDP ports for audio"),
    )
    test_port: int | None = field(
        default=None,
        metadata=_option(PORT, "测试话机的 SIP 端口，仅本机", "SIP port for a test phone, loopback only"),
    )
    event_socket_port: int | None = field(
        default=None,
        metadata=_option(PORT, "event socket 的端口，仅本机", "port of the event socket, loopback only"),
    )
    max_sessions: int | None = field(
        default=None,
        metadata=_option(SESSIONS, "最大同时会话数，每个通话两个", "most sessions at once, two for a call"),
    )
    sessions_per_second: int | None = field(
        default=None,
        metadata=_option(RATE, "每秒最多新建会话数", "most new sessions in a second"),
    )


def options() -> dict[str, Option]:
    """What the command line may give, by attribute of FsValues."""
    return {value.name: value.metadata["option"] for value in fields(FsValues) if "option" in value.metadata}


def read_values(settings: Settings, given: Mapping[str, str]) -> FsValues:
    """The values for a machine: those given as texts, the rest from the settings.

    Raises SettingError for a text that cannot be used.
    """
    read = {name: _read(name, text) for name, text in given.items() if text}
    read.setdefault("controllers", (_reachable(settings.esl_listen),))
    read.setdefault("json_cdr_url", records_url(settings))
    return FsValues(
        prompts_dir=settings.prompts_dir,
        recordings_dir=settings.recordings_dir,
        json_cdr_dir=settings.switch_records_dir,
        json_cdr_login=f"{RECORDS_USER}:{settings.records_password}",
        esl_secret=settings.esl_secret or None,
        **read,
    )


def records_url(settings: Settings, console: str = "") -> str:
    """Where records of calls are posted: at this console, else at the one on this machine."""
    if console:
        return str(_read("json_cdr_url", console))
    return f"http://{_reachable(settings.web_listen)}{RECORDS_PATH}"


def _read(name: str, text: str) -> Any:
    kind = options()[name].kind
    try:
        return kind.read(text)
    except ValueError:
        shown = "***" if kind is SECRET else text
        raise _refusal("--" + name.replace("_", "-"), shown, kind) from None


def _reachable(listen: Address) -> Address:
    """Where FreeSWITCH on this machine reaches a process that may listen on every interface."""
    loopback = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - nothing is bound here
    return listen._replace(host=loopback.get(listen.host, listen.host))


def _refusal(name: str, text: str, kind: Kind) -> SettingError:
    return SettingError(name, text, f"{kind.accepts.en} / {kind.accepts.zh}")
