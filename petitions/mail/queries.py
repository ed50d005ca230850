"""What the outbox holds, in numbers."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from petitions.core.db import db
from petitions.mail.models import OVER, MessageState, OutgoingMessage


@dataclass(frozen=True)
class Outbox:
    """The outbox at a glance.

    `waiting` counts what has not left yet, in hand or not. `oldest_at` is when the first of it
    should leave, or should have left; None when nothing waits.
    """

    waiting: int
    oldest_at: datetime | None
    parked: int


def outbox() -> Outbox:
    """Count the outbox."""
    waiting = OutgoingMessage.state.in_((MessageState.QUEUED, MessageState.SENDING))
    parked = OutgoingMessage.state == MessageState.PARKED
    return Outbox(
        waiting=db.session.scalar(select(func.count()).where(waiting)) or 0,
        oldest_at=db.session.scalar(select(func.min(OutgoingMessage.due_at)).where(waiting)),
        parked=db.session.scalar(select(func.count()).where(parked)) or 0,
    )


def waiting(limit: int = 1000) -> tuple[UUID, ...]:
    """Return the ids of letters that wait, oldest first."""
    ids = (
        select(OutgoingMessage.id)
        .where(OutgoingMessage.state == MessageState.QUEUED)
        .order_by(OutgoingMessage.id)
        .limit(limit)
    )
    return tuple(db.session.scalars(ids))


def is_anything_due(at: datetime) -> bool:
    """Tell whether there is something to send.

    Asked several times a second, and so without taking the right to write.
    """
    return bool(db.session.scalar(select(exists().where(or_(is_due(at), is_lapsed(at))))))


def is_due(at: datetime) -> ColumnElement[bool]:
    """The condition of a message that waits and whose time has come."""
    return and_(OutgoingMessage.state == MessageState.QUEUED, OutgoingMessage.due_at <= at)


def is_over(by: datetime) -> ColumnElement[bool]:
    """The condition of a message whose way had ended, whichever way, by a moment.

    `due_at` is when it was last to leave: those that never did have no other moment.
    """
    return and_(OutgoingMessage.state.in_(OVER), OutgoingMessage.due_at < by)


def is_lapsed(at: datetime) -> ColumnElement[bool]:
    """The condition of a message whose worker must have died with it in hand."""
    return and_(OutgoingMessage.state == MessageState.SENDING, OutgoingMessage.claimed_until <= at)
