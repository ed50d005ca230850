"""The one form in which an organiser's address is stored and looked up."""

from flask_babel import lazy_gettext as _l

from petitions.core import mailbox
from petitions.core.errors import DomainError


class AddressMalformed(DomainError):
    """What was given is no e-mail address."""

    words = _l("This does not look like an e-mail address.")


def canonical(text: str) -> str:
    """Return the canonical form of an address as somebody typed it.

    No name server is asked: a sign-in must not depend on one, and tells nobody who signs in.

    Raises:
        AddressMalformed: it is none.
    """
    try:
        return mailbox.canonical(mailbox.parse(text))
    except mailbox.BadAddress as error:
        raise AddressMalformed from error
