"""Entering jobs into the timetable, taking them on, noting how they went."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import Flask, current_app
from sqlalchemy import CursorResult, Update, update

from petitions.core.db import db
from petitions.jobs.models import TimetableEntry
from petitions.jobs.queries import known_names
from petitions.jobs.timetable import WHENEVER, Job


@dataclass
class Plan:
    """The jobs of one application, and whether its worker has been asked to end."""

    jobs: tuple[Job, ...]
    stop: bool = False

    @property
    def timed(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.every > WHENEVER)

    @property
    def whenever(self) -> tuple[Job, ...]:
        return tuple(job for job in self.jobs if job.every == WHENEVER)


def enrol(app: Flask, jobs: Iterable[Job]) -> None:
    """Tell the application all that its worker will do.

    Raises:
        ValueError: two jobs bear the same name.
    """
    plan = Plan(tuple(jobs))
    names = [job.name for job in plan.jobs]
    if len(set(names)) < len(names):
        raise ValueError(f"A job is enrolled twice: {sorted(names)}")
    app.extensions["timetable"] = plan


def plan() -> Plan:
    """Return the jobs of the running application."""
    return cast(Plan, current_app.extensions["timetable"])


def must_stop() -> bool:
    """Tell a job in the middle of many things that its worker has been asked to end."""
    return plan().stop


def enter(jobs: Iterable[Job], *, at: datetime) -> None:
    """Give each job that has none yet a row, due at once.

    Raises:
        IntegrityError: another worker entered the same job just now; then it is there.
    """
    known = known_names()
    db.session.add_all(
        TimetableEntry(name=job.name, due_at=at) for job in jobs if job.name not in known
    )
    db.session.flush()


def take_on(job: Job, *, at: datetime) -> bool:
    """Take a due job on; False when another worker was quicker.

    One statement that tests and sets, so that two workers cannot both succeed on either database.
    """
    return _changed(
        update(TimetableEntry)
        .where(TimetableEntry.name == job.name, TimetableEntry.due_at <= at)
        .values(due_at=at + job.lease, started_at=at)
    )


def finish(job: Job, *, begun_at: datetime, at: datetime, error: str | None) -> bool:
    """Note that the run begun at `begun_at` is over, and when the next one is due.

    False when it took longer than its lease and another worker has begun meanwhile: then the row
    is that worker's.
    """
    return _changed(
        update(TimetableEntry)
        .where(TimetableEntry.name == job.name, TimetableEntry.started_at == begun_at)
        .values(
            due_at=begun_at + job.every,
            finished_at=at,
            error=error,
            runs=TimetableEntry.runs + 1,
        )
    )


def _changed(statement: Update) -> bool:
    result = cast(CursorResult[object], db.session.execute(statement))
    return result.rowcount == 1
