"""The house's own words on a list, in the language of the addressee."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask_babel import gettext, ngettext

from petitions.lists.rows import Totals
from petitions.signatures.models import Kind, Visibility
from petitions.web.language import direction, locale_of, site_language, speaking

COLUMNS = (
    "number",
    "kind",
    "name",
    "latin_name",
    "organisation",
    "role",
    "town",
    "country",
    "country_code",
    "signed_on",
    "visibility",
)
"""The columns of a table of signatures, in order; also the names of the fields in JSON."""


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Words for one language, ready to print: what writes lists asks for no translation itself.

    `headings` has an entry for each of `COLUMNS`. `page` has the marks `{page}` and `{pages}`.
    `counts` gives people, organisations and counted-only signatures as (figure, noun) pairs.
    """

    lang: str
    dir: str
    headings: Mapping[str, str]
    kinds: Mapping[Kind, str]
    visibilities: Mapping[Visibility, str]
    countries: Mapping[str, str] = field(repr=False)
    to: str
    signed_by: str
    demands: str
    initiators: str
    signatories: str
    organisations: str
    people: str
    native_name: str
    latin_name: str
    place: str
    date: str
    about: str
    verified: str
    drawn: str
    text_digest: str
    address: str
    page: str
    demonstration: str
    entrusted: str
    moment: Callable[[datetime], str]
    counts: Callable[[Totals], tuple[tuple[str, str], ...]]

    def country(self, code: str) -> str:
        """Return the name of a country; the code itself where the language has no name for it."""
        return self.countries.get(code, code)


def wording_for(lang: str) -> Wording:
    """Return the words that go with a text in `lang` (BCP 47); English where the house has none.

    Needs an application context, in which the catalogues are found.
    """
    spoken = site_language(lang)
    with speaking(spoken):
        return Wording(
            lang=spoken,
            dir=direction(spoken),
            headings=MappingProxyType(_headings()),
            kinds=MappingProxyType(_kinds()),
            visibilities=MappingProxyType(_visibilities()),
            countries=MappingProxyType(dict(Locale.parse(spoken).territories)),
            moment=lambda at: _moment(at, spoken),
            counts=lambda totals: _counts(totals, spoken),
            **_phrases(),
        )


def _headings() -> dict[str, str]:
    return {
        "number": gettext("No."),
        "kind": gettext("Signed as"),
        "name": gettext("Name"),
        "latin_name": gettext("Name in Latin script"),
        "organisation": gettext("Organisation"),
        "role": gettext("Role"),
        "town": gettext("Town"),
        "country": gettext("Country"),
        "country_code": gettext("Country code"),
        "signed_on": gettext("Signed on"),
        "visibility": gettext("May be shown to"),
    }


def _kinds() -> dict[Kind, str]:
    return {Kind.PERSON: gettext("person"), Kind.ORGANISATION: gettext("organisation")}


def _visibilities() -> dict[Visibility, str]:
    return {
        Visibility.PUBLIC: gettext("everyone"),
        Visibility.INITIALS: gettext("everyone, as initials"),
        Visibility.ADDRESSEE: gettext("the addressees only"),
        Visibility.COUNT: gettext("nobody"),
    }


def _phrases() -> dict[str, str]:
    return {
        "to": gettext("To"),
        "signed_by": gettext("Signed by"),
        "demands": gettext("What we ask"),
        "initiators": gettext("Initiated by"),
        "signatories": gettext("Signatories"),
        "organisations": gettext("Organisations"),
        "people": gettext("People"),
        "native_name": gettext("Name"),
        "latin_name": gettext("In Latin script"),
        "place": gettext("Town and country"),
        "date": gettext("Day"),  # as short as what stands below it
        "about": gettext("About this list"),
        "verified": gettext(
            "Each signature was confirmed through a letter sent to the signatory's own mailbox, "
            "and only confirmed signatures are counted. This shows that the mailbox is theirs; "
            "it does not prove their identity."
        ),
        "drawn": gettext("Drawn"),
        "text_digest": gettext("SHA-256 of the text"),
        "address": gettext("On the web"),
        "page": gettext("Page {page} of {pages}"),
        "demonstration": gettext("Demonstration data: every signatory on this list is invented."),
        "entrusted": gettext(
            "Names marked with a circle (○) are entrusted to the addressees only. "
            "Please do not publish them."
        ),
    }


def _moment(at: datetime, lang: str) -> str:
    """Return a day and a time in UTC, as read in `lang`."""
    return f"{format_date(at, 'long', locale=locale_of(lang))}, {at:%H:%M} UTC"


def _counts(totals: Totals, lang: str) -> tuple[tuple[str, str], ...]:
    with speaking(lang):
        nouns = (
            (totals.people, ngettext("person", "people", totals.people)),
            (totals.organisations, ngettext("organisation", "organisations", totals.organisations)),
            (totals.counted_only, gettext("of them counted without a name")),
        )
    return tuple((grouped(number, lang), noun) for number, noun in nouns if number)


def grouped(number: int, lang: str) -> str:
    """Return a whole number with the separators of `lang`."""
    return format_decimal(number, locale=lang)
