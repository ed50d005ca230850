"""The tree of errors that the house raises on purpose, each named by the rule that was broken."""

from typing import ClassVar


class DomainError(Exception):
    """A rule of the house was broken.

    `status` is the HTTP status that an edge answers with; `words` is a lazily translated sentence
    for the reader, without any personal data.
    """

    status: ClassVar[int] = 422
    words: ClassVar[object] = ""


class NotFound(DomainError):
    """What was asked for does not exist, or the asker may not know that it does."""

    status = 404


class Gone(DomainError):
    """What was asked for existed and does so no more."""

    status = 410


class Forbidden(DomainError):
    """The asker is known and may not do this."""

    status = 403
