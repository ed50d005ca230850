"""What a signatory tells us about themselves: one value, sealed as a whole."""

from dataclasses import dataclass
from typing import Any

import msgspec

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


def _write(value: Any) -> str:
    if isinstance(value, EmailAddress):
        return value.reveal()
    raise NotImplementedError(type(value).__name__)


def _read(kind: type, value: Any) -> EmailAddress:
    if kind is EmailAddress and isinstance(value, str):
        return EmailAddress(value)
    raise NotImplementedError(kind.__name__)


_encoder = msgspec.json.Encoder(enc_hook=_write)
_decoder = msgspec.json.Decoder(Person, dec_hook=_read)
