"""Forms of the public pages besides signing itself."""

import re

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from petitions.verification import mailbox
from petitions.web.forms import Line, PublicForm

CODE = re.compile(r"\d{6}")


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

    def forget_what_is_not_asked(self) -> None:
        """Keep either the reference or the field for the address."""
        if self.ref.data:
            del self.email
        else:
            del self.ref

    def validate_code(self, field: Line) -> None:
        field.data = (field.data or "").replace(" ", "")
        if not CODE.fullmatch(field.data):
            raise ValidationError(_l("Type the six digits from the letter."))

    def validate_email(self, field: Line) -> None:
        try:
            field.data = mailbox.parse(field.data or "")
        except mailbox.BadAddress as error:
            raise ValidationError(_l("Write an e-mail address like name@example.org.")) from error
