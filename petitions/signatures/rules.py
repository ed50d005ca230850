"""Rules of the register that can be broken."""

from flask_babel import lazy_gettext as _l

from petitions.core.errors import DomainError, Gone, NotFound


class NotPossibleNow(DomainError):
    """The signature is in a state from which this step does not lead on."""

    status = 409
    words = _l("The signature has changed in the meantime. Look at it again.")


class SignatureNotFound(NotFound):
    """No signature has this link."""

    words = _l("There is no signature at this address.")


class PersonErased(Gone):
    """The row is still counted among the past; the person has been erased."""

    words = _l("What was kept under this link has been deleted.")
