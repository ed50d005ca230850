"""`flask check` sees what is wrong, and says so in its exit code."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from petitions import create_app
from petitions.core.db import db, transaction
from petitions.core.settings import Settings
from petitions.jobs import services as jobs
from petitions.jobs.jobs import JOBS
from tests.conftest import A_MORNING, Clock, dispose_of
from tests.factories import appeals, signatures
from tests.servers import free_port


@pytest.fixture
def house(own_app: Flask, clock: Clock) -> Iterator[Flask]:
    """A house in which everything is well: one appeal, a worker that was alive just now."""
    with own_app.app_context():
        appeals.opened()
        heard(A_MORNING - timedelta(seconds=5))
        db.session.remove()
    yield own_app
    dispose_of(own_app)


def heard(at: object) -> None:
    """Let the worker have been alive at a moment."""
    with transaction() as session:
        jobs.enter(JOBS, at=A_MORNING)
        session.execute(text("UPDATE timetable SET finished_at = :at"), {"at": at})


def check(app: Flask) -> Result:
    return app.test_cli_runner().invoke(args=["check"])


def changed(app: Flask, **settings: object) -> Flask:
    """Return the same house under other settings."""
    now: Settings = app.config["SETTINGS"]
    return create_app(replace(now, **settings))  # type: ignore[arg-type]


def wrong(result: Result) -> set[str]:
    """Return the parts that are not well."""
    lines = result.output.splitlines()
    return {line.split()[1].rstrip(":") for line in lines if line.startswith("WRONG")}


def test_a_house_in_order_says_so(house: Flask) -> None:
    result = check(house)
    assert result.exit_code == 0, result.output
    assert [line.split()[:2] for line in result.output.splitlines()] == [
        ["ok", f"{part}:"] for part in ("settings", "database", "keys", "mail", "outbox", "worker")
    ]


def test_a_worker_that_is_silent_is_seen(house: Flask, clock: Clock) -> None:
    clock.advance(timedelta(minutes=2))
    result = check(house)
    assert (result.exit_code, wrong(result)) == (1, {"worker"})


def test_a_mail_server_that_is_away_is_seen(house: Flask) -> None:
    away = changed(house, smtp_url=f"smtp://127.0.0.1:{free_port()}")
    result = check(away)
    dispose_of(away)
    assert (result.exit_code, wrong(result)) == (1, {"mail"})


def test_letters_that_pile_up_are_seen(house: Flask, clock: Clock) -> None:
    with house.app_context():
        signatures.sign(appeals.opened("museum"), "suzie@example.org")
        heard(A_MORNING + timedelta(minutes=20))
        db.session.remove()
    clock.advance(timedelta(minutes=20))
    result = check(house)
    assert (result.exit_code, wrong(result)) == (1, {"outbox"})
    assert "1 waiting" in result.output


def test_another_master_key_is_seen(house: Flask) -> None:
    stranger = changed(house, master_key=bytes(32))
    result = check(stranger)
    dispose_of(stranger)
    assert (result.exit_code, wrong(result)) == (1, {"keys"})


def test_a_database_of_an_older_version_is_seen(house: Flask) -> None:
    with house.app_context(), transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    result = check(house)
    assert (result.exit_code, wrong(result)) == (1, {"database"})
    assert "flask db upgrade" in result.output


def test_a_database_without_tables_is_survived(house: Flask) -> None:
    with house.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TABLE timetable"))
    result = check(house)
    assert (result.exit_code, wrong(result)) == (1, {"worker"})
    assert "the database does not answer" in result.output
