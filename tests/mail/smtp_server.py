"""A real SMTP server on loopback. Like those outside it refuses, delays and hangs up."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTPUTF8
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

HOST = "127.0.0.1"
SERVICE_CLOSES = "421 4.3.2 Good night"


@dataclass(frozen=True)
class Taken:
    """A letter that the server took. `connection` numbers the connection it came on."""

    to: str
    content: bytes
    connection: int
    secured: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, _class=EmailMessage, policy=SMTPUTF8)

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Manners:
    """How the server behaves. Addresses have answers of their own; all others get 250."""

    to_sender: str = "250 OK"
    to_recipient: dict[str, str] = field(default_factory=dict)
    to_text: dict[str, str] = field(default_factory=dict)
    hangs_up_on: set[str] = field(default_factory=set)
    """Recipients at whose text the connection is cut, nothing taken."""
    letters_per_connection: int = 1_000_000
    silent_s: float = 0.0
    """How long it thinks before it answers to a text."""


class MailServer:
    """A handler of aiosmtpd, and all that it took."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self.taken: list[Taken] = []
        self.connections = 0
        self.began = threading.Event()
        """Set as soon as a text has come in, before it is answered."""
        self.port = 0

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    def recipients(self) -> list[str]:
        return [letter.to for letter in self.taken]

    async def handle_EHLO(  # noqa: N802
        self,
        server: SMTP,
        session: Any,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        if session.host_name is None:  # greeted again after STARTTLS
            self.connections += 1
            session.number, session.letters = self.connections, 0
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if session.letters >= self.manners.letters_per_connection:
            return SERVICE_CLOSES
        if self.manners.to_sender.startswith("250"):
            envelope.mail_from = address
        return self.manners.to_sender

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.manners.to_recipient.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Envelope) -> str:  # noqa: N802
        to = envelope.rcpt_tos[0]
        if to in self.manners.hangs_up_on:
            _hang_up(server)
            return "250 never heard"
        answer = self.manners.to_text.get(to, "250 2.0.0 Taken")
        if answer.startswith("250"):
            session.letters += 1
            self.taken.append(
                Taken(
                    to=to,
                    content=_bytes(envelope),
                    connection=session.number,
                    secured=session.ssl is not None,
                    user=getattr(session.auth_data, "login", b"").decode() or None,
                )
            )
        self.began.set()
        await asyncio.sleep(self.manners.silent_s)
        return answer


def _bytes(envelope: Envelope) -> bytes:
    assert isinstance(envelope.content, bytes)
    return envelope.content


@contextmanager
def mail_server(
    *,
    manners: Manners | None = None,
    tls: ssl.SSLContext | None = None,
    tls_at_once: bool = False,
    password: tuple[str, str] | None = None,
) -> Iterator[MailServer]:
    """Run a server for the length of a `with` block, in a thread with a loop of its own.

    `tls` makes it offer STARTTLS, or speak TLS from the first byte; `password` is user and
    password that it asks for.
    """
    server = MailServer(manners or Manners())
    options: dict[str, Any] = {"enable_SMTPUTF8": True, "hostname": "mail.example.org"}
    if tls is not None and not tls_at_once:
        options |= {"tls_context": tls}
    if password is not None:
        options |= {
            "authenticator": _authenticator(*password),
            "auth_required": True,
            "auth_require_tls": tls is not None and not tls_at_once,
        }
    loop = asyncio.new_event_loop()
    callers: list[SMTP] = []

    def answer() -> SMTP:
        callers.append(SMTP(server, loop=loop, **options))
        return callers[-1]

    listening = loop.run_until_complete(
        loop.create_server(
            answer,
            HOST,
            0,
            ssl=tls if tls_at_once else None,
        )
    )
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening, callers), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _close(listening: asyncio.Server, callers: list[SMTP]) -> None:
    listening.close()
    for caller in callers:
        _hang_up(caller)
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)  # the loop closes the sockets in its next turns


def _hang_up(caller: SMTP) -> None:
    if isinstance(caller.transport, asyncio.Transport):
        caller.transport.abort()


def _authenticator(user: str, password: str) -> Any:
    def check(
        server: object, session: object, envelope: object, how: str, data: object
    ) -> AuthResult:
        right = isinstance(data, LoginPassword) and data == LoginPassword(
            user.encode(), password.encode()
        )
        return AuthResult(success=right, handled=False, auth_data=data)

    return check
