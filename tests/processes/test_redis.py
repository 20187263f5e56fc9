"""The embedded Redis, a real one: closed to others, keeps what it is told, gone when we are."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import redis

from app.errors import LiveError, SettingError
from app.processes.redis import EmbeddedRedis, answers, server, url_of
from app.settings import load
from tests.support.waiting import until


def test_what_it_is_told_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        client.set("h400:kept", "yes")
    with EmbeddedRedis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        assert client.get("h400:kept") == b"yes"


def test_it_refuses_new_data_rather_than_forget_old(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, redis.Redis.from_url(server.url) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_nobody_else_gets_in(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        anonymous = redis.Redis.from_url(f"unix://{tmp_path}/redis/redis.sock", retry=None)
        with anonymous, pytest.raises(redis.AuthenticationError):
            anonymous.ping()
        modes = {
            file.name: stat.S_IMODE(file.stat().st_mode) for file in server.folder.iterdir() if file.is_file()
        }
        assert modes == {"password": 0o600, "redis.conf": 0o600}
        assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
        assert server.url.split(":")[2].partition("@")[0] not in " ".join(server.command)


def test_a_server_that_cannot_start_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "redis" / "appendonlydir").mkdir(parents=True)
    (tmp_path / "redis" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    embedded = EmbeddedRedis(tmp_path)
    with pytest.raises(LiveError, match="does not start"):
        embedded.start()
    assert not embedded.answers()


def test_a_path_too_long_for_a_socket_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="HOTLINE_HOME"):
        EmbeddedRedis(tmp_path / ("x" * 100))


def test_commands_beside_run_find_it_by_the_data_folder(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path):
        assert answers(url_of(load({"HOTLINE_HOME": str(tmp_path)})))
    assert url_of(load({"HOTLINE_REDIS_URL": "redis://other"})) == "redis://other"


def test_an_installed_server_is_preferred(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = tmp_path / "valkey-server"
    installed.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert server() == str(installed)


def test_killing_us_leaves_no_server_behind(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from app.processes.redis import EmbeddedRedis\n"
        "embedded = EmbeddedRedis(Path(sys.argv[1])); embedded.start(); print('up', flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE)
    assert parent.stdout
    assert parent.stdout.readline() == b"up\n"
    embedded = EmbeddedRedis(tmp_path)
    with redis.Redis.from_url(embedded.url) as client:
        pid = client.info("server")["process_id"]
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate(timeout=5)
    until(lambda: not Path(f"/proc/{pid}").exists(), "the server is gone")
    assert not embedded.answers()
