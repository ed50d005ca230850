"""A letter: what rooms write, and the outbox carries."""

import re
import unicodedata
from dataclasses import dataclass

from petitions.core import address
from petitions.core.address import EmailAddress

_ADDRESS = re.compile(r"[^\s@,;:<>()\[\]\"\\]{1,64}@[^\s@,;:<>()\[\]\"\\]{1,255}")


class UnsendableLetter(ValueError):
    """A letter that no server would take."""


@dataclass(frozen=True)
class Letter:
    """An e-mail that the house writes.

    `template` names it as `<room>.<letter>`, `lang` is a BCP 47 tag. `html` may be empty: then the
    letter is plain text. The subject becomes one line.

    Raises:
        UnsendableLetter: when it is made, so that the worker never meets one.
    """

    to: EmailAddress
    subject: str
    text: str
    html: str
    lang: str
    template: str

    def __post_init__(self) -> None:
        if not _ADDRESS.fullmatch(self.to.reveal()) or _has_controls(self.to.reveal()):
            raise UnsendableLetter("That is no e-mail address.")
        object.__setattr__(self, "subject", _one_line(self.subject))

    def to_bytes(self) -> bytes:
        """Return the letter as JSON, to be sealed."""
        return _encoder.encode(self)

    @classmethod
    def from_bytes(cls, plain: bytes) -> "Letter":
        """Return the letter that was sealed.

        Raises:
            msgspec.MsgspecError: it was none.
        """
        return _decoder.decode(plain)


def _one_line(text: str) -> str:
    """Fold white space, line breaks among it; drop what else is no character."""
    return "".join(c for c in " ".join(text.split()) if not _has_controls(c))


def _has_controls(text: str) -> bool:
    return any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text)


_encoder = address.encoder()
_decoder = address.decoder(Letter)
