"""From a letter to an e-mail (RFC 5322, MIME)."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Self
from uuid import UUID

from petitions.core.mailbox import on_the_wire
from petitions.core.settings import Settings
from petitions.mail.letter import Letter


@dataclass(frozen=True)
class Sender:
    """Who writes."""

    name: str
    address: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read MAIL_FROM; a name before the address goes before the operator's."""
        name, address = parseaddr(settings.mail_from)
        return cls(name or settings.operator_name, on_the_wire(address))


def build(letter: Letter, sender: Sender, *, message_id: UUID, at: datetime) -> EmailMessage:
    """Return the e-mail for a letter written at `at`.

    Its Message-ID comes from the row in the outbox, so a letter that is sent again, because nobody
    knew that it had been taken, is recognised by the receiving server. Nothing in it is fetched
    from elsewhere.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = _address(on_the_wire(letter.to.reveal()))
    message["Subject"] = letter.subject
    message["Date"] = at
    message["Message-ID"] = f"<{message_id}@{sender.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answer by a machine, please
    # Passes every server as it is, and stays readable where letters are kept.
    message.set_content(letter.text, cte="quoted-printable")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    # Last, for the alternatives take what is there of `Content-...` into the first of them.
    message["Content-Language"] = letter.lang
    return message


def _address(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    return Address(username=local, domain=domain)
