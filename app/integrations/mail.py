"""E-mail, handed to the operator's server over TLS."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, localtime
from ipaddress import ip_address

from app.integrations.notices import TIMEOUT_S, Notice, Reason, Undelivered
from app.setting_kinds import MailServer

NAME = "hotline400"
TEMPORARY = range(400, 500)  # SMTP's answers that ask for another try


def send(server: MailServer, sender: str, to: str, notice: Notice) -> None:
    """Hand one e-mail in. Undelivered when the server does not take it."""
    try:
        with _connected(server) as connection:
            connection.send_message(_letter(sender, to, notice), sender, [to])
    except smtplib.SMTPRecipientsRefused as refused:
        raise _refusal(*refused.recipients[to]) from refused
    except smtplib.SMTPResponseException as refused:
        raise _refusal(refused.smtp_code, refused.smtp_error) from refused
    except smtplib.SMTPNotSupportedError as lacking:
        raise Undelivered(Reason.REFUSED, str(lacking)) from lacking
    except (OSError, smtplib.SMTPException) as away:
        raise Undelivered(Reason.UNREACHABLE, f"{type(away).__name__}: {away}") from away


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A session in which nothing travels readable, unless it stays on this machine."""
    tls = ssl.create_default_context()
    if server.tls:
        session: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=tls)
    else:
        session = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    with session:
        session.ehlo()
        if not server.tls and (session.has_extn("starttls") or not _is_here(server.host)):
            session.starttls(context=tls)
        if server.user:
            session.login(server.user, server.password)
        yield session


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _letter(sender: str, to: str, notice: Notice) -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = Address(NAME, addr_spec=sender)
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = f"{notice.title} {notice.text}"
    letter["Date"] = format_datetime(localtime())
    letter["Message-ID"] = (
        f"<{notice.id}@{sender.partition('@')[2]}>"  # the same for a second try: shown once
    )
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(notice.together)
    return letter


def _refusal(code: int, said: bytes | str) -> Undelivered:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    reason = Reason.BUSY if code in TEMPORARY else Reason.REFUSED
    return Undelivered(reason, f"{code} {text}")
