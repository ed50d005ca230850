"""`flask demo`."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic
from uuid import UUID

import click
from flask import current_app
from flask.cli import with_appcontext

from petitions.core import clock
from petitions.core.db import db, transaction
from petitions.core.settings import Settings
from petitions.demo import people, services
from petitions.demo.people import Invented
from petitions.demo.services import Drawn
from petitions.demo.texts import DemoAppeal, demo_appeals
from petitions.signatures import services as register
from petitions.web import language

BATCH = 100
"""Signatures in one transaction: few enough to let others write in between, and to start again
after an interruption without much loss."""

CROWDS: dict[str, Callable[[], Sequence[Invented]]] = {
    "eu-delegation-kazakhstan": people.signatories,
    "mysal-library-evenings": people.readers,
}


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Furnish a house for looking around: three appeals, invented signatories, an organiser.

    Once it is furnished this prints the organiser's login and changes nothing.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.development:
        raise click.ClickException(
            "Invented signatures have no place in production. For a house to look around in, set "
            "UNDERSIGNED_ENV=development and a database of its own."
        )
    language.speak("en")  # there is no browser to ask; letters are in their reader's language
    begun, at = monotonic(), clock.now()
    by = _organiser(settings.instance_dir, at)
    entered = sum(_furnish(appeal, at, by) for appeal in demo_appeals())
    if entered:
        with transaction():
            register.recount(at=at)
        click.echo(f"Furnished: {entered} invented signatures in {monotonic() - begun:.1f} s.")
    click.echo(services.login_file(settings.instance_dir).read_text(encoding="utf-8").strip())


def _organiser(instance: Path, at: datetime) -> UUID:
    """Return the demo organiser's account, with its login in the file."""
    with transaction():
        account = services.organiser(at=at)
        # The file may be lost, or left from an earlier database.
        is_known = services.login_file(instance).exists() and account.password is not None
        password = None if is_known else services.give_password(account)
    if password:
        services.keep_login(password, instance)
    return account.id


def _furnish(appeal: DemoAppeal, at: datetime, by: UUID) -> int:
    """Bring one appeal to where it should be; return how many signed just now."""
    with transaction():
        drawn = services.draw_up(appeal, at=at, by=by)
    entered = _let_sign(drawn, at, by)
    with transaction():
        services.conclude(appeal, drawn, at=at, by=by)
    return entered


def _let_sign(drawn: Drawn, at: datetime, by: UUID) -> int:
    crowd = CROWDS[drawn.slug]() if drawn.slug in CROWDS else ()
    # People sign in order and each batch is stored whole, so their number tells who is next.
    missing = crowd[services.signed(drawn) :]
    if missing:
        click.echo(f"{len(missing)} invented signatories for {drawn.slug} ...")
    for batch in _batches(missing):
        with transaction():
            services.sign(drawn, batch, at=at, by=by)
        db.session.remove()  # what was read for one batch is not carried through the next
    return len(missing)


def _batches(crowd: Sequence[Invented]) -> Iterator[Sequence[Invented]]:
    for start in range(0, len(crowd), BATCH):
        yield crowd[start : start + BATCH]
