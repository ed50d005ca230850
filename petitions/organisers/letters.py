"""Letters to organisers: pure functions of what they say."""

from datetime import timedelta

from flask import render_template
from flask_babel import gettext as _

from petitions.core.address import EmailAddress
from petitions.mail.letter import Letter
from petitions.web.language import direction, speaking


def invitation(
    to: EmailAddress, *, name: str, team: str, link: str, valid_for: timedelta, lang: str
) -> Letter:
    """Invite somebody to run appeals with a team: a link to choose a password."""
    context = {
        "name": name,
        "team": team,
        "link": link,
        "days": valid_for.days,
        "lang": lang,
        "dir": direction(lang),
    }
    with speaking(lang):
        return Letter(
            to=to,
            subject=_("You are invited to run appeals with %(team)s", team=team),
            text=render_template("organisers/letters/invitation.txt", **context),
            html=render_template("organisers/letters/invitation.html", **context),
            lang=lang,
            template="organisers.invitation",
        )
