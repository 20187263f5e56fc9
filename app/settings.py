"""What hotline400 can be told from outside: HOTLINE_* variables, read once into a frozen `Settings`.

Each setting is declared once, on its field: name, default, what it may be, and what it is for in both
languages. `load` reads and checks them; `reference` writes docs/settings.md from the same declarations. Every
name may also be given as NAME_FILE, the path of a file that holds the value: good for secrets.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from app import setting_kinds as kinds
from app.errors import SettingError
from app.setting_kinds import Address, Kind, MailServer, Network, Trunk
from app.words import Words

__all__ = ["Address", "Setting", "Settings", "Trunk", "declared", "load", "reference"]


RECORDS_USER = "freeswitch"
"""As whom FreeSWITCH posts its records of calls."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The declaration of one setting. `{home}` in a default stands for the value of HOTLINE_HOME."""

    name: str
    default: str
    kind: Kind
    purpose: Words
    secret: bool = False

    def read(self, environ: Mapping[str, str], home: str = "") -> Any:
        """The checked value from `environ`, else the default; an empty text counts as not given."""
        text = self._given(environ) or self.default.replace("{home}", home)
        try:
            return self.kind.read(text)
        except (ValueError, LookupError):
            raise self._refusal(text, self.kind.accepts) from None

    def _given(self, environ: Mapping[str, str]) -> str:
        text, file = environ.get(self.name, ""), environ.get(f"{self.name}_FILE", "")
        if text and file:
            raise self._refusal(
                text, Words(f"不能同时设置 {self.name}_FILE", f"only one of it and {self.name}_FILE")
            )
        return _content(f"{self.name}_FILE", file) if file else text.strip()

    def _refusal(self, text: str, accepts: Words) -> SettingError:
        return SettingError(self.name, "***" if self.secret else text, f"{accepts.en} / {accepts.zh}")


def _setting(name: str, default: str, kind: Kind, zh: str, en: str, *, secret: bool = False) -> Any:
    return field(metadata={"setting": Setting(name, default, kind, Words(zh, en), secret)})


@dataclass(frozen=True)
class Settings:
    """Everything a process of hotline400 is told, made by `load`. Folders are absolute, durations seconds."""

    # fmt: off
    home: Path = _setting(
        "HOTLINE_HOME", "./var", kinds.HOME,
        "数据目录：数据库、日志、录音、密钥都在这里",
        "the folder that holds all data: database, journal, recordings, keys",
    )
    database_url: str = _setting(
        "HOTLINE_DATABASE_URL", "sqlite:///{home}/hotline400.db", kinds.DATABASE,
        "数据库", "the database", secret=True,
    )
    redis_url: str = _setting(
        "HOTLINE_REDIS_URL", "", kinds.REDIS,
        "Redis；留空则由 `hotline400 run` 启动自带的 Redis",
        "Redis; when empty, `hotline400 run` starts one of its own", secret=True,
    )
    esl_listen: Address = _setting(
        "HOTLINE_ESL_LISTEN", "127.0.0.1:8084", kinds.ADDRESS,
        "FreeSWITCH 把来电交到这个地址", "where FreeSWITCH hands its calls to us",
    )
    esl_processes: int = _setting(
        "HOTLINE_ESL_PROCESSES", "2", kinds.whole(1, 32),
        "共用该端口的呼叫控制进程数", "how many call-control processes share that port",
    )
    esl_peers: tuple[Network, ...] = _setting(
        "HOTLINE_ESL_PEERS", "127.0.0.0/8,::1/128", kinds.NETWORKS,
        "允许 FreeSWITCH 从哪些网段连接", "the networks from which FreeSWITCH may connect",
    )
    esl_secret: str = _setting(
        "HOTLINE_ESL_SECRET", "", kinds.SWITCH_SECRET,
        "来电须出示的密钥，由 `hotline400 fs-config` 写进拨号计划；留空则只看来源网段",
        "what each call must show; `hotline400 fs-config` writes it into the dialplan. When empty, only HOTLINE_ESL_PEERS counts",
        secret=True,
    )
    max_calls: int = _setting(
        "HOTLINE_MAX_CALLS", "2000", kinds.whole(1, 100_000),
        "每个呼叫控制进程的最大同时通话数", "live calls that one call-control process takes",
    )
    drain_s: int = _setting(
        "HOTLINE_DRAIN_S", "600", kinds.whole(0, 86_400),
        "停止时最多等待通话自然结束的秒数", "seconds that live calls may take to end by themselves at a stop",
    )
    web_listen: Address = _setting(
        "HOTLINE_WEB_LISTEN", "127.0.0.1:8400", kinds.ADDRESS,
        "网页控制台的地址", "where the web console listens",
    )
    simulator_listen: Address = _setting(
        "HOTLINE_SIMULATOR_LISTEN", "127.0.0.1:8085", kinds.ADDRESS,
        "模拟交换机的控制地址", "where the simulated switch takes its orders",
    )
    simulator: bool = _setting(
        "HOTLINE_SIMULATOR", "true", kinds.YES_NO,
        "`hotline400 run` 是否也启动模拟交换机", "whether `hotline400 run` starts the simulated switch too",
    )
    given_secret_key: str = _setting(
        "HOTLINE_SECRET_KEY", "", kinds.SECRET,
        "网页会话的签名密钥；留空则在数据目录生成一次",
        "signs web sessions; when empty, one is made and kept in the data folder", secret=True,
    )
    trunk: Trunk = _setting(
        "HOTLINE_TRUNK", "gateway/carrier", kinds.TRUNK,
        "呼叫绑定号码所用的中继", "the way out to ordinary phones",
    )
    switch: Address | None = _setting(
        "HOTLINE_SWITCH", "", kinds.OPTIONAL_ADDRESS,
        "FreeSWITCH 自己的事件套接字，用于给来电者回电；留空则使用模拟交换机（若已启动）",
        "FreeSWITCH's own event socket, to call callers back; when empty, the simulated switch if that runs",
    )
    switch_password: str = _setting(
        "HOTLINE_SWITCH_PASSWORD", "", kinds.PASSWORD,
        "该套接字的密码：fs-config 目录中的 event_socket.password",
        "its password: event_socket.password in the folder of fs-config", secret=True,
    )
    prompts_dir: str = _setting(
        "HOTLINE_PROMPTS_DIR", "{home}/prompts", kinds.SWITCH_FOLDER,
        "FreeSWITCH 看到的语音目录", "the folder of prompts, as FreeSWITCH sees it",
    )
    recordings_dir: str = _setting(
        "HOTLINE_RECORDINGS_DIR", "{home}/recordings", kinds.SWITCH_FOLDER,
        "FreeSWITCH 看到的录音目录", "the folder of recordings, as FreeSWITCH sees it",
    )
    switch_records_dir: str = _setting(
        "HOTLINE_SWITCH_RECORDS_DIR", "{home}/json_cdr", kinds.SWITCH_FOLDER,
        "本机 FreeSWITCH 在控制台不可用时存放通话记录的目录",
        "where FreeSWITCH on this machine keeps its records of calls while the console is away",
    )
    given_records_password: str = _setting(
        "HOTLINE_SWITCH_RECORDS_PASSWORD", "", kinds.SWITCH_SECRET,
        "FreeSWITCH 向控制台提交通话记录所用的密码；留空则在数据目录的 switch_records.password 中生成一次",
        "with which FreeSWITCH posts its records of calls to the console; when empty, one is made and kept in "
        "switch_records.password in the data folder",
        secret=True,
    )
    tts_url: str = _setting(
        "HOTLINE_TTS_URL", "", kinds.WEB_URL,
        "语音合成服务，见 docs/prompts.md；留空则用自带的离线合成",
        "a text-to-speech service, see docs/prompts.md; when empty, the offline voice speaks", secret=True,
    )
    smtp: MailServer | None = _setting(
        "HOTLINE_SMTP_URL", "", kinds.MAIL_SERVER,
        "发通知邮件的服务器，见 docs/notices.md；留空则不能用邮件通知",
        "the server that takes notices as e-mail, see docs/notices.md; when empty, nobody gets any", secret=True,
    )
    smtp_from: str = _setting(
        "HOTLINE_SMTP_FROM", "", kinds.EMAIL,
        "发件人；留空则用登录该服务器的邮箱",
        "whom these e-mails are from; when empty, the address that signs in to the server",
    )
    sms_url: str = _setting(
        "HOTLINE_SMS_URL", "", kinds.WEB_URL,
        "短信网关，见 docs/notices.md；留空则不能用短信通知",
        "a gateway for text messages, see docs/notices.md; when empty, nobody gets any", secret=True,
    )
    sms_header: tuple[str, str] = _setting(
        "HOTLINE_SMS_HEADER", "", kinds.HEADER,
        "发给短信网关的请求头，例如它要的密钥",
        "a header for that gateway, such as the key that it wants", secret=True,
    )
    timezone: str = _setting(
        "HOTLINE_TIMEZONE", "Asia/Shanghai", kinds.TIMEZONE,
        "营业时间与页面的时区", "the time zone of opening hours and pages",
    )
    log_level: str = _setting(
        "HOTLINE_LOG_LEVEL", "info", kinds.one_of("debug", "info", "warning", "error"),
        "日志级别", "from which level on lines are logged",
    )
    # fmt: on

    @property
    def first_login(self) -> Path:
        """Holds address and password of the first account until somebody deletes it."""
        return self.home / "first-login"

    @property
    def mail_from(self) -> str:
        """Whom e-mails are from, "" when there is nobody to send them as."""
        return self.smtp_from or (self.smtp.user if self.smtp and kinds.is_email(self.smtp.user) else "")

    @property
    def switch_socket(self) -> tuple[Address, str] | None:
        """Where FreeSWITCH, or the simulated switch, can be told to place a call, and the password; None for nowhere."""
        if self.switch:
            return self.switch, self.switch_password
        if self.simulator:
            host, port = self.simulator_listen
            return Address(host, port + 1), self.secret_key
        return None

    @cached_property
    def records_password(self) -> str:
        """What FreeSWITCH, as RECORDS_USER, shows with its records: the one given, else one made at first use."""
        return self.given_records_password or kept_secret(self.home / "switch_records.password")

    @cached_property
    def secret_key(self) -> str:
        """The key that signs sessions: the one given, else one made at first use and kept in `home`."""
        return self.given_secret_key or kept_secret(self.home / "secret_key")


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings. Raises SettingError for the first one that cannot be used."""
    home, *others = declared().items()
    values: dict[str, Any] = {home[0]: home[1].read(environ)}
    for attribute, setting in others:
        values[attribute] = setting.read(environ, str(values["home"]))
    return Settings(**values)


def declared() -> dict[str, Setting]:
    """All settings by attribute, in the order in which they are documented."""
    return {attribute.name: attribute.metadata["setting"] for attribute in fields(Settings)}


def kept_secret(path: Path) -> str:
    """The secret in a file for its owner's eyes only; made by whoever asks for it first."""
    if not path.exists():
        _keep(secrets.token_hex(32), path)
    return path.read_text().strip()


def _keep(secret: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(secret + "\n")
    with suppress(FileExistsError):  # another process was first: its secret stays
        os.link(draft, path)
    draft.unlink()


def reference() -> str:
    """docs/settings.md: every setting in Chinese and English."""
    rows = "\n".join(_row(setting) for setting in declared().values())
    return _REFERENCE.format(rows=rows)


def _row(setting: Setting) -> str:
    default = f"`{setting.default.replace('{home}', '<HOTLINE_HOME>')}`" if setting.default else "—"
    purpose, accepts = setting.purpose, setting.kind.accepts
    return f"| `{setting.name}` | {default} | {purpose.zh}<br>{purpose.en} | {accepts.zh}<br>{accepts.en} |"


def _content(name: str, file: str) -> str:
    try:
        return Path(file).read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise SettingError(name, file, "a text file that can be read / 可读的文本文件") from None


_REFERENCE = """# 设置 · Settings

由 `app/settings.py` 生成，请勿手改。Generated from `app/settings.py`; do not edit.

设置来自环境变量；任何一项都可以写成 `名称_FILE`，其值为一个文件的路径，文件内容即为该设置（适合密码）。
留空等于未设置。设置有误时，进程会说明是哪一项、可以是什么，并以退出码 2 结束。

Settings come from the environment. Each may also be given as `NAME_FILE`, the path of a file that holds the
value (good for passwords). Empty means not given. A process that meets a wrong setting says which and what it
may be, and exits with code 2.

| 名称 Name | 默认 Default | 用途 Purpose | 取值 Values |
|---|---|---|---|
{rows}
"""
