"""What the worker does for appeals."""

from datetime import datetime, timedelta

from petitions.appeals import queries, services
from petitions.core.db import transaction
from petitions.jobs.timetable import Job


def keep_hours(at: datetime) -> int:
    """Open and close appeals at the times that their pages announce."""
    if not queries.due_to_open(at) and not queries.due_to_close(at):
        return 0  # read without taking the right to write
    with transaction():
        return services.keep_hours(at=at)


JOBS = (Job("appeals.keep_hours", timedelta(seconds=20), keep_hours),)
