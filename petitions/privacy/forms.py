"""Forms of the signatory's own page."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from petitions.signatures.models import Visibility
from petitions.signatures.queries import visibility_choices
from petitions.web.forms import PublicForm


class VisibilityForm(PublicForm):
    """Who may see the name from now on."""

    visibility = RadioField(
        _l("Who may see your name?"),
        choices=visibility_choices,
        validators=[InputRequired(_l("Choose who may see your name."))],
    )

    def chosen(self) -> Visibility:
        """Return the choice. Only after `validate()`."""
        return Visibility(self.visibility.data)
