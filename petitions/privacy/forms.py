"""Forms of the signatory's own page."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired

from petitions.signatures.models import Visibility
from petitions.signatures.queries import visibility_choices
from petitions.web.forms import PublicForm


class ChoicesForm(PublicForm):
    """Who may see the name, and whether news are wanted, from now on."""

    visibility = RadioField(
        _l("Who may see your name?"),
        choices=visibility_choices,
        validators=[InputRequired(_l("Choose who may see your name."))],
    )

    news = BooleanField(_l("Write to me about what becomes of this appeal."))

    def chosen(self) -> Visibility:
        """Return the choice. Only after `validate()`."""
        return Visibility(self.visibility.data)
