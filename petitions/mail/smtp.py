"""Letters handed to the operator's mail server (RFC 5321)."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from ipaddress import ip_address
from typing import Self
from urllib.parse import unquote, urlsplit

from petitions.mail.transport import (
    Connection,
    Deferred,
    Interrupted,
    Refused,
    Undelivered,
    Unreachable,
)

TIMEOUT_S = 20
LETTERS_PER_CONNECTION = 100
PORTS = {"smtps": 465, "smtp": 25}
SUBMISSION_PORT = 587

SERVICE_CLOSES = 421
OK = 250
FIRST_PERMANENT = 500

_ENHANCED = re.compile(rb"\d\.\d{1,3}\.\d{1,3}")


@dataclass(frozen=True)
class Smtp:
    """A mail server. `hello` is the name that we give ourselves."""

    host: str
    port: int
    tls_at_once: bool
    user: str
    password: str
    hello: str

    @classmethod
    def at(cls, url: str, *, hello: str) -> Self:
        """Read `smtp://user:password@host:port` or `smtps://...`; both parts may be %-encoded."""
        parts = urlsplit(url)
        usual = SUBMISSION_PORT if parts.username else PORTS["smtp"]
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (PORTS["smtps"] if parts.scheme == "smtps" else usual),
            tls_at_once=parts.scheme == "smtps",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            hello=hello,
        )

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        connection = SmtpConnection(self)
        try:
            yield connection
        finally:
            connection.close()

    def check(self) -> None:
        hang_up(self.connect())

    def connect(self) -> smtplib.SMTP:
        """Return a connection that has been greeted, secured and signed in.

        Raises:
            Unreachable: not possible; no password was sent in clear in the attempt.
        """
        try:
            connection = self._dialled()
        except OSError as error:
            raise Unreachable(_reason(error)) from error
        try:
            self._introduce(connection)
        except OSError as error:
            hang_up(connection)
            raise Unreachable(_reason(error)) from error
        return connection

    def _dialled(self) -> smtplib.SMTP:
        if self.tls_at_once:
            return smtplib.SMTP_SSL(
                self.host, self.port, self.hello, timeout=TIMEOUT_S, context=self._tls()
            )
        return smtplib.SMTP(self.host, self.port, self.hello, timeout=TIMEOUT_S)

    def _introduce(self, connection: smtplib.SMTP) -> None:
        connection.ehlo_or_helo_if_needed()
        # Taken whenever it is offered: addresses of signatories travel on it. With a
        # password it is a must, and `starttls` fails where it is not offered.
        if not self.tls_at_once and (self.user or connection.has_extn("starttls")):
            connection.starttls(context=self._tls())
            connection.ehlo()
        if self.user:
            connection.login(self.user, self.password)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if _is_this_machine(self.host):
            # A server on the same machine has a certificate that nobody signed, as a rule, and
            # there is nobody in between whom it could keep out.
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class SmtpConnection:
    """Kept for many letters, and renewed where the server closes it."""

    def __init__(self, server: Smtp) -> None:
        self._server = server
        self._session: smtplib.SMTP | None = None
        self._carried = 0

    def close(self) -> None:
        if self._session is not None:
            hang_up(self._session)
        self._session, self._carried = None, 0

    def send(self, message: EmailMessage, sender: str, to: str) -> str:
        utf8 = not (sender + to).isascii()
        try:
            connection = self._begun(sender, ("SMTPUTF8",) if utf8 else ())
            return self._handed_over(
                connection, to, message.as_bytes(policy=SMTPUTF8 if utf8 else SMTP)
            )
        except smtplib.SMTPNotSupportedError as error:
            self._forget_letter()
            raise Refused("553 5.6.7") from error  # RFC 6531, section 3.5: not that address here
        except smtplib.SMTPResponseException as error:
            self._forget_letter()
            raise _verdict(error.smtp_code, error.smtp_error) from error
        except OSError as error:  # all other errors of smtplib, time-outs and resets among them
            self.close()
            raise Interrupted(_reason(error)) from error

    def _begun(self, sender: str, options: tuple[str, ...]) -> smtplib.SMTP:
        """Announce a letter, on a new connection where the old one has come to its end.

        Servers end a connection after some letters or seconds, and say so now. Nothing of the
        letter has been handed over yet, so it may be announced again.
        """
        if self._carried >= LETTERS_PER_CONNECTION:
            self.close()
        if self._session is not None:
            with suppress(smtplib.SMTPServerDisconnected, ConnectionError):
                code, _ = self._session.mail(sender, options)
                if code == OK:
                    return self._session
            self.close()
        self._session = self._server.connect()
        code, answer = self._session.mail(sender, options)
        if code != OK:
            # It does not know us. That is not for this letter alone, whatever the code.
            self.close()
            raise Interrupted(_outcome(code, answer))
        return self._session

    def _handed_over(self, connection: smtplib.SMTP, to: str, message: bytes) -> str:
        code, answer = connection.rcpt(to)
        if code not in (OK, OK + 1):
            raise smtplib.SMTPResponseException(code, answer)
        code, answer = connection.data(message)
        if code != OK:
            raise smtplib.SMTPResponseException(code, answer)
        self._carried += 1
        return _outcome(code, answer)

    def _forget_letter(self) -> None:
        """Make the connection ready for the next letter, or give it up."""
        if self._session is None:
            return
        try:
            self._session.rset()
        except OSError:
            self.close()


def hang_up(connection: smtplib.SMTP) -> None:
    """Say goodbye if somebody still listens; close in any case."""
    try:
        connection.quit()
    except OSError:
        pass
    finally:
        connection.close()


def _verdict(code: int, answer: bytes | str) -> Undelivered:
    """Return what the answer to recipient or text means for the letter."""
    outcome = _outcome(code, answer)
    if code == SERVICE_CLOSES:
        return Interrupted(outcome)
    # Class 5.7 (RFC 3463) is about trust: the server does not relay for us, or dislikes our
    # network. The mailbox may well exist, and an operator can mend it within the day.
    if code < FIRST_PERMANENT or " 5.7." in outcome:
        return Deferred(outcome)
    return Refused(outcome)


def _outcome(code: int, answer: bytes | str) -> str:
    """Return code and, where given, enhanced code (RFC 3463); the words may name a person."""
    text = answer.encode() if isinstance(answer, str) else answer
    enhanced = _ENHANCED.match(text)
    return f"{code} {enhanced.group().decode()}" if enhanced else str(code)


def _reason(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _outcome(error.smtp_code, error.smtp_error)
    return type(error).__name__[:24]


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
