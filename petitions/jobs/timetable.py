"""What is to be done, and how often."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

WHENEVER = timedelta(0)
"""The period of a job that runs in every pause of every worker, such as sending letters. It has no
row in the table: it must itself see to it that two workers do not do the same thing."""

SHORTEST_LEASE = timedelta(seconds=15)
LONGEST_LEASE = timedelta(minutes=10)

_NAME = re.compile(r"[a-z]+\.[a-z_]+")


@dataclass(frozen=True)
class Job:
    """Something to be done again and again.

    `name` is `<room>.<verb>`. `run` is told the moment at which it begins, opens its own
    transaction, and returns how many things it did, or nothing. While a job of period `WHENEVER`
    reports things done, the worker does not pause.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], int | None]

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name of a job: <room>.<verb>")
        if self.every < WHENEVER:
            raise ValueError(f"{self.name} would have to run before it began")

    @property
    def lease(self) -> timedelta:
        """After this time without an end the worker is taken for dead, and another begins anew.

        Three periods, so what runs often is soon taken up again; it must then be quick, too.
        """
        return min(max(3 * self.every, SHORTEST_LEASE), LONGEST_LEASE)
