"""The journal's table, closed against change."""

from datetime import datetime
from enum import StrEnum
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import Index, String, event
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from petitions.core.db import Json, Model, UtcDateTime, enumerated, new_id


class Actor(StrEnum):
    """Who acted."""

    ORGANISER = "organiser"  # an account, named by its id
    HOUSE = "house"  # a job, or the operator at the command line


class NeverChanged(RuntimeError):
    """The journal was to be altered. It only grows."""


class AuditEntry(Model):
    """One deed: who, what, to what, when."""

    __tablename__ = "audit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_kind: Mapped[Actor] = mapped_column(enumerated(Actor))
    actor_id: Mapped[UUID | None]
    verb: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    details: Mapped[dict[str, Any]] = mapped_column(Json)

    __table_args__ = (Index(None, "subject_type", "subject_id", "id"),)


@event.listens_for(AuditEntry, "before_update")
@event.listens_for(AuditEntry, "before_delete")
def _refuse_row(*_: object) -> NoReturn:
    raise NeverChanged


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    """Refuse `update(AuditEntry)` and `delete(AuditEntry)`, which pass by the rows."""
    if (state.is_update or state.is_delete) and state.bind_mapper is AuditEntry.__mapper__:
        raise NeverChanged
