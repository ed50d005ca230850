"""Rules of lists that can be broken."""

from flask_babel import lazy_gettext as _l

from petitions.core.errors import DomainError


class TypesettingFailed(DomainError):
    """The document could not be made. The argument is the typesetter's own word on it."""

    status = 500
    words = _l("The document could not be made. Take the table instead, and tell the operator.")
