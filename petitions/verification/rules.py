"""Rules of verification that can be broken."""

from flask_babel import lazy_gettext as _l

from petitions.core.errors import DomainError, Gone, NotFound


class LinkSpent(DomainError):
    """A link from a letter leads nowhere, or nowhere any more."""


class LinkUnknown(LinkSpent, NotFound):
    """No letter of ours has this link, or what it stood for has been deleted."""

    words = _l("This link is not one of ours, or what it stood for has been deleted.")


class LinkExpired(LinkSpent, Gone):
    """The letter is older than two weeks."""

    words = _l("This link has expired.")


class LinkSuperseded(LinkSpent, Gone):
    """The same mailbox has signed again since; the newest letter counts."""

    words = _l("There is a newer letter in your mailbox. Use the link in that one.")
