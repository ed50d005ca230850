"""Samples for the page of patterns: every piece that pages are made of, in every state.

Plain WTForms, no field of the house: the macros must not depend on any room.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from petitions.web.language import LanguageLink

DAY = datetime(2021, 2, 11, 12, tzinfo=UTC)
LONG_WORDS = "Жезқазғандағы өзен жағалауын қалпына келтіру туралы ашық хат"


class SampleForm(Form):
    """One field of each sort."""

    name = StringField(
        "Full name",
        [InputRequired("Write your full name.")],
        description="As on your documents, in any script.",
        render_kw={"autocomplete": "off"},
    )
    email = EmailField("E-mail", [InputRequired("Write your e-mail address.")])
    town = StringField("Town", [Optional()])
    country = SelectField(
        "Country",
        [InputRequired("Choose a country.")],
        choices=lambda: [("", "Choose a country"), ("KZ", "Kazakhstan"), ("PL", "Poland")],
    )
    kind = RadioField(
        "I sign as",
        [InputRequired("Say whether you sign as a person or for an organisation.")],
        choices=lambda: [("person", "A person"), ("organisation", "An organisation")],
    )
    visibility = RadioField(
        "Who may see your name?",
        choices=lambda: [(v, v) for v in ("public", "initials", "addressee", "count")],
        default="addressee",
    )
    comment = TextAreaField("Comment", [Optional(), Length(max=10, message="Shorten this.")])
    consent = BooleanField("I agree.", [InputRequired("Tick the box if you agree.")])
    website = StringField("Website")


@dataclass(frozen=True)
class SampleCard:
    """What `pieces.card` asks of an appeal."""

    title: str
    state: str
    state_name: str
    people: int
    organisations: int
    lang: str = "en"
    dir: str = "ltr"
    kind_name: str = "Open letter"
    addressees: tuple[str, ...] = ("David Sassoli", "Josep Borrell")
    opens_at: datetime | None = DAY
    closes_at: datetime | None = None
    answered: bool = False
    url: str = "#cards"


@dataclass(frozen=True)
class SampleUpdate:
    """What `pieces.timeline` asks of an update."""

    kind_name: str
    title: str
    body: Markup
    lang: str = "en"
    dir: str = "ltr"
    published_at: datetime = DAY


@dataclass(frozen=True)
class Samples:
    """All that `web/patterns.html` shows."""

    forms: tuple[tuple[str, SampleForm], ...]
    tallies: tuple[tuple[int, int], ...]
    cards: tuple[SampleCard, ...]
    updates: tuple[SampleUpdate, ...]
    languages: tuple[LanguageLink, ...]
    rows: tuple[tuple[str, str, int], ...]
    error_pages: tuple[int, ...]


def samples() -> Samples:
    """Return one of everything."""
    return Samples(
        forms=_forms(),
        tallies=((0, 0), (1, 0), (2, 1), (5, 2), (817, 8), (6_100_000, 1_234)),
        cards=_cards(),
        updates=_updates(),
        languages=_languages(),
        rows=(("Айгүл Нұрмағамбетова", "Almaty", 1), ("محمد الحسن", "Istanbul", 1_234_567)),
        error_pages=(404, 429, 500),
    )


def _forms() -> tuple[tuple[str, SampleForm], ...]:
    typed = {
        "name": "Айгүл Нұрмағамбетова",
        "email": "aigul@example.org",
        "country": "KZ",
        "kind": "person",
        "visibility": "count",
        "consent": "y",
    }
    wrong: dict[str, Any] = {"town": LONG_WORDS, "comment": "far more than ten characters"}
    return (
        ("empty", SampleForm(prefix="empty-")),
        ("filled", _sent("filled-", typed)),
        ("wrong", _sent("wrong-", wrong)),
    )


def _sent(prefix: str, data: dict[str, Any]) -> SampleForm:
    sent = MultiDict({prefix + name: text for name, text in data.items()})
    form = SampleForm(sent, prefix=prefix)
    form.validate()
    return form


def _cards() -> tuple[SampleCard, ...]:
    title = "Investigate the interference by the EU Delegation to Kazakhstan"
    return (
        SampleCard(title, "open", "Open", 817, 8, closes_at=DAY),
        SampleCard(LONG_WORDS, "open", "Open", 6_100_000, 0, lang="kk"),
        SampleCard("أنقذوا المكتبة", "open", "Open", 2, 1, lang="ar", dir="rtl"),
        SampleCard("Open the archives", "draft", "Draft", 0, 0),
        SampleCard("Keep the library of Semey open", "closed", "Closed", 1, 1, answered=True),
    )


def _updates() -> tuple[SampleUpdate, ...]:
    words = Markup("<p>598 votes for, 43 against, 52 abstentions.</p>")
    return (
        SampleUpdate("Outcome", "The Parliament adopted the resolution", words),
        SampleUpdate("Update", LONG_WORDS, Markup("<p>Алматы, Астана, Шымкент.</p>"), lang="kk"),
    )


def _languages() -> tuple[LanguageLink, ...]:
    names = (("en", "English"), ("fr", "Français"), ("ru", "Русский"), ("kk", "Қазақша"))
    return tuple(LanguageLink(lang, name, "#languages", lang == "en") for lang, name in names)
