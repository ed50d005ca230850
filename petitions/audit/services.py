"""Writing into the journal."""

import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from petitions.audit.models import Actor, AuditEntry
from petitions.core.db import db

Detail = str | int | bool | None

_VERB = re.compile(r"[a-z]+\.[a-z_]+")


def record(
    verb: str,
    *,
    by: UUID | None,
    at: datetime,
    subject: tuple[str, UUID],
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Note a deed, in the transaction that does it.

    Args:
        verb: `<room>.<verb>`, such as `lists.export`.
        by: the account of the organiser; None when the house itself acted.
        at: when.
        subject: what it was done to: kind of thing and its id.
        details: plain values, never personal data: for the names of people there is the register.

    Raises:
        ValueError: the verb does not name its room, or a detail looks like an address.
    """
    if not _VERB.fullmatch(verb):
        raise ValueError(f"{verb!r} is no verb of a room: <room>.<verb>")
    found = dict(details or {})
    if any("@" in value for value in found.values() if isinstance(value, str)):
        raise ValueError(f"A detail of {verb} looks like an e-mail address.")
    kind, subject_id = subject
    db.session.add(
        AuditEntry(
            at=at,
            actor_kind=Actor.HOUSE if by is None else Actor.ORGANISER,
            actor_id=by,
            verb=verb,
            subject_type=kind,
            subject_id=subject_id,
            details=found,
        )
    )
