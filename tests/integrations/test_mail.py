"""E-mail over real SMTP: encrypted, refused, unreachable."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from app.integrations import mail
from app.integrations.notices import Notice, Reason, Undelivered
from app.setting_kinds import MailServer
from tests.support.mail_server import certificate, mail_server

NOTICE = Notice("示例公司 来电通知", "138 0013 8000 留言 12 秒", "notice.1.abc")
FROM, TO = "hotline@example.com", "owner@example.com"


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for localhost that this process trusts."""
    context = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    return context


def refused(server: MailServer, notice: Notice = NOTICE) -> Undelivered:
    with pytest.raises(Undelivered) as why:
        mail.send(server, FROM, TO, notice)
    return why.value


def test_an_e_mail_arrives_encrypted_and_signed_in(trusted: ssl.SSLContext) -> None:
    with mail_server(tls=trusted) as server:
        mail.send(MailServer("localhost", server.port, True, "me", "pass word"), FROM, TO, NOTICE)
    (letter,) = server.taken
    assert (letter["Subject"], letter["To"]) == (f"{NOTICE.title} {NOTICE.text}", TO)
    assert letter["Message-ID"] == "<notice.1.abc@example.com>"
    assert letter.get_content().split() == f"{NOTICE.title} {NOTICE.text}".split()
    assert (server.signed_in, server.encrypted) == (["me pass word"], [True])


def test_starttls_is_used_where_it_is_offered(trusted: ssl.SSLContext) -> None:
    with mail_server(starttls=trusted) as server:
        mail.send(MailServer("localhost", server.port, False, "me", "secret"), FROM, TO, NOTICE)
    assert server.encrypted == [True]


def test_a_server_elsewhere_that_does_not_encrypt_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "_is_here", lambda host: False)
    with mail_server() as server:
        assert refused(MailServer("localhost", server.port, False, "me", "secret")).reason is Reason.REFUSED
    assert (server.taken, server.signed_in) == ([], [])


def test_on_this_machine_it_need_not(trusted: ssl.SSLContext) -> None:
    with mail_server() as server:
        mail.send(MailServer("localhost", server.port, False), FROM, TO, NOTICE)
    assert server.encrypted == [False]


def test_a_certificate_that_nobody_vouches_for(tmp_path: Path) -> None:
    with mail_server(tls=certificate(tmp_path)) as server:
        why = refused(MailServer("localhost", server.port, True, "me", "secret"))
    assert (why.reason, why.again, server.signed_in) == (Reason.UNREACHABLE, True, [])


@pytest.mark.parametrize(
    ("refuse", "reason", "said"),
    [
        ({"RCPT": "550 no such user"}, Reason.REFUSED, "550 no such user"),
        ({"RCPT": "451 later"}, Reason.BUSY, "451 later"),
        ({"MAIL": "421 too many"}, Reason.BUSY, "421 too many"),
        ({"AUTH": "535 wrong password"}, Reason.REFUSED, "535 wrong password"),
        ({"DATA": "554 spam"}, Reason.REFUSED, "554 spam"),
    ],
)
def test_what_the_server_says_is_told(refuse: dict[str, str], reason: Reason, said: str) -> None:
    with mail_server(refuse=refuse) as server:
        why = refused(MailServer("localhost", server.port, False, "me", "secret"))
    assert (why.reason, why.detail) == (reason, said)
    assert server.taken == []


def test_nobody_is_there() -> None:
    why = refused(MailServer("127.0.0.1", 9, False))
    assert (why.reason, why.again) == (Reason.UNREACHABLE, True)


def test_a_text_adds_no_header() -> None:
    with mail_server() as server, pytest.raises(ValueError, match="linefeed"):
        mail.send(
            MailServer("localhost", server.port, False),
            FROM,
            TO,
            NOTICE._replace(title="a\r\nBcc: b@c.example"),
        )
    assert server.taken == []
