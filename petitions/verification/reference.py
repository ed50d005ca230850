"""A sealed note of what was just signed, carried by the address of the page that asks for the code.

It names the mailbox and the moment of entry, so that a code confirms only what was typed in this
very browser: whoever types a code sees no second time what it is for. The site keeps nothing for
it, and whoever reads the address learns nothing: it looks the same whether the mailbox was new,
known or struck.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from petitions.core.vault import SealBroken, vault

VALID_FOR = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_STAMP_BYTES = 8


@dataclass(frozen=True)
class Reference:
    """The digest of a mailbox, and when its signature was entered."""

    mailbox: bytes
    entered_at: datetime


def write(appeal_id: UUID, mailbox: bytes, *, at: datetime) -> str:
    """Return the reference to an entry made just now, as text for a query argument."""
    stamp = ((at - EPOCH) // MICROSECOND).to_bytes(_STAMP_BYTES, "big")
    return urlsafe_b64encode(vault().seal(stamp + mailbox, _context(appeal_id))).decode()


def read(appeal_id: UUID, text: str, *, at: datetime) -> Reference | None:
    """Return what a reference names; None when it is not ours, or older than a day."""
    try:
        plain = vault().open(urlsafe_b64decode(text.encode()), _context(appeal_id))
    except (SealBroken, Error, ValueError):
        return None
    entered_at = EPOCH + int.from_bytes(plain[:_STAMP_BYTES], "big") * MICROSECOND
    fresh = at < entered_at + VALID_FOR
    return Reference(plain[_STAMP_BYTES:], entered_at) if fresh else None


def _context(appeal_id: UUID) -> str:
    return f"reference:{appeal_id}"
