"""One transaction: all or nothing, never nested, never in a GET; and two writers take turns."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Event
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from petitions.core.db import NestedTransaction, WriteInSafeRequest, db, new_id, transaction
from petitions.organisers.models import Account, Team
from tests.conftest import A_MORNING, dispose_of

WRITERS = 8


class Interrupted(Exception):
    """Something goes wrong in the middle."""


def enter(*names: str) -> None:
    for name in names:
        db.session.add(Team(id=new_id(), name=name))
        db.session.flush()


def enter_accounts(*names: str, at: datetime = A_MORNING) -> None:
    for name in names:
        db.session.add(Account(name=name, email="ann@example.org", invited_at=at))
    db.session.flush()


def interrupt(*names: str) -> NoReturn:
    enter(*names)
    raise Interrupted


def enter_within(one: str, two: str) -> None:
    enter(one)
    with transaction():
        enter(two)


def names() -> set[str]:
    db.session.remove()
    return set(db.session.scalars(select(Team.name)))


@pytest.fixture(name="statements")
def _statements(own_app: Flask) -> Iterator[list[str]]:
    """What is said to the database, in order."""
    said: list[str] = []

    def listen(_: object, __: object, statement: str, *more: object) -> None:
        said.append(statement)

    with own_app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield said
    event.remove(engine, "before_cursor_execute", listen)


# -- all or nothing ---------------------------------------------------------------------------


def test_a_transaction_stores_all_that_was_done_in_it(own_app: Flask) -> None:
    with own_app.app_context():
        with transaction():
            enter("one", "two")
        assert names() == {"one", "two"}


def test_a_transaction_that_fails_stores_nothing(own_app: Flask) -> None:
    with own_app.app_context():
        with pytest.raises(Interrupted), transaction():
            interrupt("one", "two")
        assert names() == set()


def test_a_rule_of_the_database_undoes_all_of_it(own_app: Flask) -> None:
    with own_app.app_context():
        with pytest.raises(IntegrityError), transaction():
            enter("one", "two", "one")
        assert names() == set()


def test_after_a_failure_the_next_transaction_works(own_app: Flask) -> None:
    with own_app.app_context():
        with pytest.raises(Interrupted), transaction():
            interrupt()
        with transaction():
            enter("one")
        assert names() == {"one"}


def test_a_transaction_inside_another_is_refused_and_undoes_both(own_app: Flask) -> None:
    with own_app.app_context():
        with pytest.raises(NestedTransaction), transaction():
            enter_within("one", "two")
        assert names() == set()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_request_that_is_safe_cannot_write(app: Flask, method: str) -> None:
    with app.test_request_context(method=method), pytest.raises(WriteInSafeRequest), transaction():
        enter("one")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_request_that_may_change_something_writes(app: Flask, method: str) -> None:
    with app.test_request_context(method=method):
        with transaction():
            enter("one")
        assert names() == {"one"}


def test_a_transaction_forgets_what_was_read_before(own_app: Flask) -> None:
    """Rules are checked against rows as they are now."""
    with own_app.app_context():
        with transaction():
            enter("one")
        team = db.session.scalars(select(Team)).one()
        assert team.name == "one"
        with own_app.app_context(), transaction():
            db.session.scalars(select(Team)).one().name = "another"
        with transaction():
            assert db.session.scalars(select(Team)).one().name == "another"


def test_an_edge_reads_what_it_wrote_without_asking_again(
    own_app: Flask, statements: list[str]
) -> None:
    with own_app.app_context():
        with transaction():
            team = Team(id=new_id(), name="one")
            db.session.add(team)
        statements.clear()
        assert team.name == "one"
        assert statements == []


# -- writers take turns -----------------------------------------------------------------------


def test_writers_at_the_same_moment_wait_for_each_other_and_all_succeed(own_app: Flask) -> None:
    """Each reads, then writes what it read plus one: none may be lost, none may fail."""
    together = Barrier(WRITERS)
    with own_app.app_context(), transaction():
        db.session.add(Team(id=new_id(), name="0"))

    def add_one(_: int) -> None:
        with own_app.app_context():
            db.session.scalars(select(Team)).one()  # a page reads before it writes
            together.wait()
            with transaction():
                team = db.session.scalars(select(Team).with_for_update()).one()
                team.name = str(int(team.name) + 1)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(add_one, range(WRITERS)))
    with own_app.app_context():
        assert names() == {str(WRITERS)}
    dispose_of(own_app)


def test_a_reader_does_not_wait_for_a_writer(own_app: Flask) -> None:
    writing, read = Event(), Event()

    def write() -> None:
        with own_app.app_context(), transaction():
            enter("unseen")
            writing.set()
            assert read.wait(20)

    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        assert writing.wait(20)
        with own_app.app_context():
            assert names() == set()
        read.set()
        done.result()
    with own_app.app_context():
        assert names() == {"unseen"}


# -- SQLite, set up ---------------------------------------------------------------------------


def is_sqlite(app: Flask) -> bool:
    return str(app.config["SETTINGS"].database_url).startswith("sqlite")


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),  # FULL
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("busy_timeout", 10_000),
        ("temp_store", 2),  # MEMORY
    ],
)
def test_each_connection_to_sqlite_is_durable_checked_and_patient(
    own_app: Flask, pragma: str, value: object
) -> None:
    with own_app.app_context(), db.engine.connect() as one, db.engine.connect() as two:
        for connection in (one, two):
            assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() == value


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_a_writer_takes_the_lock_at_once(own_app: Flask) -> None:
    path = str(own_app.config["SETTINGS"].database_url).removeprefix("sqlite:///")
    with own_app.app_context(), transaction():
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_a_reader_takes_no_lock(own_app: Flask) -> None:
    path = str(own_app.config["SETTINGS"].database_url).removeprefix("sqlite:///")
    with own_app.app_context():
        db.session.scalars(select(Team)).all()
        other = sqlite3.connect(path, timeout=0, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
        other.close()


@pytest.mark.parametrize("own_app", ["sqlite"], indirect=True)
def test_writers_begin_immediate_and_readers_do_not(own_app: Flask, statements: list[str]) -> None:
    with own_app.app_context():
        with transaction():
            enter("one")
        assert [s for s in statements if s.startswith("BEGIN")] == ["BEGIN IMMEDIATE"]
        statements.clear()
        assert names() == {"one"}
        assert [s for s in statements if s.startswith("BEGIN")] == ["BEGIN"]


def test_a_row_whose_parent_does_not_exist_is_refused(app: Flask) -> None:
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(
            text("INSERT INTO appeal_keys (appeal_id, wrapped) VALUES (:id, :key)"),
            {"id": new_id() if not is_sqlite(app) else new_id().hex, "key": b"x"},
        )


# -- values -----------------------------------------------------------------------------------


def test_a_moment_without_a_time_zone_cannot_be_stored(app: Flask) -> None:
    naive = datetime(2026, 3, 2, 9)  # noqa: DTZ001
    with pytest.raises(StatementError, match="without a time zone"), transaction():
        enter_accounts("Ann", at=naive)


@pytest.mark.parametrize("hours", [-9, 0, 5, 14])
def test_a_moment_comes_back_aware_and_in_utc(app: Flask, hours: int) -> None:
    there = A_MORNING.astimezone(timezone(timedelta(hours=hours)))
    with transaction():
        db.session.add(Account(name="Ann", email="ann@example.org", invited_at=there))
    db.session.remove()
    stored = db.session.scalars(select(Account.invited_at)).one()
    assert stored == A_MORNING
    assert stored.tzinfo is UTC or stored.utcoffset() == timedelta(0)


def test_ids_sort_by_time_of_creation_and_are_never_the_same() -> None:
    ids = [new_id() for _ in range(2_000)]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert {one.version for one in ids} == {7}


def test_errors_of_the_database_do_not_tell_what_was_stored(app: Flask) -> None:
    """Their words go to the log, and no guard knows a name from another word."""
    with pytest.raises(IntegrityError) as caught, transaction():
        enter_accounts("Ann Quatermass", "Ann Quatermass")
    assert "Quatermass" not in str(caught.value)
