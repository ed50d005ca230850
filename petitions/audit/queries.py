"""Reading the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from petitions.audit.models import Actor, AuditEntry
from petitions.core.db import db


@dataclass(frozen=True)
class Deed:
    """One line of the journal."""

    at: datetime
    actor_kind: Actor
    actor_id: UUID | None
    verb: str
    details: Mapping[str, object]


def deeds_on(kind: str, subject_id: UUID) -> tuple[Deed, ...]:
    """Return all that was done to one thing, oldest first."""
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.subject_type == kind, AuditEntry.subject_id == subject_id)
        .order_by(AuditEntry.id)
    )
    return tuple(
        Deed(entry.at, entry.actor_kind, entry.actor_id, entry.verb, entry.details)
        for entry in entries
    )
