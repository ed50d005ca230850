"""An e-mail address that no template, log line or error can print by accident."""

from typing import Any, NoReturn, TypeVar

import msgspec

Sealed = TypeVar("Sealed")


class EmailAddress:
    """An e-mail address. Only `reveal()` gives its text; a template that prints one fails."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the address as text: for the envelope of a letter, never for a page."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EmailAddress) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __str__(self) -> str:
        return "<address>"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def __html__(self) -> NoReturn:
        raise TypeError("A template must not print an e-mail address.")


def encoder() -> msgspec.json.Encoder:
    """Return what writes values with addresses in them as JSON. For the vault, never for a page."""
    return msgspec.json.Encoder(enc_hook=_revealed)


def decoder(kind: type[Sealed]) -> msgspec.json.Decoder[Sealed]:
    """Return what reads a `kind` that `encoder` wrote."""
    return msgspec.json.Decoder(kind, dec_hook=_hidden)


def _revealed(value: Any) -> str:
    if isinstance(value, EmailAddress):
        return value.reveal()
    raise NotImplementedError(type(value).__name__)


def _hidden(kind: type, value: Any) -> EmailAddress:
    if kind is EmailAddress and isinstance(value, str):
        return EmailAddress(value)
    raise TypeError(f"{kind.__name__} cannot be read from {type(value).__name__}")
