"""An organiser's own account."""

from flask import render_template
from flask.typing import ResponseReturnValue

from petitions.organisers import blueprint, queries
from petitions.organisers.guard import organisers_only
from petitions.organisers.queries import Organiser


@blueprint.get("/account/")
@organisers_only
def account(organiser: Organiser) -> ResponseReturnValue:
    """How my account is protected, and the ways to change it."""
    return render_template(
        "organisers/account.html",
        name=organiser.name,
        teams=[team.name for team in queries.teams_of(organiser)],
        safety=queries.safety_of(organiser.id),
    )
