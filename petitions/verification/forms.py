"""Forms around verification: the typed code, and striking at the desk."""

import re
import unicodedata

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from petitions.signatures.models import StrikeReason
from petitions.signatures.queries import reason_name
from petitions.web.forms import DeskForm, Line, PublicForm

NOTE_LENGTH = 500
CODE = re.compile(r"[0-9]{6}")


def in_ascii_digits(text: str) -> str:
    """Return `text` with the digits of any script as 0 to 9: keyboards differ, codes do not."""
    return "".join(str(unicodedata.decimal(one, one)) for one in text)


class CodeForm(PublicForm):
    """The code from the letter, typed where one has signed."""

    code = Line(
        _l("Code"),
        description=_l("Six digits."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
    ref = HiddenField()

    def validate_code(self, field: Line) -> None:
        field.data = in_ascii_digits((field.data or "").replace(" ", ""))
        if not CODE.fullmatch(field.data):
            raise ValidationError(_l("Type the six digits from the letter."))

    def refuse_code(self) -> None:
        """Say that the code is not the one, whatever is wrong with it."""
        self.code.errors = [
            _("This code does not fit what was signed here. Open the link in the newest letter.")
        ]


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
        [
            Optional(),
            Length(
                max=NOTE_LENGTH, message=_l("This is too long: %(max)d characters at the most.")
            ),
        ],
        description=_l("The signatory will read it."),
    )

    def chosen(self) -> StrikeReason:
        """Return the reason. Only after `validate()`."""
        return StrikeReason(self.reason.data)
