"""What a way out of the house must be able to do, and how it may fail."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol


class Undelivered(Exception):
    """A letter was not taken. `outcome` is the answer in numbers or one word, never a person's."""

    def __init__(self, outcome: str) -> None:
        self.outcome = outcome
        super().__init__(outcome)


class Refused(Undelivered):
    """The letter is refused for good: no such mailbox, or not in this form."""


class Deferred(Undelivered):
    """The letter is not taken now; others may be."""


class Interrupted(Undelivered):
    """The way was closed with this letter on it.

    It may be the letter, so that counts for it; the next one is tried after a rest.
    """


class Unreachable(Undelivered):
    """There is no way out at present. No letter is to blame."""


class Connection(Protocol):
    """An open way out, for many letters."""

    def send(self, message: EmailMessage, sender: str, to: str) -> str:
        """Hand a letter over; return the answer to it, such as `250`. From then on it is theirs.

        Raises:
            Refused, Deferred, Interrupted, Unreachable: see there.
        """
        ...


class Transport(Protocol):
    """A way out. Used as `with transport.connection() as one: one.send(...)`."""

    def connection(self) -> AbstractContextManager[Connection]:
        """Return a connection, opened when the first letter comes, closed at the end."""
        ...

    def check(self) -> None:
        """Go the way without a letter.

        Raises:
            Unreachable: it is closed, and why.
        """
        ...


@dataclass
class Collected:
    """No way at all: letters are collected in memory, for tests."""

    letters: list[EmailMessage] = field(default_factory=list)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        yield self

    def send(self, message: EmailMessage, sender: str, to: str) -> str:
        self.letters.append(message)
        return "250"

    def check(self) -> None:
        return
