"""Forms around verification: the typed code, and striking at the desk."""

import re
import unicodedata

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from petitions.core import mailbox
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
    email = Line(
        _l("E-mail address"),
        render_kw={"autocomplete": "email", "inputmode": "email", "spellcheck": "false"},
    )
    ref = HiddenField()

    @classmethod
    def known(cls, reference: str) -> "CodeForm":
        """Return a form for somebody who has just signed, or who must say with which address."""
        form = cls(ref=reference)
        form.forget_what_is_not_asked()
        return form

    def asking_for_address(self) -> "CodeForm":
        """Return the same form for somebody whose reference leads nowhere."""
        form = CodeForm(code=self.code.data)
        form.forget_what_is_not_asked()
        form.code.errors, form.form_errors = self.code.errors, self.form_errors
        return form

    def forget_what_is_not_asked(self) -> None:
        """Keep either the reference or the field for the address."""
        if self.ref.data:
            del self.email
        else:
            del self.ref

    def validate_code(self, field: Line) -> None:
        field.data = in_ascii_digits((field.data or "").replace(" ", ""))
        if not CODE.fullmatch(field.data):
            raise ValidationError(_l("Type the six digits from the letter."))

    def validate_email(self, field: Line) -> None:
        try:
            field.data = mailbox.parse(field.data or "")
        except mailbox.BadAddress as error:
            raise ValidationError(_l("Write an e-mail address like name@example.org.")) from error


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
