"""The database session and its one transaction.

SQLite is the embedded default, PostgreSQL serves production. Reading needs no ceremony; all
writing happens inside `with transaction():`, opened by an edge and nowhere else.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from sqlite3 import Connection as SQLiteConnection
from typing import TYPE_CHECKING, Any
from uuid import UUID

import uuid_utils.compat
from flask import has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Enum, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_TIMEOUT_MS = 10_000


class Base(DeclarativeBase):
    """Names every constraint, so that each migration can name what it drops."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    # After a commit an edge still reads what it wrote, for its answer; no statement for that.
    session_options={"expire_on_commit": False},
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment on both databases; SQLite itself knows no time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")
"""A JSON document; the binary form on PostgreSQL."""


def enumerated(kind: type) -> Enum:
    """Return the column type of a `StrEnum`: its values as text, checked by the application.

    Not a type of the database's own: adding a state would otherwise need a migration that locks.
    """
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


def new_id() -> UUID:
    """Return a new row's identity: UUID version 7 (RFC 9562), which sorts by time of creation."""
    return uuid_utils.compat.uuid7()


class NestedTransaction(RuntimeError):
    """An edge opens one transaction; whatever it calls must not open another."""


class WriteInSafeRequest(RuntimeError):
    """A GET changes nothing (RFC 9110, section 9.2.1)."""


@contextmanager
def transaction() -> Iterator[Session]:
    """Do one unit of work: everything inside is stored, or nothing.

    The only place in the house that commits. What was read before is forgotten first, so that
    rules are checked against rows as they are now; on SQLite the write lock is taken at once
    (BEGIN IMMEDIATE), because a reader that turns writer halfway fails without waiting.

    Raises:
        NestedTransaction: one is open already.
        WriteInSafeRequest: the request is a GET, HEAD or OPTIONS.
    """
    if has_request_context() and request.method in SAFE_METHODS:
        raise WriteInSafeRequest
    session = db.session()
    if session.info.get("transaction"):
        raise NestedTransaction
    begin_writing(session)
    session.info["transaction"] = True
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["transaction"] = False


def begin_writing(session: Session) -> None:
    """End what was being read and take the right to write."""
    session.rollback()
    session.connection(execution_options={"immediate": True})


def forget_overwritten_pages() -> None:
    """Empty the write-ahead log of SQLite, which else keeps old pages of what was deleted.

    `secure_delete` overwrites them in the database file only. PostgreSQL recycles its own log.
    """
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()  # without the transaction that `_begin` would open
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def commit_for_accounts() -> None:
    """Commit for Flask-Security, whose views end their own unit of work.

    Its data store is told to call this instead of the session (see `organisers.accounts`).
    """
    db.session.commit()


def engine_options(url: str) -> dict[str, Any]:
    """Return what SQLAlchemy's engine is to be made with for the database at `url`."""
    shared = {
        "json_serializer": _json,
        "hide_parameters": True,  # the words of an error go to the log; what was stored does not
    }
    if url.startswith("sqlite"):
        return shared | {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
    return shared | {"pool_size": 10, "max_overflow": 10, "pool_timeout": 10, "pool_pre_ping": True}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: object, _: object) -> None:
    """Set up a new connection of SQLite: durable, checked, patient.

    The driver's own transaction control is switched off, as SQLAlchemy's documentation of pysqlite
    describes, so that `_begin` decides how a transaction begins.
    """
    if not isinstance(connection, SQLiteConnection):
        return
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "secure_delete=ON",  # what a signatory deletes is overwritten, not only unlinked
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Begin a transaction of SQLite: writers take the lock first, readers take none."""
    if connection.dialect.name != "sqlite":
        return
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
