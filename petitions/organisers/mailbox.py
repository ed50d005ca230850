"""The one form in which an organiser's address is stored and looked up."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l

from petitions.core.errors import DomainError


class AddressMalformed(DomainError):
    """What was given is no e-mail address."""

    words = _l("This does not look like an e-mail address.")


def canonical(text: str) -> str:
    """Return an address in its canonical form: normalised (RFC 6531) and in small letters.

    No name server is asked: a sign-in must not depend on one, and tells nobody who signs in.

    Raises:
        AddressMalformed: it is none.
    """
    try:
        return validate_email(text, check_deliverability=False).normalized.lower()
    except EmailNotValidError as error:
        raise AddressMalformed from error
