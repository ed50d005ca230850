"""Rules of an appeal that can be broken."""

from flask_babel import lazy_gettext as _l

from petitions.core.errors import DomainError, Forbidden, NotFound


class AppealNotFound(NotFound):
    """No appeal has this address, or not in this language."""

    words = _l("There is no appeal at this address.")


class AppealNotDraft(DomainError):
    """It was opened before; its text stands."""

    status = 409
    words = _l("This appeal was opened before.")


class AppealNotOpen(DomainError):
    """It takes no signatures now."""

    status = 409
    words = _l("This appeal is not open for signature.")


class AppealWithoutText(DomainError):
    """An appeal cannot open without a text in its own language and an addressee."""

    words = _l("An appeal needs a text in its own language and at least one addressee to open.")


class SlugTaken(DomainError):
    """Another appeal has this address."""

    status = 409
    words = _l("Another appeal has this address already.")


class NoMandate(Forbidden):
    """The organiser's mandate does not go so far."""

    words = _l("Your mandate for this appeal does not include this.")
