"""The scripts of the database: one head, equal to the models, up and down with people in it."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Engine, inspect, select

from petitions.core.db import db
from petitions.signatures.models import Signature, State
from tests.conftest import dispose_of
from tests.factories import appeals, signatures


@pytest.fixture
def house(own_app: Flask) -> Iterator[Flask]:
    with own_app.app_context():
        yield own_app
        db.session.remove()
    dispose_of(own_app)


def scripts(app: Flask) -> ScriptDirectory:
    config: Config = app.extensions["migrate"].migrate.get_config()
    return ScriptDirectory.from_config(config)


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_head(app: Flask) -> None:
    assert len(scripts(app).get_heads()) == 1


def test_the_scripts_make_what_the_models_say(house: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadatas[None]) == []


def test_a_difference_between_models_and_database_is_seen(house: Flask) -> None:
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE tallies")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadatas[None]) != []


def test_up_down_and_up_again_with_people_in_it(house: Flask) -> None:
    everything = set(db.metadatas[None].tables)
    signatures.confirmed(appeals.opened(), "suzie@example.org")
    db.session.remove()
    assert tables(db.engine) == everything
    downgrade(revision="base")
    assert tables(db.engine) == set()
    upgrade()
    assert tables(db.engine) == everything
    assert db.session.scalars(select(Signature)).all() == []
    signatures.confirmed(appeals.opened(), "suzie@example.org")
    assert [row.state for row in db.session.scalars(select(Signature))] == [State.VERIFIED]


def test_each_script_leads_back_to_where_it_came_from(house: Flask) -> None:
    revisions = list(scripts(house).walk_revisions())
    for revision in revisions:
        before = revision.down_revision or "base"
        downgrade(revision=str(before))
        upgrade(revision=revision.revision)
        downgrade(revision=str(before))
    upgrade()
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == (
            revisions[0].revision,
        )
