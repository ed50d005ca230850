"""Letters that were kept instead of being sent, for developers to read."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from petitions.mail import blueprint
from petitions.mail.kept import Kept, KeptMessage
from petitions.mail.office import kept_letters
from petitions.web.access import developer

SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""A letter brings its own style, as mail must, and may do nothing else."""


@dataclass(frozen=True)
class KeptLetter:
    """A line in the list of kept letters."""

    name: UUID
    to: str
    subject: str
    sent_at: datetime
    url: str


@dataclass(frozen=True)
class OpenedLetter:
    """A kept letter on its page. `html_url` is None for one of plain text."""

    to: str
    subject: str
    sent_at: datetime
    text: str
    html_url: str | None


@blueprint.get("/-/mail")
@developer
def kept() -> ResponseReturnValue:
    """All kept letters, newest first."""
    letters = tuple(
        KeptLetter(
            name=message.name,
            to=message.to,
            subject=message.subject,
            sent_at=message.sent_at,
            url=url_for("mail.kept_letter", name=message.name),
        )
        for message in _folder().newest_first()
    )
    return render_template("mail/kept.html", letters=letters)


@blueprint.get("/-/mail/<uuid:name>")
@developer
def kept_letter(name: UUID) -> ResponseReturnValue:
    """One letter as text."""
    message = _found(name)
    letter = OpenedLetter(
        to=message.to,
        subject=message.subject,
        sent_at=message.sent_at,
        text=message.text,
        html_url=url_for("mail.kept_html", name=name) if message.html else None,
    )
    return render_template("mail/kept_letter.html", letter=letter)


@blueprint.get("/-/mail/<uuid:name>/html")
@developer
def kept_html(name: UUID) -> ResponseReturnValue:
    """One letter as a mail program shows it."""
    response = Response(_found(name).html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _folder() -> Kept:
    return kept_letters(current_app.config["SETTINGS"])


def _found(name: UUID) -> KeptMessage:
    return _folder().find(name) or abort(404)
