"""What is done to the register. Called as `register.enter(...)`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite

from petitions.audit import services as audit
from petitions.core.db import db, new_id
from petitions.core.tokens import encode_token, token_digest
from petitions.core.vault import AppealKey
from petitions.signatures import queries
from petitions.signatures.models import (
    RENEWABLE,
    Kind,
    Signature,
    State,
    StrikeReason,
    Tally,
    Visibility,
    person_context,
)
from petitions.signatures.person import Person
from petitions.signatures.rules import NotPossibleNow, SignatureNotFound


@dataclass(frozen=True)
class EnterSignature:
    """What goes into the register, with the person still open."""

    appeal_id: UUID
    version_id: UUID
    mailbox: bytes
    person: Person
    kind: Kind
    visibility: Visibility
    country: str
    lang: str
    source: str | None
    news: bool


def enter(command: EnterSignature, key: AppealKey, *, at: datetime) -> Signature | None:
    """Enter a pending signature, unless this mailbox stands under the appeal already: then None.

    One statement decides, so of two equal requests at the same moment one wins on either database
    and neither fails.
    """
    signature_id = new_id()
    values = _entry(command, key, signature_id, at) | {"id": signature_id}
    insert = postgresql.insert if _is_postgresql() else sqlite.insert
    statement = (
        insert(Signature)
        .values(values)
        .on_conflict_do_nothing(index_elements=["appeal_id", "mailbox"])
        .returning(Signature)
    )
    return db.session.scalars(statement).one_or_none()


def renew(signature: Signature, command: EnterSignature, key: AppealKey, *, at: datetime) -> None:
    """Enter the same mailbox anew: what was typed last is what will be confirmed.

    Raises:
        NotPossibleNow: it is verified, struck or set aside; that is not undone by signing again.
    """
    if signature.state not in RENEWABLE:
        raise NotPossibleNow
    for name, value in _entry(command, key, signature.id, at).items():
        setattr(signature, name, value)
    signature.verified_at = signature.ended_at = None


def _entry(
    command: EnterSignature, key: AppealKey, signature_id: UUID, at: datetime
) -> dict[str, object]:
    return {
        "appeal_id": command.appeal_id,
        "version_id": command.version_id,
        "mailbox": command.mailbox,
        "person": key.seal(command.person.to_bytes(), person_context(signature_id)),
        "link": token_digest(link_token(key, signature_id)),
        "kind": command.kind,
        "state": State.PENDING,
        "visibility": command.visibility,
        "country": command.country,
        "lang": command.lang,
        "source": command.source,
        "news": command.news,
        "entered_at": at,
    }


def link_token(key: AppealKey, signature_id: UUID) -> str:
    """Return the token of the signatory's own page; derived, so that every letter can carry it."""
    return encode_token(key.token_secret(signature_id))


def for_change(signature_id: UUID) -> Signature:
    """Return a signature, locked until the transaction ends.

    Two presses on a button at the same moment then happen one after the other.

    Raises:
        SignatureNotFound: there is none.
    """
    found = _locked(Signature.id == signature_id)
    if found is None:
        raise SignatureNotFound
    return found


def by_link_for_change(digest: bytes) -> Signature:
    """Return the signature whose own page has a token of this digest, locked.

    Raises:
        SignatureNotFound: there is none (any more).
    """
    found = _locked(Signature.link == digest)
    if found is None:
        raise SignatureNotFound
    return found


def by_mailbox_for_change(appeal_id: UUID, mailbox: bytes) -> Signature | None:
    """Return the signature of a mailbox under an appeal, locked; None if there is none."""
    return _locked(Signature.appeal_id == appeal_id, Signature.mailbox == mailbox)


def _locked(*conditions: ColumnElement[bool]) -> Signature | None:
    # `populate_existing`: what this session read before it waited for the lock may be old.
    return db.session.scalar(
        select(Signature)
        .where(*conditions)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def strike(
    signature_id: UUID, reason: StrikeReason, note: str | None, *, at: datetime, by: UUID
) -> Signature:
    """Take a signature off, with a reason that its signatory will read.

    Raises:
        SignatureNotFound: there is none.
        NotPossibleNow: it does not stand any more.
    """
    signature = for_change(signature_id)
    signature.strike(reason, note, at)
    audit.record(
        "signatures.strike",
        by=by,
        at=at,
        subject=("signature", signature_id),
        details={"reason": reason.value},
    )
    return signature


def recount(*, at: datetime) -> int:
    """Bring the tallies up to what the register says; return how many were behind."""
    return keep_tallies(queries.tallies_behind(), at=at)


def keep_tallies(counts: dict[UUID, queries.Count], *, at: datetime) -> int:
    """Write tallies that were derived from the register; return how many."""
    for appeal_id, count in counts.items():
        db.session.merge(
            Tally(
                appeal_id=appeal_id,
                people=count.people,
                organisations=count.organisations,
                counted_at=at,
            )
        )
    return len(counts)


def overdue(*, before: datetime, limit: int) -> Sequence[Signature]:
    """Return signatures entered before a moment and never confirmed, locked for one worker."""
    return db.session.scalars(
        select(Signature)
        .where(Signature.state == State.PENDING, Signature.entered_at < before)
        .order_by(Signature.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def _is_postgresql() -> bool:
    return db.session.get_bind().dialect.name == "postgresql"
