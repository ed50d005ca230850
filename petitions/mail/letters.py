"""The one letter of this room: to the operator, who asks whether mail leaves."""

from markupsafe import escape

from petitions.core.address import EmailAddress
from petitions.mail.letter import Letter


def trial(to: EmailAddress, *, operator_name: str, public_url: str) -> Letter:
    """Show that mail leaves the house."""
    words = (
        f"This is a trial letter of {operator_name}.",
        f"Letters about appeals at {public_url} leave by the same way. Nothing needs to be done.",
    )
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in words)
    return Letter(
        to=to,
        subject=f"A trial letter of {operator_name}",
        text="\n\n".join(words) + "\n",
        html=f'<!doctype html><html lang="en"><body>{paragraphs}</body></html>',
        lang="en",
        template="mail.trial",
    )
