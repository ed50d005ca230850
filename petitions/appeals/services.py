"""What is done to an appeal: drawn up, opened, closed, reported on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from petitions.appeals import queries
from petitions.appeals.models import (
    Addressee,
    Appeal,
    AppealKey,
    Initiator,
    Kind,
    Localised,
    Update,
    UpdateKind,
    Version,
)
from petitions.appeals.rules import AppealNotDraft, AppealWithoutText, SlugTaken
from petitions.audit import services as audit
from petitions.core.db import db, new_id
from petitions.core.vault import vault
from petitions.web.language import speaking


@dataclass(frozen=True)
class DrawUpAppeal:
    """A new appeal, still without words."""

    slug: str
    kind: Kind
    lang: str
    team_id: UUID
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    demonstration: bool = False


@dataclass(frozen=True)
class AddresseeEntry:
    """One addressee, each text by language."""

    name: Localised
    office: Localised
    lang: str


@dataclass(frozen=True)
class WriteVersion:
    """The words of an appeal in one language. Markdown in `body`."""

    lang: str
    title: str
    body: str
    demands: Sequence[str] = field(default_factory=tuple)


def draw_up(command: DrawUpAppeal, *, at: datetime, by: UUID | None) -> Appeal:
    """Enter a new appeal with a key of its own.

    Raises:
        SlugTaken: another appeal has this address.
    """
    appeal_id = new_id()
    appeal = Appeal(
        id=appeal_id,
        slug=command.slug,
        kind=command.kind,
        lang=command.lang,
        team_id=command.team_id,
        opens_at=command.opens_at,
        closes_at=command.closes_at,
        demonstration=command.demonstration,
        created_at=at,
        key=AppealKey(wrapped=vault().new_appeal_key(appeal_id)),
    )
    db.session.add(appeal)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise SlugTaken from error
    audit.record("appeals.draw_up", by=by, at=at, subject=("appeal", appeal_id))
    return appeal


def address(appeal_id: UUID, entries: Sequence[AddresseeEntry]) -> None:
    """Name the addressees, in the order given.

    Raises:
        AppealNotDraft: the appeal is open; its words name those to whom it is put.
    """
    _draft(appeal_id)
    db.session.add_all(
        Addressee(
            appeal_id=appeal_id, position=n, name=entry.name, office=entry.office, lang=entry.lang
        )
        for n, entry in enumerate(entries, start=1)
    )


def name_initiators(appeal_id: UUID, names: Sequence[Localised]) -> None:
    """Name those who stand with the text from the start, in the order given."""
    db.session.add_all(
        Initiator(appeal_id=appeal_id, position=n, name=name) for n, name in enumerate(names, 1)
    )


def write(appeal_id: UUID, command: WriteVersion) -> Version:
    """Add the text in one language. Addressees come first: the consent names them.

    Raises:
        AppealNotDraft: the appeal is open; its words stand.
    """
    appeal = _draft(appeal_id)
    names = [a.name for a in queries.addressees_of(appeal_id, command.lang, appeal.lang)]
    version = Version(
        appeal_id=appeal_id,
        lang=command.lang,
        number=1,
        title=command.title,
        body=command.body,
        demands=list(command.demands),
        consent=consent_sentence(names, command.lang),
    )
    db.session.add(version)
    db.session.flush()
    return version


def _draft(appeal_id: UUID) -> Appeal:
    appeal = db.session.get_one(Appeal, appeal_id)
    if appeal.opened_at is not None:
        raise AppealNotDraft
    return appeal


def consent_sentence(addressees: Sequence[str], lang: str) -> str:
    """Return the words of the consent (GDPR, articles 7 and 9(2)(a)) in the text's language."""
    with speaking(lang):
        sentence: str = _(
            "I sign this appeal. I know that my signature shows a political opinion, and I agree "
            "that it is kept here and put before %(addressees)s as I have chosen above. I can take "
            "it back at any time.",
            addressees=_listed(addressees),
        )
    return sentence


def _listed(names: Sequence[str]) -> str:
    if len(names) < 2:
        return "".join(names)
    return str(_("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1]))


def open_appeal(appeal_id: UUID, *, at: datetime, by: UUID | None) -> None:
    """Freeze and hash the words, then let people sign.

    Raises:
        AppealNotDraft: it was opened before.
        AppealWithoutText: no text in its own language, or no addressee.
    """
    appeal = queries.appeal_for_change(appeal_id)
    versions = db.session.scalars(select(Version).where(Version.appeal_id == appeal_id)).all()
    if not any(v.lang == appeal.lang for v in versions) or not _has_addressee(appeal_id):
        raise AppealWithoutText
    appeal.open(at)
    for version in versions:
        version.digest = sha256(frozen_text(appeal, version)).digest()
        version.frozen_at = at
    audit.record("appeals.open", by=by, at=at, subject=("appeal", appeal_id))


def _has_addressee(appeal_id: UUID) -> bool:
    return bool(db.session.scalar(select(exists().where(Addressee.appeal_id == appeal_id))))


def frozen_text(appeal: Appeal, version: Version) -> bytes:
    """Return the exact bytes that are hashed: one JSON object, UTF-8, keys sorted, no spaces."""
    text = {
        "title": version.title,
        "body": version.body,
        "demands": version.demands,
        "consent": version.consent,
        "lang": version.lang,
        "addressees": [
            {"name": a.name, "office": a.office}
            for a in queries.addressees_of(appeal.id, version.lang, appeal.lang)
        ],
    }
    return json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def close(appeal_id: UUID, *, at: datetime, by: UUID | None) -> None:
    """Take no further signatures.

    Raises:
        AppealNotOpen: it is not open.
    """
    queries.appeal_for_change(appeal_id).close(at)
    audit.record("appeals.close", by=by, at=at, subject=("appeal", appeal_id))


def report(
    appeal_id: UUID, kind: UpdateKind, title: Localised, body: Localised, *, at: datetime
) -> None:
    """Publish news under the appeal."""
    db.session.add(Update(appeal_id=appeal_id, kind=kind, title=title, body=body, published_at=at))


def keep_hours(*, at: datetime) -> int:
    """Open the appeals whose announced moment has come, and close those whose time is over.

    Returns how many. A draft that lacks words or addressees is left as it is.
    """
    opened = 0
    for appeal_id in queries.due_to_open(at):
        try:
            open_appeal(appeal_id, at=at, by=None)
            opened += 1
        except AppealWithoutText:
            continue
    over = queries.due_to_close(at)
    for appeal_id in over:
        close(appeal_id, at=at, by=None)
    return opened + len(over)
