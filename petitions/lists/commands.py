"""`flask lists ...`."""

import os
from pathlib import Path
from tempfile import mkstemp

import click

from petitions.core import clock
from petitions.core.db import transaction
from petitions.core.errors import DomainError
from petitions.lists import blueprint, queries
from petitions.lists import services as lists
from petitions.web.language import speaking

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
        lang = lang or queries.language_of_list(slug)
        command = lists.DrawList(slug, lang, lists.Format(as_what))
        drawn = _export(command, out)
    except DomainError as error:
        with speaking("en"):  # no browser says which language its user reads
            words = str(error.words)
        raise click.ClickException(words) from error
    click.echo(f"{drawn.listed} names drawn into {out}.")


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
