"""What the worker does for privacy."""

from datetime import datetime, timedelta

from petitions.core.db import forget_overwritten_pages
from petitions.jobs.timetable import Job


def scrub(_: datetime) -> None:
    """See to it that what was deleted is gone from the files, too."""
    forget_overwritten_pages()


JOBS = (Job("privacy.scrub", timedelta(minutes=1), scrub),)
