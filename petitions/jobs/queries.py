"""What the timetable says."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from petitions.core.db import db
from petitions.jobs.models import TimetableEntry

HEARTBEAT = "jobs.heartbeat"


@dataclass(frozen=True)
class FailingJob:
    """A job whose last run ended with an error of this kind."""

    name: str
    error: str
    started_at: datetime | None


def last_heartbeat() -> datetime | None:
    """Return when a worker was last alive; None if there never was one."""
    return db.session.scalar(
        select(TimetableEntry.finished_at).where(TimetableEntry.name == HEARTBEAT)
    )


def failing_jobs() -> tuple[FailingJob, ...]:
    """Return the jobs whose last run failed, by name."""
    rows = db.session.scalars(
        select(TimetableEntry)
        .where(TimetableEntry.error.is_not(None))
        .order_by(TimetableEntry.name)
    )
    return tuple(FailingJob(row.name, row.error or "", row.started_at) for row in rows)


def due_names(at: datetime) -> frozenset[str]:
    """Return the names of all that is due, read without taking the right to write."""
    return frozenset(
        db.session.scalars(select(TimetableEntry.name).where(TimetableEntry.due_at <= at))
    )


def known_names() -> frozenset[str]:
    """Return the names that have a row."""
    return frozenset(db.session.scalars(select(TimetableEntry.name)))
