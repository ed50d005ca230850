"""What the worker does for the register."""

from datetime import datetime, timedelta

from petitions.core.db import transaction
from petitions.jobs.timetable import Job
from petitions.signatures import services as register

PENDING_FOR = timedelta(days=14)
"""As long as the link in the letter works."""


def recount(at: datetime) -> int:
    """Derive the counts that pages show."""
    with transaction():
        register.recount(at=at)
    return 0


def expire(at: datetime) -> int:
    """Forget people who never confirmed."""
    with transaction():
        return register.expire_pending(before=at - PENDING_FOR, at=at)


JOBS = (
    Job("signatures.recount", timedelta(seconds=3), recount),
    Job("signatures.expire", timedelta(hours=1), expire),
)
