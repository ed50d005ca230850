"""The scripts make exactly the tables of the models, up and down, with people in them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from petitions import create_app
from petitions.core.db import db
from tests.conftest import dispose_of, settings_for
from tests.factories import appeals, signatures

MIGRATIONS = Path(__file__).resolve().parent.parent.parent / "petitions" / "migrations"


def scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.fixture(name="bare", params=["sqlite", "postgresql"])
def _bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database without a table."""
    url = f"sqlite:///{tmp_path / 'bare.db'}"
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres")
        name = f"bare_{tmp_path.name}".replace("-", "_").lower()[:40]
        url = cluster.create_database(name)
    app = create_app(settings_for(url, tmp_path))
    yield app
    dispose_of(app)


def test_there_is_one_head() -> None:
    """Two would leave the operator to choose."""
    assert len(scripts().get_heads()) == 1
    assert len(scripts().get_bases()) == 1


def test_each_script_can_be_taken_back() -> None:
    for script in scripts().walk_revisions():
        assert callable(getattr(script.module, "downgrade", None)), script.revision


def test_models_and_scripts_are_equal(own_app: Flask) -> None:
    with own_app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
    dispose_of(own_app)


def test_scripts_lead_up_down_and_up_again(bare: Flask) -> None:
    with bare.app_context():
        upgrade()
        made = tables()
        assert made == set(db.metadata.tables)
        downgrade(revision="base")
        assert tables() == set()
        upgrade()
        assert tables() == made


def test_going_up_twice_changes_nothing(bare: Flask) -> None:
    with bare.app_context():
        upgrade()
        appeals.opened()
        upgrade()
        assert db.session.scalar(text("SELECT count(*) FROM appeals")) == 1
        db.session.remove()


def test_scripts_lead_down_with_people_in_the_tables(own_app: Flask) -> None:
    with own_app.app_context():
        appeal = appeals.opened(initiators=[{"en": "Ann"}])
        signatures.confirmed(appeal, "suzie@example.org")
        signatures.counted()
        db.session.remove()
        downgrade(revision="base")
        assert tables() == set()
        upgrade()
        signatures.confirmed(appeals.opened(), "suzie@example.org")
        db.session.remove()
    dispose_of(own_app)


def test_each_step_down_leads_back_up_with_what_is_left(own_app: Flask) -> None:
    """From the newest script to the first: what a release brings can be taken back."""
    with own_app.app_context():
        signatures.confirmed(appeals.opened(), "suzie@example.org")
        db.session.remove()
        for script in scripts().walk_revisions():
            downgrade(revision="-1")
            upgrade(revision=script.revision)
            downgrade(revision="-1")
        assert tables() == set()
    dispose_of(own_app)
