"""The doctor: what it finds wrong, and that it says how to mend it."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pytest

from app.flow.system_prompts import sounds, system_file
from app.processes import assets, doctor
from app.processes.doctor import data, folders, installation, network, switch
from app.processes.doctor.accounts import ENTER, WRITE, Account, of_freeswitch
from app.processes.doctor.finding import Finding, State
from app.processes.running import only_one
from app.settings import Settings, load
from tests.support.redis_server import RedisServer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return given(tmp_path)


def given(home: Path, **more: str) -> Settings:
    ports = {f"HOTLINE_{name}_LISTEN": "127.0.0.1:0" for name in ("WEB", "ESL", "SIMULATOR")}
    return load({"HOTLINE_HOME": str(home), **ports, **more})


def states(findings: Iterable[Finding]) -> list[State]:
    findings = list(findings)
    assert all(finding.mend for finding in findings if finding.state is not State.FINE), (
        "how to mend it is said"
    )
    return [finding.state for finding in findings]


def said(findings: Iterable[Finding]) -> str:
    return "\n".join(map(str, findings))


class TestInstallation:
    def test_a_package_of_another_version_is_named(
        self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lock = tmp_path / "requirements.txt"
        lock.write_text("flask==0.1 \\\n    --hash=sha256:00\nno-such-package==1\n    # via us\n")
        monkeypatch.setattr(installation, "LOCK_FILE", lock)
        assert states(installation.packages(settings)) == [State.WRONG]
        assert "flask, no-such-package\n  → make setup" in said(installation.packages(settings))

    def test_the_lock_file_can_be_read(self) -> None:
        locked = installation.read_lock(installation.LOCK_FILE)
        assert locked["greenswitch"] == "0.0.19"
        assert len(locked) > 30

    def test_missing_front_end_files_are_named(self, settings: Settings, tmp_path: Path) -> None:
        (tmp_path / "htmx.min.js").touch()
        missing = assets.missing(tmp_path)
        assert "htmx.min.js" not in missing
        assert "tabler.min.css" in missing


class TestData:
    def test_a_folder_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert states(data.home(given(tmp_path / "file" / "home"))) == [State.WRONG]

    def test_a_fresh_database_wants_init(self, settings: Settings) -> None:
        assert states(data.database(settings)) == [State.WARNING]
        assert "hotline400 init" in said(data.database(settings))

    def test_a_migrated_database_is_fine(self, database_url: str, tmp_path: Path) -> None:
        assert states(data.database(given(tmp_path, HOTLINE_DATABASE_URL=database_url))) == [State.FINE]

    def test_a_database_that_is_away_is_wrong_and_its_password_not_shown(self, tmp_path: Path) -> None:
        away = given(tmp_path, HOTLINE_DATABASE_URL="postgresql://u:hunter2@127.0.0.1:1/d")
        assert states(data.database(away)) == [State.WRONG]
        assert "hunter2" not in said(data.database(away))

    def test_a_given_redis_that_answers(self, tmp_path: Path, redis_server: RedisServer) -> None:
        assert states(data.redis(given(tmp_path, HOTLINE_REDIS_URL=redis_server.url))) == [State.FINE]

    def test_a_given_redis_that_is_away(self, tmp_path: Path) -> None:
        away = given(tmp_path, HOTLINE_REDIS_URL="redis://:hunter2@127.0.0.1:1/0")
        assert states(data.redis(away)) == [State.WRONG]
        assert "hunter2" not in said(data.redis(away))

    def test_without_one_the_embedded_is_used(self, settings: Settings) -> None:
        assert states(data.redis(settings)) == [State.FINE]


class TestFolders:
    @pytest.fixture
    def prepared(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
        """Folders as `init` makes them, on a machine without FreeSWITCH."""
        for folder in (settings.recordings_dir, settings.prompts_dir):
            Path(folder).mkdir()
        for sound in sounds():
            file = Path(settings.prompts_dir) / sound.file
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        monkeypatch.setattr(folders, "of_freeswitch", lambda: None)
        monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(10**12))
        return settings

    def test_as_init_makes_them_they_are_fine(self, prepared: Settings) -> None:
        assert states(folders.recordings(prepared)) == [State.FINE, State.FINE]
        assert states(folders.prompts(prepared)) == [State.FINE]

    def test_before_init_they_are_missing(self, settings: Settings) -> None:
        for check in (folders.recordings, folders.prompts):
            assert states(check(settings)) == [State.WARNING]
            assert "→ hotline400 init" in said(check(settings))

    def test_missing_system_prompts_are_counted(self, prepared: Settings) -> None:
        (Path(prepared.prompts_dir) / system_file("sys.sorry")).unlink()
        (Path(prepared.prompts_dir) / system_file("sys.area.zhejiang.hangzhou", "en")).unlink()
        assert "缺少 2 条系统语音" in said(folders.prompts(prepared))

    def test_one_that_we_may_not_write(self, prepared: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("os.access", lambda *_: False)
        assert states(folders.recordings(prepared)) == [State.WRONG, State.FINE]
        assert "sudo chown" in said(folders.recordings(prepared))

    @pytest.mark.parametrize(
        ("free", "state"),
        [(10**12, State.FINE), (5 * 60 * folders.MINUTE, State.WARNING), (10**6, State.WRONG)],
    )
    def test_room_on_the_disk(
        self, prepared: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: State
    ) -> None:
        monkeypatch.setattr("shutil.disk_usage", lambda _: _Usage(free))
        assert states(folders.recordings(prepared))[1] is state

    @pytest.mark.parametrize(
        ("mode", "outer", "account", "state", "mend"),
        [
            (0o755, 0o755, Account("root", 0, 0, frozenset({0})), State.FINE, ""),
            (
                0o2775,
                0o711,
                Account("freeswitch", 7777, 7777, frozenset({7777})),
                State.WRONG,
                "chgrp -R 7777",
            ),
            (0o777, 0o711, Account("freeswitch", 7777, 7777, frozenset({7777})), State.FINE, ""),
            (
                0o777,
                0o700,
                Account("freeswitch", 7777, 7777, frozenset({7777})),
                State.WRONG,
                "HOTLINE_RECORDINGS_DIR=",
            ),
        ],
    )
    def test_freeswitch_must_be_able_to_write_there(
        self,
        monkeypatch: pytest.MonkeyPatch,
        mode: int,
        outer: int,
        account: Account,
        state: State,
        mend: str,
    ) -> None:
        with tempfile.TemporaryDirectory() as top:  # not below tmp_path, which only we may enter
            settings = given(Path(top))
            recordings = Path(settings.recordings_dir)
            recordings.mkdir()
            recordings.chmod(mode)
            Path(top).chmod(outer)
            monkeypatch.setattr(folders, "of_freeswitch", lambda: account)
            found = list(folders.recordings(settings))
            assert states(found)[1] is state
            assert mend in said(found)
            assert account.name in said(found)

    def test_members_of_the_folders_group_may_write(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o2770)
        gid = tmp_path.stat().st_gid
        assert Account("freeswitch", 7777, 7777, frozenset({7777, gid})).may(tmp_path, WRITE | ENTER)
        assert not Account("freeswitch", 7777, 7777, frozenset({7777})).may(tmp_path, WRITE)

    def test_the_account_of_the_running_freeswitch(self, tmp_path: Path) -> None:
        for pid, name in ((1, "init"), (22, "freeswitch")):
            (tmp_path / str(pid)).mkdir()
            facts = f"Name:\t{name}\nUid:\t7777\t7777\t7777\t7777\nGid:\t88\t88\t88\t88\nGroups:\t88 99 \n"
            (tmp_path / str(pid) / "status").write_text(facts)
        assert of_freeswitch(tmp_path) == Account("7777", 7777, 88, frozenset({88, 99}))
        (tmp_path / "22" / "status").write_text("Name:\tother\n")
        found = of_freeswitch(tmp_path)
        assert found is None or found.name == "freeswitch"


class _Usage(NamedTuple):
    free: int


class TestPorts:
    def test_a_port_that_another_program_uses(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as other:
            busy = given(tmp_path, HOTLINE_ESL_LISTEN=f"127.0.0.1:{other.getsockname()[1]}")
            assert states(network.ports(busy)) == [State.FINE, State.WRONG, State.FINE]
            assert "HOTLINE_ESL_LISTEN" in said(network.ports(busy))

    def test_ports_that_we_use_ourselves_are_fine(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as ours, only_one(tmp_path):
            settings = given(tmp_path, HOTLINE_WEB_LISTEN=f"127.0.0.1:{ours.getsockname()[1]}")
            assert states(network.ports(settings)) == [State.FINE]


class TestFreeSwitch:
    @pytest.fixture
    def installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A folder like an installed FreeSWITCH's, whose program only knows its version."""
        program = tmp_path / "bin" / "freeswitch"
        program.parent.mkdir()
        program.write_text("#!/bin/sh\necho 'FreeSWITCH version: 1.11.1-release~64bit (-release 64bit)'\n")
        program.chmod(0o755)
        modules = tmp_path / "lib" / "freeswitch" / "mod"
        modules.mkdir(parents=True)
        for name in switch.needed_modules():
            (modules / f"{name}.so").touch()
        monkeypatch.setenv("FREESWITCH", str(program))
        return tmp_path

    def test_none_is_a_warning_only(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FREESWITCH", "/nowhere/freeswitch")
        assert states(switch.freeswitch(settings)) == [State.WARNING]

    def test_a_complete_one_is_fine(self, settings: Settings, installed: Path) -> None:
        assert states(switch.freeswitch(settings)) == [State.FINE, State.FINE]
        assert "FreeSWITCH 1.11.1" in said(switch.freeswitch(settings))

    def test_an_old_one_is_a_warning(self, settings: Settings, installed: Path) -> None:
        (installed / "bin" / "freeswitch").write_text("#!/bin/sh\necho FreeSWITCH version: 1.8.7\n")
        assert states(switch.freeswitch(settings)) == [State.WARNING, State.FINE]

    def test_one_that_does_not_run_is_wrong(self, settings: Settings, installed: Path) -> None:
        (installed / "bin" / "freeswitch").write_text("not a program")
        assert states(switch.freeswitch(settings)) == [State.WRONG, State.FINE]

    def test_missing_modules_are_named(self, settings: Settings, installed: Path) -> None:
        (installed / "lib" / "freeswitch" / "mod" / "mod_sofia.so").unlink()
        assert states(switch.freeswitch(settings)) == [State.FINE, State.WRONG]
        assert "mod_sofia" in said(switch.freeswitch(settings))


def test_the_exit_code_says_whether_something_is_wrong(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", (installation.python, data.database))
    assert doctor.run(settings) == 0
    assert "一切正常" in capsys.readouterr().out
    monkeypatch.setattr(doctor, "CHECKS", (lambda _: data.database(given(Path("/proc/nowhere"))),))
    assert doctor.run(settings) == 1
    assert "1 项有问题 · 1 wrong" in capsys.readouterr().out
