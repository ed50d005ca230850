"""What can be read for lists: the verified signatures of an appeal, in the order of lists."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from flask_babel import get_locale
from sqlalchemy import ColumnElement, Select, and_, or_, select

from petitions.appeals import queries as appeals
from petitions.appeals.models import Addressee
from petitions.core.db import db
from petitions.core.vault import AppealKey
from petitions.lists import cursor
from petitions.lists.cursor import Place
from petitions.lists.rows import ListedSignature, Reader, disclosed
from petitions.signatures import queries as register
from petitions.signatures.models import Kind, Signature, State, Visibility
from petitions.web.forms import country_name

SHOWN_TO_ALL = (Visibility.PUBLIC, Visibility.INITIALS)


@dataclass(frozen=True)
class PublicName:
    """A signatory as everybody may see them: the full name, or initials alone.

    An organisation stands under its own name. `country` is a name in the language of the page.
    """

    kind: Kind
    name: str
    organisation: str
    town: str
    country: str


def signatures_of(appeal_id: UUID, key: AppealKey) -> Iterator[ListedSignature]:
    """Yield all verified signatures, organisations first, each kind in the order of entry.

    These are whole, not yet `disclosed`: for `Roll` alone. Bounded memory.
    """
    for kind in (Kind.ORGANISATION, Kind.PERSON):
        for entry in register.verified_entries(appeal_id, key, kind):
            yield _listed(entry)


def _listed(entry: register.Entry) -> ListedSignature:
    nameless = ListedSignature(
        kind=entry.kind,
        name="",
        latin_name="",
        organisation="",
        role="",
        town="",
        country=entry.country,
        signed_on=entry.entered_at.date(),
        visibility=Visibility.COUNT,
    )
    person = entry.person
    if person is None or entry.visibility is Visibility.COUNT:
        return nameless
    return replace(
        nameless,
        name=person.name,
        latin_name=person.latin_name or "",
        organisation=person.organisation or "",
        role=person.role or "",
        town=person.town or "",
        visibility=entry.visibility,
    )


def public_names(
    slug: str, after: str | None, limit: int
) -> tuple[tuple[PublicName, ...], str | None]:
    """Return up to `limit` names that everybody may see, and where the next page begins.

    `after` is that place as the page before gave it; one that is not ours begins at the start.

    Raises:
        AppealNotFound: no such appeal, or its people are sealed for ever.
    """
    appeal_id = appeals.appeal_by_slug(slug).id
    key = appeals.key_of(appeal_id)
    chosen = _shown_to_all(appeal_id)
    if after and (place := cursor.read(after, key)):
        chosen = chosen.where(_behind(place))
    rows = db.session.scalars(chosen.limit(limit + 1)).all()
    names = [_public_name(_listed(register.opened(row, key))) for row in rows[:limit]]
    shown = tuple(name for name in names if name)
    if len(rows) <= limit:
        return shown, None
    last = rows[limit - 1]
    return shown, cursor.written(Place(last.kind, last.id), key)


def _shown_to_all(appeal_id: UUID) -> Select[Signature]:
    return (
        select(Signature)
        .where(
            Signature.appeal_id == appeal_id,
            Signature.state == State.VERIFIED,
            Signature.visibility.in_(SHOWN_TO_ALL),
        )
        # The names of the kinds sort as lists do: organisation, person.
        .order_by(Signature.kind, Signature.id)
    )


def _behind(place: Place) -> ColumnElement[bool]:
    later_kind = Signature.kind > place.kind
    return or_(later_kind, and_(Signature.kind == place.kind, Signature.id > place.id))


def _public_name(signature: ListedSignature) -> PublicName | None:
    shown = disclosed(signature, to=Reader.PUBLIC)
    if shown is None:
        return None
    of_its_own = shown.kind is Kind.ORGANISATION and shown.organisation
    return PublicName(
        kind=shown.kind,
        name=shown.organisation if of_its_own else shown.name,
        organisation="" if of_its_own else shown.organisation,
        town=shown.town,
        country=country_name(shown.country, str(get_locale() or "en")),
    )


def language_of_list(slug: str) -> str:
    """Return the language in which a list is drawn up where nobody asks for another.

    That of the first addressee, if the appeal is written in it; else that of its original.

    Raises:
        AppealNotFound: no such appeal, or without any words.
    """
    languages = appeals.languages_of(slug)
    of_addressee = db.session.scalar(
        select(Addressee.lang)
        .where(Addressee.appeal_id == appeals.appeal_by_slug(slug).id)
        .order_by(Addressee.position)
        .limit(1)
    )
    return of_addressee if of_addressee in languages else languages[0]
