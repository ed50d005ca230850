"""Letters to send."""

from datetime import UTC, datetime
from email.message import EmailMessage
from uuid import UUID

from petitions.core.address import EmailAddress
from petitions.core.db import new_id
from petitions.mail.envelope import Sender, build
from petitions.mail.letter import Letter

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUSE = Sender("The Test House", "appeals@example.org")
SECRET = "Zh9-only-for-her-eyes"


def letter_to(
    address: str = "aigul@example.org",
    *,
    subject: str = "Please confirm your signature",
    text: str = f"Қайырлы таң! {SECRET}\n",
    html: str = f"<p>Қайырлы таң! {SECRET}</p>",
) -> Letter:
    return Letter(
        to=EmailAddress(address),
        subject=subject,
        text=text,
        html=html,
        lang="kk",
        template="verification.confirm",
    )


def built(letter: Letter | None = None, *, message_id: UUID | None = None) -> EmailMessage:
    return build(letter or letter_to(), HOUSE, message_id=message_id or new_id(), at=MORNING)
