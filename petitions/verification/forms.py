"""Forms of the desk around verification."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.validators import InputRequired, Length

from petitions.signatures.models import StrikeReason
from petitions.signatures.queries import reason_name
from petitions.web.forms import DeskForm, Line

NOTE_LENGTH = 500


def _reasons() -> list[tuple[str, str]]:
    chosen = [(reason.value, reason_name(reason)) for reason in StrikeReason]
    return [("", str(_l("Choose a reason"))), *chosen]


class StrikeForm(DeskForm):
    """Take one signature off, with a reason."""

    reason = SelectField(
        _l("Reason"), choices=_reasons, validators=[InputRequired(_l("Choose a reason."))]
    )
    note = Line(
        _l("Note"),
        [Length(max=NOTE_LENGTH, message=_l("This is too long: %(max)d characters at the most."))],
        description=_l("The signatory will read it."),
    )

    def chosen(self) -> StrikeReason:
        """Return the reason. Only after `validate()`."""
        return StrikeReason(self.reason.data)
