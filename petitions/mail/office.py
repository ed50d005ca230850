"""The post office of one running application: its way out, its name, and what it must remember."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from petitions.core.settings import Settings
from petitions.mail.envelope import Sender
from petitions.mail.kept import Kept
from petitions.mail.smtp import Smtp
from petitions.mail.transport import Collected, Transport

SHORTEST_BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=5)


@dataclass
class Backoff:
    """Leaves a mail server that does not answer in peace: each time twice as long."""

    until: datetime | None = None
    failures: int = 0

    def lasts(self, at: datetime) -> bool:
        return self.until is not None and at < self.until

    def lengthen(self, at: datetime) -> None:
        self.until = at + min(SHORTEST_BACKOFF * 2 ** min(self.failures, 10), LONGEST_BACKOFF)
        self.failures += 1

    def end(self) -> None:
        self.until, self.failures = None, 0


@dataclass(frozen=True)
class Acceptance:
    """A mail server took a letter: when, and what it answered."""

    at: datetime
    outcome: str


@dataclass
class PostOffice:
    """Where letters leave.

    `accepted` holds what was taken and could not be written down yet: should the database be away
    just then, this worker still knows, and does not send it again.
    """

    transport: Transport
    sender: Sender
    backoff: Backoff = field(default_factory=Backoff)
    accepted: dict[UUID, Acceptance] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> "PostOffice":
        return cls(_transport(settings), Sender.of(settings))


def kept_letters(settings: Settings) -> Kept:
    """Return the folder of letters that are kept in development."""
    return Kept(settings.instance_dir / "mail")


def post_office() -> PostOffice:
    """Return the post office of the running application, opened when it is first asked for."""
    if "post_office" not in current_app.extensions:
        current_app.extensions["post_office"] = PostOffice.of(current_app.config["SETTINGS"])
    return cast(PostOffice, current_app.extensions["post_office"])


def _transport(settings: Settings) -> Transport:
    if settings.smtp_url:
        return Smtp.at(settings.smtp_url, hello=urlsplit(settings.public_url).hostname or "")
    return Collected() if settings.testing else kept_letters(settings)
