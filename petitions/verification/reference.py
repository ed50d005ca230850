"""A sealed note of who has just signed, carried by the address of the page that asks for the code.

It saves typing the e-mail address a second time. The site keeps nothing for it, and whoever reads
the address learns nothing: it looks the same whether the mailbox was new, known or struck.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import UTC, datetime, timedelta
from uuid import UUID

from petitions.core.vault import SealBroken, vault

VALID_FOR = timedelta(days=1)
_STAMP_BYTES = 8


def write(appeal_id: UUID, mailbox: bytes, *, at: datetime) -> str:
    """Return the reference as text for a query argument; valid for a day."""
    stamp = int((at + VALID_FOR).timestamp()).to_bytes(_STAMP_BYTES, "big")
    return urlsafe_b64encode(vault().seal(stamp + mailbox, _context(appeal_id))).decode()


def read(appeal_id: UUID, reference: str, *, at: datetime) -> bytes | None:
    """Return the mailbox digest; None when the reference is not ours, or too old."""
    try:
        plain = vault().open(urlsafe_b64decode(reference.encode()), _context(appeal_id))
    except (SealBroken, Error, ValueError):
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(plain[:_STAMP_BYTES], "big"), UTC)
    return plain[_STAMP_BYTES:] if at < expires_at else None


def _context(appeal_id: UUID) -> str:
    return f"reference:{appeal_id}"
