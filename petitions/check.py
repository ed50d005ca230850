"""`flask check`: is this installation well? A line for each part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import click
from alembic.script import ScriptDirectory
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from petitions.appeals import queries as appeals
from petitions.core import clock
from petitions.core.db import db
from petitions.core.vault import SealBroken, vault
from petitions.jobs import queries as jobs
from petitions.mail import queries as mail
from petitions.mail.office import post_office
from petitions.mail.transport import Unreachable

SILENT_AFTER = timedelta(minutes=1)
"""A mail server that hangs may hold the worker for half of that."""
LATE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Finding:
    """What was found about one part."""

    well: bool
    words: str


class NotWell(click.ClickException):
    """Something is wrong; the lines above say what."""


@click.command("check")
@with_appcontext
def check() -> None:
    """Check settings, database, keys, mail and worker; exit with 1 if anything is wrong."""
    parts: dict[str, Callable[[], Finding]] = {
        "settings": settings,
        "database": database,
        "keys": keys,
        "mail": mail_server,
        "outbox": outbox,
        "worker": worker,
    }
    wrong = [name for name, look in parts.items() if not _told(name, look)]
    if wrong:
        raise NotWell(f"Not well: {', '.join(wrong)}.")


def _told(name: str, look: Callable[[], Finding]) -> bool:
    try:
        finding = look()
    except SQLAlchemyError as error:
        db.session.rollback()
        finding = Finding(False, f"the database does not answer ({type(error).__name__})")
    click.echo(f"{'ok   ' if finding.well else 'WRONG'} {name}: {finding.words}")
    return finding.well


def settings() -> Finding:
    """Settings were read when the application started; malformed ones would have ended it."""
    mode = "development" if current_app.config["SETTINGS"].development else "production"
    return Finding(True, f"{mode}, {current_app.config['SETTINGS'].public_url}")


def database() -> Finding:
    """The database answers, takes writers, and has the tables of this version."""
    dialect = db.session.get_bind().dialect.name
    current = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    migrate = current_app.extensions["migrate"]
    head = ScriptDirectory(str(migrate.directory)).get_current_head()
    if current != head:
        return Finding(
            False, f"{dialect} at version {current}, the code at {head}: flask db upgrade"
        )
    return Finding(True, f"{dialect}, version {current}")


def keys() -> Finding:
    """The master key is the one under which the newest appeal's key was wrapped."""
    newest = appeals.newest_key()
    if newest is None:
        return Finding(True, "no appeal yet")
    try:
        vault().appeal_key(*newest)
    except SealBroken:
        return Finding(False, "the master key is not the one that this database was sealed under")
    return Finding(True, "the master key opens the appeals' keys")


def mail_server() -> Finding:
    """The mail server can be reached, and takes the password."""
    if current_app.config["SETTINGS"].smtp_url is None:
        return Finding(True, "letters are kept and shown at /-/mail (development)")
    try:
        post_office().transport.check()
    except Unreachable as error:
        return Finding(False, f"the mail server cannot be used ({error.outcome})")
    return Finding(True, "the mail server answers")


def outbox() -> Finding:
    """Letters do not pile up."""
    found = mail.outbox()
    late = found.oldest_at is not None and clock.now() - found.oldest_at > LATE_AFTER
    words = f"{found.waiting} waiting, {found.parked} parked"
    if late:
        words += f"; the oldest has been waiting since {found.oldest_at:%Y-%m-%d %H:%M} UTC"
    return Finding(not late, words)


def worker() -> Finding:
    """The worker has been heard of in the last minute, and its jobs go well."""
    heard = jobs.last_heartbeat()
    if heard is None:
        return Finding(False, "never heard of: start `flask work`")
    silent = clock.now() - heard
    if silent > SILENT_AFTER:
        return Finding(False, f"silent for {silent.total_seconds():.0f} s: start `flask work`")
    if failing := jobs.failing_jobs():
        return Finding(False, f"failing: {', '.join(job.name for job in failing)}")
    return Finding(True, f"heard of {silent.total_seconds():.0f} s ago")
