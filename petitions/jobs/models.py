"""The timetable as a table."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from petitions.core.db import Model, UtcDateTime


class TimetableEntry(Model):
    """When a job is due next, and how it went last.

    While it runs, `due_at` is the end of its lease: who is killed at it loses nothing but time.
    """

    __tablename__ = "timetable"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(80))
    """Kind of the last run's error, such as `OperationalError`; None after a good run."""
    runs: Mapped[int] = mapped_column(default=0)
