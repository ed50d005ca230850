"""The worker: a loop that does what is due, and survives what goes wrong on the way."""

import signal
import time
from types import FrameType

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from petitions.core import clock
from petitions.core.log import logger
from petitions.jobs import jobs
from petitions.jobs.services import Plan

log = logger("jobs")

PAUSE_S = 0.3
LONGEST_PAUSE_S = 10.0
DOUBLINGS = 6


class Worker:
    """Works until it is asked to stop."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._plan: Plan = app.extensions["timetable"]
        self._entered = False
        self._failures = 0

    def stop(self) -> None:
        """End after the thing in hand: a letter, a job."""
        self._plan.stop = True

    def run(self) -> None:
        """Work. Returns only after `stop`."""
        log.info("worker started")
        while not self._plan.stop:
            result = self.turn()
            self._failures = self._failures + 1 if result.failed else 0
            if not result.done:
                self._pause()
        log.info("worker stopped")

    def turn(self) -> jobs.Round:
        """Do all that is due now. A database that is locked or away is only a failed turn."""
        try:
            if not self._entered:
                jobs.enter_timetable(self._app)
                self._entered = True
            return jobs.run_due(self._app, clock.now())
        except SQLAlchemyError as error:
            log.warning("database away", kind=type(error).__name__)
            return jobs.Round(failed=1)

    def _pause(self) -> None:
        """Sleep: a moment when idle, longer and longer while things fail.

        In small pieces, because a signal does not end `time.sleep`.
        """
        seconds = min(PAUSE_S * 2 ** min(self._failures, DOUBLINGS), LONGEST_PAUSE_S)
        end = time.monotonic() + seconds
        while not self._plan.stop and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, PAUSE_S))


def stop_on_signals(worker: Worker) -> None:
    """Let SIGTERM and SIGINT end the worker gracefully, and a second one at once."""

    def ask(number: int, _: FrameType | None) -> None:
        worker.stop()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)
