"""Running what is due: the edge at which the worker meets the table."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy.exc import IntegrityError

from petitions.core import clock
from petitions.core.db import transaction
from petitions.core.log import logger, place_of
from petitions.jobs import queries, services
from petitions.jobs.timetable import Job

log = logger("jobs")


@dataclass(frozen=True)
class Round:
    """What one turn of a worker came to."""

    done: int = 0
    failed: int = 0

    def __add__(self, other: "Round") -> "Round":
        return Round(self.done + other.done, self.failed + other.failed)


def heartbeat(_: datetime) -> None:
    """Do nothing: that a worker came to it stands in the timetable."""


JOBS = (Job(queries.HEARTBEAT, timedelta(seconds=5), heartbeat),)


def enter_timetable(app: Flask) -> None:
    """Give every timed job its row (when a worker starts)."""
    with app.app_context():
        try:
            with transaction():
                services.enter(services.plan().timed, at=clock.now())
        except IntegrityError:
            # Two workers start at once: the other has entered them.
            return


def run_due(app: Flask, at: datetime) -> Round:
    """Run all that is due, then once what runs in every pause. No error of a job comes out.

    Raises:
        SQLAlchemyError: the timetable itself cannot be read or written.
    """
    with app.app_context():
        plan = services.plan()
        due = queries.due_names(at)
    result = Round()
    for job in plan.timed:
        if job.name in due and not plan.stop:
            result += _run_timed(app, job, at)
    for job in plan.whenever:
        if not plan.stop:
            result += _run(app, job, clock.now())[0]
    return result


def _run_timed(app: Flask, job: Job, at: datetime) -> Round:
    with app.app_context(), transaction():
        mine = services.take_on(job, at=at)
    if not mine:
        return Round()
    result, error = _run(app, job, at)
    with app.app_context(), transaction():
        services.finish(job, begun_at=at, at=clock.now(), error=error)
    # Only what runs in every pause can ask for another turn at once.
    return Round(failed=result.failed)


def _run(app: Flask, job: Job, at: datetime) -> tuple[Round, str | None]:
    """Run one job in a context, and so with a session, of its own."""
    with app.app_context():
        try:
            return Round(done=job.run(at) or 0), None
        except Exception as error:  # noqa: BLE001  # one job must not take the worker with it
            kind = type(error).__name__
            # No traceback: its last line would be the error's message, which may quote a person.
            log.error("job failed", job=job.name, kind=kind, where=place_of(error))  # noqa: TRY400
            return Round(failed=1), kind
