"""`flask check` says for each part whether it is well, and ends with 1 when one is not."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import text

from petitions import create_app
from petitions.check import SILENT_AFTER
from petitions.core.db import db, transaction
from petitions.core.vault import Vault
from petitions.jobs import services as timetable
from petitions.jobs.models import TimetableEntry
from petitions.jobs.queries import HEARTBEAT
from tests.conftest import A_MORNING, Clock, dispose_of, settings_for
from tests.factories import appeals, signatures
from tests.mail.smtp_server import mail_server
from tests.servers import free_port

PARTS = ["settings", "database", "keys", "mail", "outbox", "worker"]


def checked(app: Flask) -> tuple[int, dict[str, tuple[bool, str]]]:
    """Run the command; return its exit code, and whether each part is well and in which words."""
    done = app.test_cli_runner().invoke(args=["check"])
    found = {}
    for line in done.output.splitlines():
        mark, _, rest = line.strip().partition(" ")
        name, colon, words = rest.strip().partition(": ")
        if colon and mark in ("ok", "WRONG"):
            found[name] = (mark == "ok", words)
    return done.exit_code, found


def beat(at: object = A_MORNING, *, error: str | None = None) -> None:
    """Let a worker be heard of."""
    with transaction():
        db.session.merge(
            TimetableEntry(
                name=HEARTBEAT, due_at=at, started_at=at, finished_at=at, error=error, runs=1
            )
        )


@pytest.fixture(name="well")
def _well(app: Flask, clock: Clock) -> Flask:
    """An installation with nothing wrong."""
    beat(clock.at)
    return app


def test_a_house_that_is_well_says_so_part_by_part(well: Flask) -> None:
    code, found = checked(well)
    assert list(found) == PARTS
    assert all(is_well for is_well, _ in found.values()), found
    assert code == 0


def test_keys_of_appeals_are_tried(well: Flask) -> None:
    assert "no appeal yet" in checked(well)[1]["keys"][1]
    appeals.opened()
    assert checked(well)[1]["keys"] == (True, "the master key opens the appeals' keys")


def test_another_master_key_is_found_out(well: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    appeals.opened()
    monkeypatch.setitem(well.extensions, "vault", Vault(bytes(32)))
    code, found = checked(well)
    assert code == 1
    assert not found["keys"][0]
    assert [name for name, (is_well, _) in found.items() if not is_well] == ["keys"]


def test_a_worker_that_never_was_is_missed(app: Flask, clock: Clock) -> None:
    code, found = checked(app)
    assert code == 1
    assert found["worker"][0] is False
    assert "never heard of" in found["worker"][1]


@pytest.mark.parametrize(("late", "is_well"), [(-5, True), (0, True), (1, False), (600, False)])
def test_a_worker_may_be_silent_for_a_moment_only(
    well: Flask, clock: Clock, late: int, is_well: bool
) -> None:
    clock.advance(SILENT_AFTER + timedelta(seconds=late))
    code, found = checked(well)
    assert found["worker"][0] is is_well
    assert code == (0 if is_well else 1)


def test_a_job_that_fails_is_named(well: Flask, clock: Clock) -> None:
    with transaction():
        timetable.enter(timetable.plan().timed, at=clock.at)
        row = db.session.get_one(TimetableEntry, "signatures.recount")
        row.error = "OperationalError"
    code, found = checked(well)
    assert code == 1
    assert "signatures.recount" in found["worker"][1]


def test_letters_that_pile_up_are_seen(well: Flask, clock: Clock) -> None:
    signatures.sign(appeals.opened(), "suzie@example.org")
    assert checked(well)[1]["outbox"] == (True, "1 waiting, 0 parked")
    clock.advance(timedelta(minutes=16))
    beat(clock.at)
    code, found = checked(well)
    assert code == 1
    assert not found["outbox"][0]
    assert "2026-03-02 09:00 UTC" in found["outbox"][1]


def test_no_line_names_a_person(well: Flask, commands: FlaskCliRunner) -> None:
    signatures.sign(appeals.opened(), "suzie@example.org")
    output = commands.invoke(args=["check"]).output
    assert "suzie" not in output.lower()
    assert "quatermass" not in output.lower()


# -- other houses -----------------------------------------------------------------------------


@pytest.fixture(name="other_house")
def _other_house(own_app: Flask, clock: Clock) -> Iterator[Flask]:
    """The same database under settings of its own; change them in `other_house.config`."""
    with own_app.app_context():
        beat(clock.at)
    yield own_app
    dispose_of(own_app)


def with_smtp(app: Flask, url: str) -> Flask:
    return create_app(replace(app.config["SETTINGS"], smtp_url=url))


def test_a_mail_server_that_does_not_answer_is_found_out(other_house: Flask) -> None:
    app = with_smtp(other_house, f"smtp://127.0.0.1:{free_port()}")
    code, found = checked(app)
    assert code == 1
    assert [name for name, (is_well, _) in found.items() if not is_well] == ["mail"]
    dispose_of(app)


def test_a_mail_server_that_answers_is_well(other_house: Flask) -> None:
    with mail_server() as server:
        app = with_smtp(other_house, f"smtp://127.0.0.1:{server.port}")
        code, found = checked(app)
    assert (code, found["mail"]) == (0, (True, "the mail server answers"))
    dispose_of(app)


def test_a_database_of_another_version_says_how_to_mend_it(other_house: Flask) -> None:
    with other_house.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    code, found = checked(other_house)
    assert code == 1
    assert "flask db upgrade" in found["database"][1]


def test_a_table_that_is_missing_is_told_and_the_rest_is_still_looked_at(
    other_house: Flask,
) -> None:
    with other_house.app_context():
        db.session.execute(text("DROP TABLE outbox"))
        db.session.commit()
    code, found = checked(other_house)
    assert code == 1
    assert list(found) == PARTS
    wrong = [name for name, (is_well, _) in found.items() if not is_well]
    assert wrong == ["outbox"]
    assert "does not answer" in found["outbox"][1]


def test_a_database_that_is_not_there_is_told_part_by_part(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}"
    app = create_app(settings_for(url, tmp_path / "instance"))
    code, found = checked(app)
    assert code == 1
    assert list(found) == PARTS
    wrong = [name for name, (is_well, _) in found.items() if not is_well]
    assert wrong == ["database", "keys", "outbox", "worker"]
