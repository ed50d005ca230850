"""The base of every form: what people type is cleaned, checked, and shown again when wrong."""

import unicodedata
from collections.abc import Iterable
from typing import Any

from babel import Locale
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Form, SelectField, StringField
from wtforms.validators import ValidationError

MOST_COMBINING_MARKS = 4
"""On one letter. Vietnamese and vocalised Hebrew need three; hundreds stall a typesetter."""

LONGEST_LINE = 1_000

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}  # needed within words of Persian and Devanagari


_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by category, and yet nobody sees them (Default_Ignorable_Code_Point)."""


def clean_line(text: str | None) -> str:
    """Return one line of text in NFC, without control characters, spaces folded.

    What is far too long for any field is cut before it is looked at: putting thousands of marks
    into their order takes time that grows with the square of their number.
    """
    kept = "".join(
        character if visible(character) else " " if character in "\t\r\n" else ""
        for character in (text or "")[:LONGEST_LINE]
    )
    # Only now: what stood apart may have come together.
    return " ".join(unicodedata.normalize("NFC", kept).split())


def visible(character: str) -> bool:
    """Tell whether a character may stand in a name: neither control, nor direction override."""
    if character in _JOINERS:
        return True
    return character not in _BLANKS and unicodedata.category(character) not in _INVISIBLE


class Line(StringField):
    """A field of one line; its data is cleaned before it is checked."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        options.setdefault("filters", (clean_line,))
        super().__init__(label, validators, **options)


class ReasonableMarks:
    """Refuses letters under a pile of combining marks."""

    def __call__(self, form: Form, field: StringField) -> None:
        if longest_pile(field.data or "") > MOST_COMBINING_MARKS:
            raise ValidationError(_l("Leave out the piled-up accents."))


def longest_pile(text: str) -> int:
    """Return how many combining marks stand on the most laden letter of `text`."""
    longest = pile = 0
    for character in unicodedata.normalize("NFD", text):
        pile = pile + 1 if unicodedata.category(character).startswith("M") else 0
        longest = max(longest, pile)
    return longest


class CountryField(SelectField):
    """A country by its ISO 3166-1 code, named in the language of the page."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, choices=country_choices, **options)


def country_choices() -> list[tuple[str, str]]:
    """Return code and name of every country, in the order of the reader's alphabet."""
    return [("", str(_l("Choose a country"))), *_sorted_countries(str(get_locale() or "en"))]


def country_name(code: str, lang: str) -> str:
    """Return the name of a country in a language of the house; the code itself if unknown."""
    return str(Locale.parse(lang).territories.get(code, code))


_SORTED: dict[str, list[tuple[str, str]]] = {}


def _sorted_countries(lang: str) -> list[tuple[str, str]]:
    if lang not in _SORTED:
        names = Locale.parse(lang).territories
        _SORTED[lang] = sorted(
            ((code, names[code]) for code in country_codes() if code in names),
            key=lambda pair: alphabetical(pair[1]),
        )
    return _SORTED[lang]


_NOT_COUNTRIES = frozenset(
    ["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"]
)


def country_codes() -> Iterable[str]:
    """Return the codes that CLDR knows as countries and territories, exceptional ones aside."""
    territories = Locale("en").territories
    codes = (str(code) for code in territories)
    return (c for c in codes if c.isalpha() and len(c) == 2 and c not in _NOT_COUNTRIES)


_AFTER = {
    "ә": "а\uffff1", "ғ": "г\uffff1", "ё": "е\uffff1", "й": "и\uffff1", "қ": "к\uffff1",
    "ң": "н\uffff1", "ө": "о\uffff1", "ұ": "у\uffff1", "ү": "у\uffff2", "һ": "х\uffff1",
    "і": "ы\uffff1",
}  # fmt: skip
"""Where the Kazakh alphabet puts letters that Unicode keeps apart: each after its neighbour."""


def alphabetical(name: str) -> str:
    """Return a key that sorts names as the alphabets of the house's languages do.

    Marks that make no letter of its own do not count.
    """
    letters = unicodedata.normalize("NFC", name.casefold())
    placed = "".join(_AFTER.get(letter, letter) for letter in letters)
    return "".join(c for c in unicodedata.normalize("NFD", placed) if not unicodedata.combining(c))


class PublicForm(Form):
    """A form of the public pages: no session, so no token; see `web.origin`."""


class DeskForm(FlaskForm):
    """A form of the desk, with Flask-WTF's token against forgery."""
