"""Where a page of public names ended, as a text for the next page's address.

The row's own identity would tell anybody the millisecond at which that person signed; so it is
sealed. The same row always gives the same text, which lets a cache keep the page.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from petitions.core.vault import AppealKey
from petitions.signatures.models import Kind


@dataclass(frozen=True)
class Place:
    """A row in the order of lists: organisations first, then by entry."""

    kind: Kind
    id: UUID


_KINDS = {Kind.ORGANISATION: b"o", Kind.PERSON: b"p"}


def written(place: Place, key: AppealKey) -> str:
    """Return the place as 44 characters that are safe in a URL (AES-SIV, RFC 5297)."""
    sealed = _cipher(key).encrypt(_KINDS[place.kind] + place.id.bytes, None)
    return urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def read(text: str, key: AppealKey) -> Place | None:
    """Return the place that `text` stands for; None if it was not written here."""
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = _cipher(key).decrypt(sealed, None)
    except (InvalidTag, ValueError):
        return None
    kind = next(kind for kind, letter in _KINDS.items() if letter == plain[:1])
    return Place(kind, UUID(bytes=plain[1:]))


def _cipher(key: AppealKey) -> AESSIV:
    # A mailbox has an @, so this value of the digest is nobody's.
    return AESSIV(key.digest("lists.cursor"))
