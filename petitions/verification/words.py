"""Who will see a name, in the words of letters and pages that ask for confirmation."""

from flask_babel import gettext as _

from petitions.signatures.models import Visibility


def who_sees(visibility: Visibility) -> str:
    """Say to a signatory who will see the name, as it was chosen."""
    words: dict[Visibility, str] = {
        Visibility.PUBLIC: _("Your name will be on the list and on this site, for everybody."),
        Visibility.INITIALS: _("The list and this site will show your initials and your country."),
        Visibility.ADDRESSEE: _("Your name will be on the list for the addressees only."),
        Visibility.COUNT: _("Your name will be on no list. Only the number grows."),
    }
    return words[visibility]
