"""Forms of the desk around lists."""

from collections.abc import Iterable

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from petitions.lists.services import DrawList, Format
from petitions.web.forms import DeskForm
from petitions.web.language import own_name


def _formats() -> list[tuple[str, str]]:
    return [
        (Format.PDF.value, gettext("Document (PDF)")),
        (Format.XLSX.value, gettext("Spreadsheet (XLSX)")),
        (Format.CSV.value, gettext("Table (CSV)")),
        (Format.JSON.value, gettext("Data (JSON)")),
    ]


class ExportForm(DeskForm):
    """Take the list of an appeal out of the house."""

    format = RadioField(
        _l("As what"),
        choices=_formats,
        default=Format.PDF.value,
        validators=[InputRequired(_l("Choose what the list should be."))],
    )
    lang = SelectField(_l("Language"), description=_l("Of the letter and of the column headings."))

    def offer(self, languages: Iterable[str]) -> None:
        """Let the list be drawn in one of these languages."""
        self.lang.choices = {lang: own_name(lang) for lang in languages}

    def to_command(self, slug: str) -> DrawList:
        """Return what is wanted. Only after `validate()`."""
        return DrawList(slug, self.lang.data, Format(self.format.data))
