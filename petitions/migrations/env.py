"""Runs the migrations within the application, on whatever database it is set to."""

from typing import Any, Literal

from alembic import context
from alembic.operations import MigrationScript
from flask import current_app
from sqlalchemy import JSON, Connection, Enum, MetaData

from petitions.core.db import UtcDateTime, db


def metadata() -> MetaData:
    return db.metadatas[None]


def plain_types(kind: str, thing: Any, autogenerate: Any) -> str | Literal[False]:
    """Write our column types as what they are in the database: a script stands by itself."""
    if kind != "type":
        return False
    if isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, Enum):
        return f"sa.String(length={thing.length})"
    if isinstance(thing, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


def no_empty_script(_: object, __: object, directives: list[MigrationScript]) -> None:
    """Write no script when nothing has changed."""
    upgrades = directives[0].upgrade_ops
    if getattr(context.config.cmd_opts, "autogenerate", False) and upgrades and upgrades.is_empty():
        directives.clear()


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_item=plain_types,
        render_as_batch=True,  # SQLite changes a table by copying it
        process_revision_directives=no_empty_script,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    """Migrate. The engine is the application's own, so SQLite gets its settings, too."""
    engine: Any = current_app.extensions["migrate"].db.engine
    if isinstance(engine, Connection):  # a test's own connection
        migrate(engine)
        return
    with engine.connect() as connection:
        migrate(connection)


run()
