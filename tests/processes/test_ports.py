"""Whether we could listen somewhere, on real sockets."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.errors import SettingError
from app.processes.ports import answers_http, check_free, listens
from app.settings import Address


@pytest.fixture
def taken() -> Iterator[Address]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Address(*server.getsockname())


def test_a_port_in_use_names_the_setting_to_change(taken: Address) -> None:
    with pytest.raises(
        SettingError, match=rf"^HOTLINE_WEB_LISTEN='127.0.0.1:{taken.port}'.*in use.*已被占用"
    ):
        check_free("HOTLINE_WEB_LISTEN", taken)


@pytest.mark.parametrize(
    ("host", "words"),
    [("192.0.2.1", "an address of this machine"), ("no-such-host.invalid", "an address to listen on")],
)
def test_an_address_that_is_not_ours_names_the_setting(host: str, words: str) -> None:
    with pytest.raises(SettingError, match=words):
        check_free("HOTLINE_ESL_LISTEN", Address(host, 8084))


def test_a_free_port_is_still_free_afterwards() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = Address(*server.getsockname())
    check_free("HOTLINE_WEB_LISTEN", address)
    check_free("HOTLINE_WEB_LISTEN", address)
    assert not listens(os.getpid(), address.port)


def test_a_shared_port_may_be_shared() -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as server:
        check_free("HOTLINE_ESL_LISTEN", Address(*server.getsockname()), shared=True)


def test_a_port_that_only_listens_does_not_serve_pages(taken: Address) -> None:
    assert not answers_http(taken)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_it_is_known_which_process_listens(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as server:
        port = server.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)
    assert not listens(os.getpid(), port)


def test_a_connection_to_a_port_is_not_listening(taken: Address) -> None:
    with socket.create_connection(taken) as client:
        assert not listens(os.getpid(), client.getsockname()[1])


def test_a_process_that_is_gone_listens_nowhere(taken: Address) -> None:
    assert not listens(2**22 + 1, taken.port)


def test_a_web_server_serves_whatever_it_answers() -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:  # it answers 501 to everything
        thread = Thread(target=server.handle_request)
        thread.start()
        assert answers_http(Address("127.0.0.1", server.server_port))
        thread.join(5)
