"""What a signatory tells us about themselves: one value, sealed as a whole."""

from dataclasses import dataclass

from petitions.core import address
from petitions.core.address import EmailAddress


@dataclass(frozen=True)
class Person:
    """The signatory, or the one who signs for an organisation."""

    name: str
    email: EmailAddress
    latin_name: str | None = None
    town: str | None = None
    organisation: str | None = None
    role: str | None = None

    def to_bytes(self) -> bytes:
        """Return the person as JSON, to be sealed."""
        return _encoder.encode(self)

    @classmethod
    def from_bytes(cls, plain: bytes) -> "Person":
        """Return the person who was sealed."""
        return _decoder.decode(plain)


_encoder = address.encoder()
_decoder = address.decoder(Person)
