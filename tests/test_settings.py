"""Settings: defaults, what is refused and with which words, secrets from files, and the reference page."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest

from app.errors import SettingError
from app.setting_kinds import MailServer
from app.settings import Address, Trunk, declared, load, reference

ROOT = Path(__file__).parents[1]


def test_nothing_given_means_one_machine_and_everything_in_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    settings = load({})
    assert settings.home == Path("/var")
    assert settings.database_url == "sqlite:////var/hotline400.db"
    assert settings.redis_url == ""
    assert settings.esl_listen == Address("127.0.0.1", 8084)
    assert settings.web_listen == Address("127.0.0.1", 8400)
    assert settings.simulator_listen == Address("127.0.0.1", 8085)
    assert settings.esl_peers == (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    assert (settings.esl_processes, settings.max_calls, settings.drain_s) == (2, 2000, 600)
    assert settings.simulator is True
    assert settings.trunk == Trunk("gateway", "carrier")
    assert (settings.prompts_dir, settings.recordings_dir) == ("/var/prompts", "/var/recordings")
    assert (settings.timezone, settings.log_level) == ("Asia/Shanghai", "info")


def test_home_moves_everything_that_is_in_it() -> None:
    settings = load({"HOTLINE_HOME": "/srv/热线"})
    assert settings.database_url == "sqlite:////srv/热线/hotline400.db"
    assert settings.prompts_dir == "/srv/热线/prompts"


def test_empty_means_not_given() -> None:
    assert load({"HOTLINE_WEB_LISTEN": "", "HOTLINE_DRAIN_S": ""}) == load({})


MAIL = MailServer("m.example", 465, True, "a@b.example", "p@ss")
TAKEN = [
    ("HOTLINE_WEB_LISTEN", "[::1]:80", "web_listen", Address("::1", 80)),
    ("HOTLINE_ESL_LISTEN", "0.0.0.0:8084", "esl_listen", Address("0.0.0.0", 8084)),
    ("HOTLINE_TRUNK", "gateway/telecom-1", "trunk", Trunk("gateway", "telecom-1")),
    (
        "HOTLINE_TRUNK",
        "profile/carrier@10.0.0.9:5060",
        "trunk",
        Trunk("profile", "carrier", "10.0.0.9", 5060),
    ),
    ("HOTLINE_SIMULATOR", "No", "simulator", False),
    (
        "HOTLINE_ESL_PEERS",
        "10.0.0.0/24, ::1",
        "esl_peers",
        (ip_network("10.0.0.0/24"), ip_network("::1/128")),
    ),
    ("HOTLINE_LOG_LEVEL", "DEBUG", "log_level", "debug"),
    ("HOTLINE_REDIS_URL", "unix:///run/redis.sock", "redis_url", "unix:///run/redis.sock"),
    ("HOTLINE_DATABASE_URL", "postgresql://u@h/d", "database_url", "postgresql://u@h/d"),
    ("HOTLINE_PROMPTS_DIR", "/srv/prompts/", "prompts_dir", "/srv/prompts"),
    ("HOTLINE_SMTP_URL", "smtps://a%40b.example:p%40ss@m.example", "smtp", MAIL),
    ("HOTLINE_SMTP_URL", "smtps://a%40b.example:p%40ss@m.example", "mail_from", "a@b.example"),
    ("HOTLINE_SMTP_URL", "smtp://m.example", "smtp", MailServer("m.example", 587, False)),
    ("HOTLINE_SMTP_URL", "smtp://me:p@m.example:25", "mail_from", ""),
    ("HOTLINE_SMTP_FROM", "hotline@example.com", "mail_from", "hotline@example.com"),
    ("HOTLINE_SMS_HEADER", "Authorization: Bearer x y", "sms_header", ("Authorization", "Bearer x y")),
]


@pytest.mark.parametrize(("name", "text", "attribute", "value"), TAKEN)
def test_takes(name: str, text: str, attribute: str, value: object) -> None:
    assert getattr(load({name: text}), attribute) == value


REFUSED = [
    ("HOTLINE_HOME", "/srv/two words"),
    ("HOTLINE_HOME", "/srv/50%"),
    ("HOTLINE_DATABASE_URL", "mysql://u:p@h/d"),
    ("HOTLINE_DATABASE_URL", "sqlite://"),
    ("HOTLINE_REDIS_URL", "localhost:6379"),
    ("HOTLINE_ESL_LISTEN", "8084"),
    ("HOTLINE_ESL_LISTEN", "127.0.0.1:65536"),
    ("HOTLINE_ESL_LISTEN", "127.0.0.1:٨٠"),
    ("HOTLINE_ESL_LISTEN", "[not:an:address]:80"),
    ("HOTLINE_ESL_PROCESSES", "0"),
    ("HOTLINE_ESL_PROCESSES", "33"),
    ("HOTLINE_ESL_PEERS", "10.0.0.1/8"),
    ("HOTLINE_ESL_PEERS", "10.0.0.0/8,"),
    ("HOTLINE_MAX_CALLS", "-1"),
    ("HOTLINE_DRAIN_S", "1.5"),
    ("HOTLINE_SIMULATOR", "perhaps"),
    ("HOTLINE_SECRET_KEY", "short"),
    ("HOTLINE_TRUNK", "carrier"),
    ("HOTLINE_TRUNK", "gateway/a b"),
    ("HOTLINE_TRUNK", "gateway/a,[b]"),
    ("HOTLINE_TRUNK", "gateway/a\nb"),
    ("HOTLINE_TRUNK", "gateway/${system(id)}"),
    ("HOTLINE_TRUNK", "profile/a@b"),
    ("HOTLINE_TRUNK", "profile/a@b:0"),
    ("HOTLINE_PROMPTS_DIR", "prompts"),
    ("HOTLINE_PROMPTS_DIR", "/srv/pro${mpts}"),
    ("HOTLINE_TIMEZONE", "Asia/Atlantis"),
    ("HOTLINE_TIMEZONE", "../../etc/passwd"),
    ("HOTLINE_LOG_LEVEL", "loud"),
    ("HOTLINE_SMTP_URL", "m.example:25"),
    ("HOTLINE_SMTP_URL", "smtp://"),
    ("HOTLINE_SMTP_URL", "smtps://m.example/x"),
    ("HOTLINE_SMTP_URL", "smtps://m.example:x"),
    ("HOTLINE_SMTP_FROM", "hotline@example.com, b@example.com"),
    ("HOTLINE_SMS_URL", "gateway.example"),
    ("HOTLINE_SMS_HEADER", "Bearer x"),
    ("HOTLINE_SMS_HEADER", "Key: a\nHost: b"),
]


@pytest.mark.parametrize(("name", "text"), REFUSED)
def test_a_wrong_setting_is_named_with_what_it_may_be(name: str, text: str) -> None:
    kind = next(setting.kind for setting in declared().values() if setting.name == name)
    with pytest.raises(SettingError, match=f"^{name}=") as refused:
        load({name: text})
    assert kind.accepts.zh in str(refused.value)
    assert kind.accepts.en in str(refused.value)


def test_a_wrong_secret_is_not_shown() -> None:
    with pytest.raises(SettingError) as refused:
        load({"HOTLINE_DATABASE_URL": "mysql://user:hunter2@host/name"})
    assert "hunter2" not in str(refused.value)


def test_a_process_that_meets_a_wrong_setting_ends_with_code_2() -> None:
    environ = {**os.environ, "HOTLINE_ESL_PROCESSES": "many"}
    command = [sys.executable, "-P", "-m", "app.cli", "worker"]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 2
    assert "HOTLINE_ESL_PROCESSES='many'" in ended.stderr
    assert "1 到 32" in ended.stderr
    assert "Traceback" not in ended.stderr


class TestSecretsFromFiles:
    def test_the_content_of_the_file_counts_without_its_line_end(self, tmp_path: Path) -> None:
        file = tmp_path / "url"
        file.write_text("postgresql://u:p@h/d\n")
        assert load({"HOTLINE_DATABASE_URL_FILE": str(file)}).database_url == "postgresql://u:p@h/d"

    def test_a_file_that_cannot_be_read_is_named(self) -> None:
        with pytest.raises(SettingError, match="HOTLINE_SECRET_KEY_FILE='/nowhere'"):
            load({"HOTLINE_SECRET_KEY_FILE": "/nowhere"})

    def test_value_and_file_together_are_refused(self, tmp_path: Path) -> None:
        with pytest.raises(SettingError, match="HOTLINE_TRUNK_FILE"):
            load({"HOTLINE_TRUNK": "gateway/a", "HOTLINE_TRUNK_FILE": str(tmp_path)})


class TestSecretKey:
    def test_is_made_once_and_only_its_owner_can_read_it(self, tmp_path: Path) -> None:
        environ = {"HOTLINE_HOME": str(tmp_path / "home")}
        key = load(environ).secret_key
        file = tmp_path / "home" / "secret_key"
        assert len(key) == 64
        assert load(environ).secret_key == key == file.read_text().strip()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600

    def test_one_that_is_given_is_not_kept(self, tmp_path: Path) -> None:
        settings = load({"HOTLINE_HOME": str(tmp_path), "HOTLINE_SECRET_KEY": "k" * 32})
        assert settings.secret_key == "k" * 32
        assert list(tmp_path.iterdir()) == []

    def test_processes_that_start_together_agree_on_it(self, tmp_path: Path) -> None:
        script = "from app.settings import load; print(load().secret_key)"
        environ = {**os.environ, "HOTLINE_HOME": str(tmp_path)}
        together = [
            subprocess.Popen([sys.executable, "-c", script], env=environ, stdout=subprocess.PIPE, text=True)
            for _ in range(4)
        ]
        keys = {process.communicate(timeout=20)[0] for process in together}
        assert len(keys) == 1
        assert [file.name for file in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize("text", ["gateway/carrier", "profile/test@127.0.0.1:5080"])
def test_a_trunk_reads_as_it_is_written(text: str) -> None:
    assert str(load({"HOTLINE_TRUNK": text}).trunk) == text


@pytest.mark.parametrize("text", ["127.0.0.1:8084", "[::1]:8084"])
def test_an_address_reads_as_it_is_written(text: str) -> None:
    assert str(load({"HOTLINE_WEB_LISTEN": text}).web_listen) == text


def test_the_reference_page_is_what_the_code_says() -> None:
    page = ROOT / "docs" / "settings.md"
    assert page.read_text().strip() == reference().strip(), "run: hotline400 settings > docs/settings.md"


def test_every_setting_is_on_the_reference_page() -> None:
    assert all(f"| `{setting.name}` |" in reference() for setting in declared().values())
