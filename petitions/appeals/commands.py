"""`flask appeals ...`."""

import click

from petitions.appeals import blueprint, queries, services
from petitions.core import clock
from petitions.core.db import transaction
from petitions.core.errors import DomainError


@blueprint.cli.command("open")
@click.argument("slug")
def open_(slug: str) -> None:
    """Freeze the words of the appeal at SLUG and let people sign."""
    try:
        with transaction():
            services.open_appeal(queries.appeal_by_slug(slug).id, at=clock.now(), by=None)
    except DomainError as error:
        raise click.ClickException(str(error.words)) from error
    click.echo(f"{slug} is open for signature.")


@blueprint.cli.command("close")
@click.argument("slug")
def close(slug: str) -> None:
    """Take no further signatures under the appeal at SLUG."""
    try:
        with transaction():
            services.close(queries.appeal_by_slug(slug).id, at=clock.now(), by=None)
    except DomainError as error:
        raise click.ClickException(str(error.words)) from error
    click.echo(f"{slug} is closed.")
