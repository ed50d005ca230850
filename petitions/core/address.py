"""An e-mail address that no template, log line or error can print by accident."""

from typing import NoReturn


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
