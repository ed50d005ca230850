"""`flask lists ...`."""

import os
from pathlib import Path
from tempfile import mkstemp

import click
from flask_babel import force_locale

from petitions.appeals import queries as appeals
from petitions.core import clock
from petitions.core.db import transaction
from petitions.core.errors import DomainError
from petitions.lists import blueprint, queries
from petitions.lists import services as lists

FORMATS = [each.value for each in lists.Format]


@blueprint.cli.command("export")
@click.argument("slug")
@click.option("--format", "as_what", type=click.Choice(FORMATS), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
@click.option("--lang", help="Language of the letter; by default that of the first addressee.")
def export(slug: str, as_what: str, out: Path, lang: str | None) -> None:
    """Draw the list of the appeal at SLUG into FILE.

    The file can be read by its owner alone, and stands under its name only once it is whole.
    """
    try:
        command = lists.DrawList(slug, lang or _language_of(slug), lists.Format(as_what))
        drawn = _export(command, out)
    except DomainError as error:
        with force_locale("en"):  # no browser says which language its user reads
            words = str(error.words)
        raise click.ClickException(words) from error
    click.echo(f"{drawn.listed} names drawn into {out}.")


def _language_of(slug: str) -> str:
    languages = appeals.languages_of(slug)
    wanted = queries.language_of_addressee(appeals.appeal_by_slug(slug).id)
    return wanted if wanted in languages else languages[0]


def _export(command: lists.DrawList, out: Path) -> lists.DrawnList:
    handle, name = mkstemp(dir=out.parent, prefix=f".{out.name}.")  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "w+b") as file:
            drawn = lists.draw(command, file, at=clock.now())
        with transaction():
            lists.record(drawn, by=None)
        part.replace(out)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return drawn
