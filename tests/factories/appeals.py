"""Appeals, drawn up and opened through the services. Each call is one unit of work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from petitions.appeals import queries
from petitions.appeals import services as appeals
from petitions.appeals.models import Kind, Localised
from petitions.appeals.services import AddresseeEntry, DrawUpAppeal, WriteVersion
from petitions.core.db import transaction
from petitions.core.vault import AppealKey
from petitions.organisers import services as organisers
from tests.conftest import A_MORNING

MAYOR = AddresseeEntry(
    name={"en": "The Mayor of Semey", "ru": "Аким Семея", "kk": "Семей әкімі"},
    office={"en": "City Hall", "ru": "Акимат", "kk": "Әкімдік"},
    lang="en",
)
MINISTER = AddresseeEntry(
    name={"en": "The Minister of Culture", "ru": "Министр культуры", "kk": "Мәдениет министрі"},
    office={"en": "Ministry of Culture"},
    lang="ru",
)
LIBRARY: Mapping[str, WriteVersion] = {
    "en": WriteVersion(
        "en",
        "Keep the library of Semey open",
        "The library *must* stay open.\n\nIt is the only warm room in winter.",
        ("Keep it open until nine.", "Pay its keepers."),
    ),
    "ru": WriteVersion(
        "ru",
        "Не закрывайте библиотеку Семея",
        "Библиотека *должна* работать.",
        ("Работать до девяти.", "Платить хранителям."),
    ),
    "kk": WriteVersion(
        "kk",
        "Семей кітапханасын жаппаңыздар",
        "Кітапхана *ашық* болуы керек.",
        ("Тоғызға дейін жұмыс істесін.",),
    ),
    "fr": WriteVersion("fr", "Gardez la bibliothèque ouverte", "Elle *doit* rester ouverte."),
}
TEAM = "Friends of the library"


@dataclass(frozen=True)
class Furnished:
    """An appeal that stands in the house."""

    id: UUID
    slug: str
    versions: Mapping[str, UUID] = field(default_factory=dict)
    """The text of each language."""


def key_of(appeal: Furnished) -> AppealKey:
    """Return the key of an appeal, unwrapped."""
    return queries.key_of(appeal.id)


def team(name: str = TEAM) -> UUID:
    """Found a team, or find it."""
    with transaction():
        return organisers.found_team(name, at=A_MORNING).id


def draft(
    slug: str = "library",
    langs: Sequence[str] = ("en", "ru", "kk"),
    *,
    texts: Mapping[str, WriteVersion] = LIBRARY,
    addressees: Sequence[AddresseeEntry] = (MAYOR, MINISTER),
    initiators: Sequence[Localised] = (),
    kind: Kind = Kind.PETITION,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
    demonstration: bool = False,
    at: datetime = A_MORNING,
) -> Furnished:
    """Draw up an appeal with its words; the first of `langs` is the original."""
    team_id = team()
    command = DrawUpAppeal(slug, kind, langs[0], team_id, opens_at, closes_at, demonstration)
    with transaction():
        appeal = appeals.draw_up(command, at=at, by=None)
        appeals.address(appeal.id, addressees)
        appeals.name_initiators(appeal.id, initiators)
        versions = {lang: appeals.write(appeal.id, texts[lang]).id for lang in langs}
    return Furnished(appeal.id, slug, versions)


def opened(
    slug: str = "library",
    langs: Sequence[str] = ("en", "ru", "kk"),
    *,
    texts: Mapping[str, WriteVersion] = LIBRARY,
    addressees: Sequence[AddresseeEntry] = (MAYOR, MINISTER),
    initiators: Sequence[Localised] = (),
    closes_at: datetime | None = None,
    demonstration: bool = False,
    at: datetime = A_MORNING,
) -> Furnished:
    """Draw up an appeal and open it for signature."""
    appeal = draft(
        slug,
        langs,
        texts=texts,
        addressees=addressees,
        initiators=initiators,
        closes_at=closes_at,
        demonstration=demonstration,
        at=at,
    )
    with transaction():
        appeals.open_appeal(appeal.id, at=at, by=None)
    return appeal


def closed(appeal: Furnished, *, at: datetime = A_MORNING) -> Furnished:
    """Close an open appeal."""
    with transaction():
        appeals.close(appeal.id, at=at, by=None)
    return appeal
