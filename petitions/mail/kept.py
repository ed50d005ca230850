"""Letters kept as files instead of being sent, for development."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from uuid import UUID

from petitions.mail.transport import Connection

KEPT = 200
SUFFIX = ".eml"


@dataclass(frozen=True)
class KeptMessage:
    """A letter that was kept. `html` is empty for one of plain text."""

    name: UUID
    to: str
    subject: str
    sent_at: datetime
    text: str
    html: str


@dataclass(frozen=True)
class Kept:
    """A folder of letters, readable by its owner only; the newest 200 stay."""

    folder: Path

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        yield self

    def check(self) -> None:
        return

    def send(self, message: EmailMessage, sender: str, to: str) -> str:
        """Write the letter aside and move it into place, so that nobody reads half of one.

        Named by its Message-ID: a second copy takes the place of the first, as in a mailbox.
        """
        name = message["Message-ID"].strip("<>").partition("@")[0]
        draft = self.folder / f"{name}.{secrets.token_hex(8)}.draft"
        policy = SMTP if to.isascii() else SMTPUTF8
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(message.as_bytes(policy=policy))
        draft.replace(self.folder / f"{name}{SUFFIX}")
        self._forget_the_oldest()
        return "250"

    def newest_first(self) -> tuple[KeptMessage, ...]:
        """Return what is kept. Ids sort by time, and so do the files' names."""
        found = (self.find(UUID(path.stem)) for path in reversed(self._paths()))
        return tuple(message for message in found if message is not None)

    def find(self, name: UUID) -> KeptMessage | None:
        """Return one letter; None when it is not, or no longer, there."""
        try:
            content = (self.folder / f"{name}{SUFFIX}").read_bytes()
        except FileNotFoundError:
            return None
        message = message_from_bytes(content, _class=EmailMessage, policy=SMTPUTF8)
        return KeptMessage(
            name=name,
            to=str(message["To"]),
            subject=str(message["Subject"]),
            sent_at=message["Date"].datetime,
            text=_body(message, "plain"),
            html=_body(message, "html"),
        )

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{SUFFIX}"))

    def _forget_the_oldest(self) -> None:
        for path in self._paths()[:-KEPT]:
            with suppress(FileNotFoundError):  # another worker was quicker
                path.unlink()


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
