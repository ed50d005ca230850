"""What the worker does for verification."""

from datetime import datetime, timedelta

from petitions.core.db import transaction
from petitions.jobs.services import must_stop
from petitions.jobs.timetable import Job
from petitions.verification import services as verification

BATCH = 200


def expire(at: datetime) -> int:
    """Forget people who never confirmed, in batches that let others write in between."""
    forgotten = 0
    while not must_stop():
        with transaction():
            expired = verification.expire(at=at, limit=BATCH)
        forgotten += expired
        if expired < BATCH:
            break
    return forgotten


JOBS = (Job("verification.expire", timedelta(minutes=10), expire),)
