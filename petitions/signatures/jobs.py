"""What the worker does for the register."""

from datetime import datetime, timedelta

from petitions.core.db import transaction
from petitions.jobs.timetable import Job
from petitions.signatures import queries
from petitions.signatures import services as register


def recount(at: datetime) -> int:
    """Derive the counts that pages show. Counting takes no lock: people sign meanwhile."""
    behind = queries.tallies_behind()
    if not behind:
        return 0
    with transaction():
        return register.keep_tallies(behind, at=at)


JOBS = (Job("signatures.recount", timedelta(seconds=3), recount),)
