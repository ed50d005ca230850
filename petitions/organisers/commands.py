"""What operators do to accounts: `flask organisers ...`."""

import click

from petitions.core import clock
from petitions.core.address import EmailAddress
from petitions.core.db import transaction
from petitions.organisers import blueprint, services
from petitions.organisers.mailbox import AddressMalformed
from petitions.organisers.mandates import Role
from petitions.web import language


@blueprint.cli.command("invite")
@click.argument("email")
@click.option("--name", help="How the person is addressed; the part before the @ by default.")
@click.option("--team", default="Organisers", show_default=True, help="Founded if there is none.")
@click.option(
    "--role",
    type=click.Choice([r.value for r in Role]),
    default=Role.OWNER.value,
    show_default=True,
)
@click.option(
    "--lang",
    type=click.Choice(language.SITE_LANGUAGES),
    default="en",
    show_default=True,
    help="Language of the letter.",
)
def invite(email: str, name: str | None, team: str, role: str, lang: str) -> None:
    """Let EMAIL run appeals: open an account, appoint it to a team, send a link for a password."""
    language.speak(lang)
    try:
        with transaction():
            at = clock.now()
            invited = services.invite(
                EmailAddress(email),
                name or email.partition("@")[0],
                services.found_team(team, at=at),
                Role(role),
                at=at,
                lang=lang,
            )
    except AddressMalformed as error:
        raise click.BadParameter(str(error.words), param_hint="EMAIL") from error
    click.echo(_said(invited, team, role))


def _said(invited: services.Invited, team: str, role: str) -> str:
    opened = "Opened an account and appointed it" if invited.new_account else "Appointed"
    letter = (
        "A letter with a link for choosing a password is in the outbox."
        if invited.letter_posted
        else "They have a password already and can sign in."
    )
    return f"{opened} as {role} of {team}. {letter}"
