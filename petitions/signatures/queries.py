"""What can be read of the register: frozen values, with the person opened where that is needed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Function, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from petitions.appeals.models import Appeal
from petitions.core.db import db
from petitions.core.vault import AppealKey
from petitions.signatures.models import (
    Kind,
    Signature,
    State,
    StrikeReason,
    Tally,
    Visibility,
    person_context,
)
from petitions.signatures.person import Person
from petitions.signatures.rules import SignatureNotFound

CHUNK = 1_000
"""Rows held at once while a long list is read."""

MOST_CHUNKS = 50
MOST_SEARCHED = CHUNK * MOST_CHUNKS


@dataclass(frozen=True)
class Count:
    """How many signatures are verified: people and organisations apart."""

    people: int = 0
    organisations: int = 0
    counted_at: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """A row of the register with its person opened; None where the person was erased."""

    id: UUID
    kind: Kind
    state: State
    visibility: Visibility
    country: str
    lang: str
    entered_at: datetime
    verified_at: datetime | None
    reason: StrikeReason | None
    note: str | None
    news: bool
    person: Person | None

    @property
    def state_name(self) -> str:
        return state_name(self.state)

    @property
    def visibility_name(self) -> str:
        return visibility_name(self.visibility)

    @property
    def reason_name(self) -> str:
        return reason_name(self.reason) if self.reason else ""


@dataclass(frozen=True)
class StateCount:
    """Signatures of one state."""

    state: State
    people: int
    organisations: int

    @property
    def state_name(self) -> str:
        return state_name(self.state)


@dataclass(frozen=True)
class DayCount:
    """Signatures verified on one day (UTC), and all until then."""

    day: date
    people: int
    organisations: int
    total: int


def state_name(state: State) -> str:
    names: dict[State, str] = {
        State.PENDING: _("Waiting for confirmation"),
        State.VERIFIED: _("Verified"),
        State.WITHDRAWN: _("Withdrawn"),
        State.STRUCK: _("Struck"),
        State.QUARANTINED: _("Set aside"),
        State.EXPIRED: _("Expired"),
    }
    return names[state]


def visibility_name(visibility: Visibility) -> str:
    names: dict[Visibility, str] = {
        Visibility.PUBLIC: _("Public"),
        Visibility.INITIALS: _("Initials only"),
        Visibility.ADDRESSEE: _("Addressees only"),
        Visibility.COUNT: _("Counted only"),
    }
    return names[visibility]


def visibility_choices() -> list[tuple[str, str]]:
    """Return the choices of a form; the most private that still gives the addressee a name first.

    The page says in whole sentences what each of them means.
    """
    order = (Visibility.ADDRESSEE, Visibility.PUBLIC, Visibility.INITIALS, Visibility.COUNT)
    return [(choice.value, visibility_name(choice)) for choice in order]


def reason_name(reason: StrikeReason) -> str:
    names: dict[StrikeReason, str] = {
        StrikeReason.DUPLICATE: _("The same person signed twice"),
        StrikeReason.NOT_A_PERSON: _("The name is not that of a person or organisation"),
        StrikeReason.ON_REQUEST: _("The person named asked for it"),
        StrikeReason.OTHER: _("Another reason"),
    }
    return names[reason]


def count_of(appeal_id: UUID) -> Count:
    """Return the tally of an appeal as last derived."""
    return counts_of([appeal_id]).get(appeal_id, Count())


def counts_of(appeal_ids: Sequence[UUID]) -> dict[UUID, Count]:
    """Return the tallies of several appeals."""
    rows = db.session.scalars(select(Tally).where(Tally.appeal_id.in_(appeal_ids)))
    return {row.appeal_id: Count(row.people, row.organisations, row.counted_at) for row in rows}


def tallies_behind() -> dict[UUID, Count]:
    """Count the register of every appeal that was opened; return the counts that are not kept yet.

    Derived from the register itself: whatever happened to single requests, they are right.
    """
    opened_appeals = db.session.scalars(select(Appeal.id).where(Appeal.opened_at.is_not(None)))
    counts: dict[UUID, dict[Kind, int]] = {appeal_id: {} for appeal_id in opened_appeals}
    rows = db.session.execute(
        select(Signature.appeal_id, Signature.kind, func.count())
        .where(Signature.appeal_id.in_(counts), Signature.state == State.VERIFIED)
        .group_by(Signature.appeal_id, Signature.kind)
    )
    for appeal_id, kind, count in rows:
        counts[appeal_id][kind] = count
    kept = {each.appeal_id: each for each in db.session.scalars(select(Tally))}
    fresh = {
        appeal_id: Count(by_kind.get(Kind.PERSON, 0), by_kind.get(Kind.ORGANISATION, 0))
        for appeal_id, by_kind in counts.items()
    }
    return {i: count for i, count in fresh.items() if not _is_kept(kept.get(i), count)}


def _is_kept(tally: Tally | None, count: Count) -> bool:
    return tally is not None and (tally.people, tally.organisations) == (
        count.people,
        count.organisations,
    )


def states_of(appeal_id: UUID) -> tuple[StateCount, ...]:
    """Count an appeal's signatures by state, in the order of `State`."""
    rows = db.session.execute(
        select(Signature.state, Signature.kind, func.count())
        .where(Signature.appeal_id == appeal_id)
        .group_by(Signature.state, Signature.kind)
    ).all()
    counts = {(state, kind): count for state, kind, count in rows}
    return tuple(
        StateCount(
            state, counts.get((state, Kind.PERSON), 0), counts.get((state, Kind.ORGANISATION), 0)
        )
        for state in State
    )


def pending_of(appeal_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Count the signatures that wait for confirmation, by appeal."""
    rows = db.session.execute(
        select(Signature.appeal_id, func.count())
        .where(Signature.appeal_id.in_(appeal_ids), Signature.state == State.PENDING)
        .group_by(Signature.appeal_id)
    )
    return {row[0]: row[1] for row in rows}


def days_of(appeal_id: UUID) -> tuple[DayCount, ...]:
    """Count an appeal's verified signatures by day of confirmation (UTC)."""
    day = _utc_day(Signature.verified_at)
    rows = db.session.execute(
        select(day, Signature.kind, func.count())
        .where(Signature.appeal_id == appeal_id, Signature.state == State.VERIFIED)
        .group_by(day, Signature.kind)
        .order_by(day)
    ).all()
    by_day: dict[date, dict[Kind, int]] = {}
    for on, kind, count in rows:
        by_day.setdefault(_as_date(on), {})[kind] = count
    days, total = [], 0
    for on, counts in by_day.items():
        people, organisations = counts.get(Kind.PERSON, 0), counts.get(Kind.ORGANISATION, 0)
        total += people + organisations
        days.append(DayCount(on, people, organisations, total))
    return tuple(days)


def _utc_day(moment: InstrumentedAttribute[datetime | None]) -> Function[Any]:
    """The day of a moment in UTC. PostgreSQL would take that of the server's own time zone."""
    if db.session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone("UTC", moment))
    return func.date(moment)


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def countries_of(appeal_id: UUID) -> tuple[tuple[str, int, int], ...]:
    """Count an appeal's verified signatures by country: people, organisations; largest first."""
    people = func.count().filter(Signature.kind == Kind.PERSON)
    rows = db.session.execute(
        select(Signature.country, people, func.count() - people)
        .where(Signature.appeal_id == appeal_id, Signature.state == State.VERIFIED)
        .group_by(Signature.country)
        .order_by(func.count().desc(), Signature.country)
    ).all()
    return tuple((row[0], row[1], row[2]) for row in rows)


def verified_entries(appeal_id: UUID, key: AppealKey, kind: Kind) -> Iterator[Entry]:
    """Yield the verified signatures of one kind in the order of entry, in bounded memory.

    Read in chunks by key, each with a statement of its own: no cursor is held open while a slow
    reader takes the list.
    """
    chosen = _of(appeal_id).where(Signature.state == State.VERIFIED, Signature.kind == kind)
    yield from _in_chunks(chosen, key)


def _in_chunks(chosen: Select[Signature], key: AppealKey) -> Iterator[Entry]:
    after: UUID | None = None
    while True:
        page = chosen.order_by(Signature.id).limit(CHUNK)
        if after is not None:
            page = page.where(Signature.id > after)
        rows = db.session.scalars(page).all()
        for row in rows:
            yield opened(row, key)
        if len(rows) < CHUNK:
            return
        after = rows[-1].id
        for row in rows:
            db.session.expunge(row)  # else the session would hold the whole list


def entry_by_id(appeal_id: UUID, signature_id: UUID, key: AppealKey) -> Entry:
    """Return one signature of an appeal.

    Raises:
        SignatureNotFound: none with this id under this appeal.
    """
    row = db.session.scalar(_of(appeal_id).where(Signature.id == signature_id))
    if row is None:
        raise SignatureNotFound
    return opened(row, key)


def by_link(digest: bytes) -> Signature:
    """Return the row whose own page has a token of this digest.

    Raises:
        SignatureNotFound: there is none (any more).
    """
    row = db.session.scalar(select(Signature).where(Signature.link == digest))
    if row is None:
        raise SignatureNotFound
    return row


def newest_first(
    appeal_id: UUID,
    key: AppealKey,
    *,
    limit: int,
    before: UUID | None = None,
    state: State | None = None,
    text: str = "",
) -> tuple[Entry, ...]:
    """Return up to `limit` signatures, newest first, entered before the one named.

    Those whose person was erased are not among them: when a nameless row was entered could tell
    somebody whose it was.

    `text` keeps those whose names, organisation or town contain it. Persons are sealed, so the
    search opens row after row until the page is full, and gives up after `MOST_SEARCHED` rows: it
    holds a thread that somebody else may need.
    """
    chosen = _of(appeal_id).where(Signature.person.is_not(None))
    if state is not None:
        chosen = chosen.where(Signature.state == state)
    wanted = text.casefold()
    found: list[Entry] = []
    for _chunk in range(MOST_CHUNKS):
        page = chosen.order_by(Signature.id.desc()).limit(CHUNK if wanted else limit)
        if before is not None:
            page = page.where(Signature.id < before)
        rows = db.session.scalars(page).all()
        entries = (opened(row, key) for row in rows)
        found += [entry for entry in entries if not wanted or _mentions(entry, wanted)]
        if len(found) >= limit or len(rows) < (CHUNK if wanted else limit):
            break
        before = rows[-1].id
    return tuple(found[:limit])


def _mentions(entry: Entry, wanted: str) -> bool:
    person = entry.person
    if person is None:
        return False
    texts = (person.name, person.latin_name, person.organisation, person.town)
    return any(wanted in text.casefold() for text in texts if text)


def _of(appeal_id: UUID) -> Select[Signature]:
    return select(Signature).where(Signature.appeal_id == appeal_id)


def opened(row: Signature, key: AppealKey) -> Entry:
    """Return a row with its person opened.

    Raises:
        SealBroken: the sealed person was altered, or moved from another row.
    """
    person = None
    if row.person is not None:
        person = Person.from_bytes(key.open(row.person, person_context(row.id)))
    return Entry(
        id=row.id,
        kind=row.kind,
        state=row.state,
        visibility=row.visibility,
        country=row.country,
        lang=row.lang,
        entered_at=row.entered_at,
        verified_at=row.verified_at,
        reason=row.reason,
        note=row.note,
        news=row.news,
        person=person,
    )
