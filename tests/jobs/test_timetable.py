"""Jobs run when they are due, once, and a failing one harms no other."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from flask import Flask
from structlog.testing import capture_logs

from petitions.core.db import db, transaction
from petitions.jobs import queries, services
from petitions.jobs.jobs import JOBS, Round, enter_timetable, run_due
from petitions.jobs.models import TimetableEntry
from petitions.jobs.services import Plan
from petitions.jobs.timetable import WHENEVER, Job
from tests.conftest import Clock

SECOND = timedelta(seconds=1)
EVERY = timedelta(minutes=1)


@dataclass
class Diary:
    """A job that writes down when it ran."""

    ran_at: list[datetime] = field(default_factory=list)
    returns: int | None = None

    def __call__(self, at: datetime) -> int | None:
        self.ran_at.append(at)
        return self.returns


class Mishap(Exception):
    """Something went wrong with aigul@example.org."""


def fail(_: datetime) -> None:
    raise Mishap("aigul@example.org")


@pytest.fixture
def enrolled(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """Give the application these jobs, and no others, and enter them into the timetable."""

    def enrol(*jobs: Job) -> Flask:
        monkeypatch.setitem(app.extensions, "timetable", Plan(jobs))
        enter_timetable(app)
        return app

    return enrol


Enrolled = Callable[..., Flask]


def entry(name: str) -> TimetableEntry:
    db.session.rollback()
    found = db.session.get(TimetableEntry, name, populate_existing=True)
    assert found is not None
    return found


# -- when ---------------------------------------------------------------------------------------


def test_a_new_job_runs_at_once_and_then_at_its_times(enrolled: Enrolled, clock: Clock) -> None:
    diary = Diary()
    app = enrolled(Job("tests.write", EVERY, diary))
    begun = clock.at
    for _ in range(150):
        run_due(app, clock.at)
        clock.advance(SECOND)
    assert diary.ran_at == [begun, begun + EVERY, begun + 2 * EVERY]


def test_what_was_missed_is_done_once(enrolled: Enrolled, clock: Clock) -> None:
    diary = Diary()
    app = enrolled(Job("tests.write", EVERY, diary))
    run_due(app, clock.at)
    clock.advance(timedelta(days=3))
    for _ in range(3):
        run_due(app, clock.at)
    assert len(diary.ran_at) == 2


def test_a_restart_does_not_run_it_again(enrolled: Enrolled, clock: Clock) -> None:
    diary = Diary()
    app = enrolled(Job("tests.write", EVERY, diary))
    run_due(app, clock.at)
    enter_timetable(app)
    run_due(app, clock.advance(SECOND))
    assert len(diary.ran_at) == 1


def test_a_job_for_every_pause_runs_each_time_and_tells_how_much_it_did(
    enrolled: Enrolled, clock: Clock
) -> None:
    diary = Diary(returns=7)
    app = enrolled(Job("tests.send", WHENEVER, diary))
    assert [run_due(app, clock.at) for _ in range(3)] == [Round(done=7)] * 3
    assert len(diary.ran_at) == 3


def test_a_job_for_every_pause_leaves_no_row(enrolled: Enrolled, clock: Clock) -> None:
    run_due(enrolled(Job("tests.send", WHENEVER, Diary())), clock.at)
    assert queries.known_names() == frozenset()


# -- who ----------------------------------------------------------------------------------------


def test_only_one_worker_takes_a_job_on(enrolled: Enrolled, clock: Clock) -> None:
    job = Job("tests.write", EVERY, Diary())
    enrolled(job)
    with transaction():
        taken = [services.take_on(job, at=clock.at) for _ in range(3)]
    assert taken == [True, False, False]


def test_a_job_whose_worker_died_is_taken_on_after_its_lease(
    enrolled: Enrolled, clock: Clock
) -> None:
    diary = Diary()
    job = Job("tests.write", EVERY, diary)
    app = enrolled(job)
    with transaction():
        services.take_on(job, at=clock.at)
    run_due(app, clock.advance(job.lease - SECOND))
    assert diary.ran_at == []
    run_due(app, clock.advance(SECOND))
    assert len(diary.ran_at) == 1


def test_a_worker_that_was_taken_for_dead_does_not_meddle(enrolled: Enrolled, clock: Clock) -> None:
    job = Job("tests.write", EVERY, Diary())
    enrolled(job)
    first = clock.at
    with transaction():
        services.take_on(job, at=first)
    second = clock.advance(job.lease)
    with transaction():
        services.take_on(job, at=second)
    with transaction():
        assert not services.finish(job, begun_at=first, at=clock.at, error=None)
    assert entry("tests.write").started_at == second
    assert entry("tests.write").runs == 0


@pytest.mark.parametrize(
    ("every", "lease"),
    [
        (SECOND, timedelta(seconds=15)),
        (timedelta(minutes=1), timedelta(minutes=3)),
        (timedelta(days=1), timedelta(minutes=10)),
    ],
)
def test_what_runs_often_is_soon_taken_up_again(every: timedelta, lease: timedelta) -> None:
    assert Job("tests.write", every, Diary()).lease == lease


# -- how it went --------------------------------------------------------------------------------


def test_the_timetable_tells_how_it_went(enrolled: Enrolled, clock: Clock) -> None:
    begun = clock.at

    def take_a_second(_: datetime) -> None:
        clock.advance(SECOND)

    app = enrolled(Job("tests.write", EVERY, take_a_second))
    run_due(app, begun)
    found = entry("tests.write")
    assert (found.started_at, found.finished_at) == (begun, begun + SECOND)
    assert (found.due_at, found.error, found.runs) == (begun + EVERY, None, 1)


def test_a_failing_job_harms_no_other_and_is_seen(enrolled: Enrolled, clock: Clock) -> None:
    diary, sender = Diary(), Diary(returns=2)
    app = enrolled(
        Job("tests.fail", EVERY, fail),
        Job("tests.write", EVERY, diary),
        Job("tests.stumble", WHENEVER, fail),
        Job("tests.send", WHENEVER, sender),
    )
    with capture_logs() as lines:
        assert run_due(app, clock.at) == Round(done=2, failed=2)
    assert len(diary.ran_at) == len(sender.ran_at) == 1
    assert [(job.name, job.error) for job in queries.failing_jobs()] == [("tests.fail", "Mishap")]
    assert [(line["job"], line["kind"]) for line in lines] == [
        ("tests.fail", "Mishap"),
        ("tests.stumble", "Mishap"),
    ]
    assert "test_timetable.py" in lines[0]["where"]
    assert "@" not in str(lines)


def test_a_job_that_went_well_again_fails_no_more(enrolled: Enrolled, clock: Clock) -> None:
    run_due(enrolled(Job("tests.write", EVERY, fail)), clock.at)
    run_due(enrolled(Job("tests.write", EVERY, Diary())), clock.advance(EVERY))
    assert queries.failing_jobs() == ()
    assert entry("tests.write").runs == 2


def test_half_done_work_of_a_failing_job_is_undone(enrolled: Enrolled, clock: Clock) -> None:
    def half(at: datetime) -> None:
        with transaction():
            db.session.add(TimetableEntry(name="tests.half", due_at=at))
            db.session.flush()
            raise Mishap

    run_due(enrolled(Job("tests.begin", EVERY, half)), clock.at)
    assert queries.known_names() == frozenset({"tests.begin"})


def test_a_worker_that_is_asked_to_end_begins_nothing_more(
    enrolled: Enrolled, clock: Clock
) -> None:
    first, second, third = Diary(), Diary(), Diary()

    def ask(at: datetime) -> None:
        first(at)
        services.plan().stop = True

    app = enrolled(
        Job("tests.ask", EVERY, ask),
        Job("tests.write", EVERY, second),
        Job("tests.send", WHENEVER, third),
    )
    run_due(app, clock.at)
    assert (len(first.ran_at), second.ran_at, third.ran_at) == (1, [], [])


def test_a_worker_s_heart_beats(enrolled: Enrolled, clock: Clock) -> None:
    app = enrolled(*JOBS)
    assert queries.last_heartbeat() is None
    run_due(app, clock.at)
    assert queries.last_heartbeat() == clock.at
    run_due(app, clock.advance(timedelta(seconds=5)))
    assert queries.last_heartbeat() == clock.at


# -- what is no job -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["deliver", "mail.", "Mail.deliver", "mail.deliver.all", ""])
def test_a_job_is_named_by_room_and_verb(name: str) -> None:
    with pytest.raises(ValueError, match="no name of a job"):
        Job(name, EVERY, Diary())


def test_two_jobs_of_one_name_are_refused(app: Flask) -> None:
    job = Job("tests.write", EVERY, Diary())
    with pytest.raises(ValueError, match="twice"):
        services.enrol(app, (job, job))


def test_the_house_s_own_jobs_are_enrolled(app: Flask) -> None:
    names = {job.name for job in services.plan().jobs}
    assert {"jobs.heartbeat", "mail.deliver", "signatures.recount"} <= names
