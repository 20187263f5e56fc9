"""`hotline400 fs-config`: what is written for a machine, and what is not accepted."""

from __future__ import annotations

import html
import re
import stat
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.errors import SettingError
from app.settings import Settings, load
from app.telephony import fsconfig
from app.telephony.fsvalues import options, read_values

SET = re.compile(r'<X-PRE-PROCESS cmd="set" data="(\w+)=([^"]*)"/>')


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"HOTLINE_HOME": str(tmp_path / "home")})


def written(out: Path, settings: Settings, **given: str) -> dict[str, str]:
    """The variables in vars.local.xml, without their prefix and as FreeSWITCH's XML reader sees them."""
    fsconfig.write(out, read_values(settings, given))
    found = SET.findall((out / "vars.local.xml").read_text())
    return {name.removeprefix("hotline400_"): html.unescape(text) for name, text in found}


def test_copies_every_file_and_names_it(tmp_path: Path, settings: Settings) -> None:
    files = fsconfig.write(tmp_path / "out", read_values(settings, {}))
    assert all(file.is_file() for file in files)
    assert tmp_path / "out/dialplan/hotline400.xml" in files
    assert files[-1] == tmp_path / "out/vars.local.xml"


def test_without_options_the_settings_say_it_all(tmp_path: Path, settings: Settings) -> None:
    variables = written(tmp_path / "out", settings)
    assert variables.pop("event_socket_password")
    assert variables == {
        "controllers_1": "127.0.0.1:8084",
        "controllers_2": "127.0.0.1:8084",
        "controllers_3": "127.0.0.1:8084",
        "prompts_dir": f"{tmp_path}/home/prompts",
        "recordings_dir": f"{tmp_path}/home/recordings",
        "json_cdr_dir": f"{tmp_path}/home/json_cdr",
        "json_cdr_url": "http://127.0.0.1:8400/switch/records",
        "json_cdr_login": f"freeswitch:{settings.records_password}",
    }
    assert (tmp_path / "home/switch_records.password").read_text().strip() == settings.records_password


def test_a_server_that_listens_everywhere_is_reached_on_the_loopback_interface(tmp_path: Path) -> None:
    settings = load({"HOTLINE_HOME": str(tmp_path), "HOTLINE_ESL_LISTEN": "0.0.0.0:9000"})
    assert written(tmp_path / "out", settings)["controllers_1"] == "127.0.0.1:9000"


def test_records_go_to_the_console_that_is_named(tmp_path: Path) -> None:
    settings = load(
        {
            "HOTLINE_HOME": str(tmp_path),
            "HOTLINE_WEB_LISTEN": "[::]:80",
            "HOTLINE_SWITCH_RECORDS_PASSWORD": "p" * 32,
            "HOTLINE_SWITCH_RECORDS_DIR": "/var/spool/records",
        }
    )
    variables = written(tmp_path / "out", settings)
    assert (variables["json_cdr_url"], variables["json_cdr_login"], variables["json_cdr_dir"]) == (
        "http://[::1]:80/switch/records",
        f"freeswitch:{'p' * 32}",
        "/var/spool/records",
    )
    for given in ("https://console.example", "https://console.example/switch/records"):
        variables = written(tmp_path / "out", settings, json_cdr_url=given)
        assert variables["json_cdr_url"] == "https://console.example/switch/records"


def test_each_try_begins_with_another_controller(tmp_path: Path, settings: Settings) -> None:
    variables = written(tmp_path / "out", settings, controllers="10.0.0.1:1, 10.0.0.2:2, [fd00::3]:3")
    assert variables["controllers_1"] == "10.0.0.1:1|10.0.0.2:2|fd00::3:3"
    assert variables["controllers_2"] == "10.0.0.2:2|fd00::3:3|10.0.0.1:1"
    assert variables["controllers_3"] == "fd00::3:3|10.0.0.1:1|10.0.0.2:2"


def test_options_go_where_they_belong(tmp_path: Path, settings: Settings) -> None:
    variables = written(
        tmp_path / "out",
        settings,
        sip="192.0.2.10:5080",
        carrier_networks="198.51.100.0/28,203.0.113.7",
        rtp_ports="30000-40000",
        max_sessions="900",
    )
    assert (variables["sip_ip"], variables["sip_port"], variables["external_ip"]) == (
        "192.0.2.10",
        "5080",
        "192.0.2.10",
    )
    assert variables["carrier_networks"] == "198.51.100.0/28,203.0.113.7/32"
    assert (variables["rtp_first_port"], variables["rtp_last_port"]) == ("30000", "40000")
    assert variables["max_sessions"] == "900"


def test_behind_nat_callers_are_told_the_public_address(tmp_path: Path, settings: Settings) -> None:
    variables = written(tmp_path / "out", settings, sip="10.0.0.1:5060", external_ip="203.0.113.1")
    assert (variables["sip_ip"], variables["external_ip"]) == ("10.0.0.1", "203.0.113.1")


def test_a_second_run_writes_the_same_and_keeps_the_password(tmp_path: Path, settings: Settings) -> None:
    first = written(tmp_path / "out", settings)
    assert len(first["event_socket_password"]) >= 32
    assert written(tmp_path / "out", settings) == first
    assert written(tmp_path / "other", settings)["event_socket_password"] != first["event_socket_password"]


@pytest.mark.parametrize("file", ["vars.local.xml", "event_socket.password"])
def test_only_the_owner_may_read_passwords(tmp_path: Path, settings: Settings, file: str) -> None:
    written(tmp_path, settings, gateway_password="secret")
    assert stat.S_IMODE((tmp_path / file).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "password", ["'\"/><evil/>", "a&b;c", "$${core_uuid}", "${api}", "#|^^,[]{}", "&#34;"]
)
def test_a_password_stays_what_it_is(tmp_path: Path, settings: Settings, password: str) -> None:
    assert written(tmp_path, settings, gateway_password=password)["gateway_password"] == password
    raw = (tmp_path / "vars.local.xml").read_text()
    assert "$${" not in raw
    assert "gateway_password" in ElementTree.fromstring(raw)[-2].attrib["data"]  # noqa: S314 - our own file


def test_another_freeswitchs_folder_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "freeswitch.xml").write_text("theirs")
    with pytest.raises(SettingError, match="--out"):
        written(theirs, settings)
    assert (theirs / "freeswitch.xml").read_text() == "theirs"
    assert list(theirs.iterdir()) == [theirs / "freeswitch.xml"]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("json_cdr_url", "console.example"),
        ("json_cdr_url", "https://console.example/elsewhere"),
        ("json_cdr_url", "https://user:password@console.example"),
        ("controllers", "nowhere"),
        ("controllers", "10.0.0.1:0"),
        ("controllers", "10.0.0.1:1 async full"),
        ("controllers", ",".join(["10.0.0.1:1"] * 17)),
        ("sip", "0.0.0.0:5060"),
        ("sip", "pbx.example:5060"),
        ("external_ip", "auto"),
        ("carrier_networks", "everywhere"),
        ("carrier_networks", "10.0.0.1/24"),
        ("gateway", 'carrier"/>'),
        ("gateway", "carrier.example:0"),
        ("gateway", "sip:carrier.example"),
        ("gateway_user", "a b"),
        ("gateway_password", "two words"),
        ("rtp_ports", "40000-30000"),
        ("test_port", "80"),
        ("event_socket_port", "65536"),
        ("max_sessions", "1"),
        ("sessions_per_second", "0"),
    ],
)
def test_says_which_option_cannot_be_used(settings: Settings, option: str, text: str) -> None:
    with pytest.raises(SettingError, match="^--" + option.replace("_", "-")):
        read_values(settings, {option: text})


def test_never_shows_a_password(settings: Settings) -> None:
    with pytest.raises(SettingError) as refused:
        read_values(settings, {"gateway_password": "two words"})
    assert "two" not in str(refused.value)


def test_a_data_folder_that_freeswitch_could_not_be_told_is_refused(tmp_path: Path) -> None:
    given = {
        "HOTLINE_HOME": f"{tmp_path}/my data",
        "HOTLINE_PROMPTS_DIR": "/p",
        "HOTLINE_RECORDINGS_DIR": "/r",
    }
    with pytest.raises(SettingError, match="HOTLINE_HOME"):
        read_values(load(given), {})


def test_every_option_says_what_it_is_for_in_both_languages() -> None:
    assert all(option.purpose.zh and option.purpose.en for option in options().values())


def test_every_variable_has_a_default(tmp_path: Path, settings: Settings) -> None:
    everything = {
        "sip": "10.0.0.1:5060",
        "carrier_networks": "10.0.0.0/8",
        "gateway": "10.0.0.2",
        "gateway_user": "u",
        "gateway_password": "p",
        "rtp_ports": "20000-30000",
        "test_port": "5070",
        "event_socket_port": "8021",
        "max_sessions": "10",
        "sessions_per_second": "10",
    }
    defaults = dict(SET.findall((fsconfig.SOURCE / "vars.xml").read_text()))
    used = {
        name
        for file in fsconfig.SOURCE.rglob("*.xml")
        for name in re.findall(r"\$\${(hotline400_\w+)}", file.read_text())
    }
    assert used <= defaults.keys()
    assert {f"hotline400_{name}" for name in written(tmp_path, settings, **everything)} <= used
