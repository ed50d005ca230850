"""`flask mail ...`: does mail leave the house?"""

import click
from flask import current_app

from petitions.core import clock
from petitions.core.address import EmailAddress
from petitions.core.db import new_id
from petitions.core.mailbox import BadAddress, on_the_wire
from petitions.mail import blueprint, letters
from petitions.mail.envelope import build
from petitions.mail.letter import UnsendableLetter
from petitions.mail.office import post_office
from petitions.mail.transport import Undelivered


@blueprint.cli.command("test")
@click.argument("address")
def send_trial(address: str) -> None:
    """Send one letter to ADDRESS now, past the outbox, and say what the mail server answers."""
    settings, office = current_app.config["SETTINGS"], post_office()
    try:
        letter = letters.trial(
            EmailAddress(address.strip()),
            operator_name=settings.operator_name,
            public_url=settings.public_url,
        )
        message = build(letter, office.sender, message_id=new_id(), at=clock.now())
        with office.transport.connection() as connection:
            outcome = connection.send(
                message, office.sender.address, on_the_wire(letter.to.reveal())
            )
    except (UnsendableLetter, BadAddress) as error:
        raise click.BadParameter("That is no e-mail address.") from error
    except Undelivered as error:
        raise click.ClickException(f"{type(error).__name__}: {error.outcome}") from error
    click.echo(f"accepted: {outcome}")
