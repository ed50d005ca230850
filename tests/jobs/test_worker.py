"""The worker's loop, and `flask work` as a process that is asked to end."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from petitions.core import clock as house_clock
from petitions.core import db as house_db
from petitions.core.settings import Settings
from petitions.jobs import jobs, queries, services, worker
from petitions.jobs.jobs import Round, enter_timetable, run_due
from petitions.jobs.services import Plan
from petitions.jobs.timetable import WHENEVER, Job
from petitions.jobs.worker import Worker
from tests.servers import ROOT

PATIENCE_S = 30


def stopping_after(turns: int, app: Flask) -> Callable[[object], None]:
    """Return a job that lets its worker go after some turns."""
    left = [turns]

    def run(_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            app.extensions["timetable"].stop = True

    return run


def enrol(app: Flask, *of_the_test: Job) -> Worker:
    app.extensions["timetable"] = Plan(of_the_test)
    return Worker(app)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody sleeps; how long they would have is written down."""
    slept: list[float] = []
    moment = [0.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        moment[0] += seconds

    stopped = SimpleNamespace(sleep=sleep, monotonic=lambda: moment[0])
    monkeypatch.setattr("petitions.jobs.worker.time", stopped)
    return slept


def test_it_does_not_pause_while_there_is_more_to_do(own_app: Flask, pauses: list[float]) -> None:
    left = [3]

    def send(_: object) -> int:
        left[0] -= 1
        if left[0] == 0:
            own_app.extensions["timetable"].stop = True
        return 50

    enrol(own_app, Job("tests.send", WHENEVER, send)).run()
    assert (left[0], pauses) == (0, [])


def test_an_idle_worker_pauses_for_a_moment(own_app: Flask, pauses: list[float]) -> None:
    job = Job("tests.send", WHENEVER, stopping_after(4, own_app))
    enrol(own_app, job).run()
    assert pauses == pytest.approx([worker.PAUSE_S] * 3)


def test_it_outlives_a_database_that_is_away_and_asks_less_and_less_often(
    own_app: Flask, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = []

    def away(app: Flask, at: object) -> Round:
        turns.append(sum(pauses))
        if len(turns) == 12:
            app.extensions["timetable"].stop = True
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(jobs, "run_due", away)
    enrol(own_app, Job("tests.send", WHENEVER, lambda _: None)).run()
    waits = [b - a for a, b in pairwise(turns)]
    assert waits == pytest.approx(sorted(waits))
    assert waits[0] < 1
    assert waits[-1] == pytest.approx(worker.LONGEST_PAUSE_S)


def test_it_comes_back_when_the_database_does(own_app: Flask, pauses: list[float]) -> None:
    """Another process holds SQLite's only pen, or PostgreSQL refuses; then it is over."""
    ran: list[datetime] = []
    at_work = enrol(own_app, Job("tests.write", timedelta(hours=1), ran.append))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "take_on", _locked)
        assert at_work.turn() == Round(failed=1)
    assert ran == []
    assert at_work.turn() == Round()
    assert len(ran) == 1


def _locked(*_: object, **__: object) -> bool:
    raise OperationalError("UPDATE", {}, Exception("database is locked"))


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_a_file_that_another_process_keeps_locked_is_waited_for(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_db, "BUSY_TIMEOUT_MS", 50)
    ran: list[datetime] = []
    at_work = enrol(own_app, Job("tests.write", timedelta(hours=1), ran.append))
    path = own_app.config["SETTINGS"].database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert at_work.turn() == Round(failed=1)
        other.execute("ROLLBACK")
    assert at_work.turn() == Round()
    assert len(ran) == 1


@pytest.mark.parametrize("own_app", ["postgresql"], indirect=True)
def test_a_server_that_was_started_again_is_found_again(own_app: Flask) -> None:
    ran: list[datetime] = []
    at_work = enrol(own_app, Job("tests.write", timedelta(microseconds=1), ran.append))
    assert at_work.turn() == Round()
    engine = create_engine(own_app.config["SETTINGS"].database_url)
    with engine.connect() as other:
        others = "FROM pg_stat_activity WHERE datname = current_database()"
        ended = other.execute(
            text(f"SELECT pg_terminate_backend(pid) {others} AND pid <> pg_backend_pid()")
        ).all()
    engine.dispose()
    assert len(ended) >= 1
    assert at_work.turn() == Round()
    assert len(ran) == 2


def test_two_workers_never_run_the_same_job(own_app: Flask) -> None:
    """Four of them meet at one moment over twenty jobs, each with a context of its own."""
    ran: Counter[str] = Counter()
    lock = threading.Lock()

    def noting(name: str) -> Callable[[object], None]:
        def run(_: object) -> None:
            with lock:
                ran[name] += 1

        return run

    names = [f"tests.write_{letter}" for letter in "abcdefghijklmnopqrst"]
    own_app.extensions["timetable"] = Plan(
        tuple(Job(name, timedelta(hours=1), noting(name)) for name in names)
    )
    enter_timetable(own_app)
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        run_due(own_app, house_clock.now())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(PATIENCE_S)
    assert ran == Counter(names)


def test_two_workers_may_enter_the_timetable_at_once(
    own_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked before the first wrote."""
    own_app.extensions["timetable"] = Plan((Job("tests.write", timedelta(hours=1), print),))
    enter_timetable(own_app)
    monkeypatch.setattr(services, "known_names", frozenset)
    enter_timetable(own_app)
    with own_app.app_context():
        assert queries.known_names() == {"tests.write"}


# -- the process --------------------------------------------------------------------------------


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_flask_work_beats_and_ends_when_it_is_asked(
    own_app: Flask, tmp_path: Path, how: signal.Signals
) -> None:
    settings: Settings = own_app.config["SETTINGS"]
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "work"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "FLASK_APP": "wsgi",
            "UNDERSIGNED_ENV": "development",
            "INSTANCE_DIR": str(tmp_path),
            "DATABASE_URL": settings.database_url,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not heard(settings) and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.05)
        process.send_signal(how)
        output, _ = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    assert heard(settings), output
    assert process.returncode == 0, output
    assert "worker stopped" in output


def heard(settings: Settings) -> bool:
    path = settings.database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT finished_at FROM timetable WHERE name = 'jobs.heartbeat'"
        ).fetchall()
    return bool(rows and rows[0][0])


def test_the_worker_is_a_command_of_the_whole_house(commands: FlaskCliRunner) -> None:
    result = commands.invoke(args=["work", "--help"])
    assert result.exit_code == 0
    assert "SIGTERM" in result.output
