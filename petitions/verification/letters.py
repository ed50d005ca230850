"""Letters of verification: pure functions of what they say."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import gettext as _

from petitions.core.address import EmailAddress
from petitions.mail.letter import Letter
from petitions.signatures.models import Visibility
from petitions.verification.words import who_sees
from petitions.web.language import direction, site_language, speaking


@dataclass(frozen=True)
class Addressed:
    """What every letter to a signatory says: to whom, about what, and the way to their page."""

    to: EmailAddress
    name: str
    lang: str
    title: str
    appeal_url: str
    my_url: str


def confirm(
    about: Addressed,
    visibility: Visibility,
    *,
    confirm_url: str,
    code: str,
    expires_at: datetime,
) -> Letter:
    """Ask whether the signature is theirs: who will see the name, a link and a code."""
    with speaking(about.lang):
        seen = who_sees(visibility)
    return _letter(
        "confirm",
        about,
        lambda: _("Please confirm your signature"),
        who_sees=seen,
        confirm_url=confirm_url,
        code=f"{code[:3]} {code[3:]}",
        expires_at=expires_at,
    )


def already(about: Addressed, *, counts: bool) -> Letter:
    """Tell the owner of a mailbox that somebody signed again with it, and whether it counts."""
    return _letter("already", about, lambda: _("You have signed before"), counts=counts)


def struck(about: Addressed, *, reason: str, note: str | None, contact: str) -> Letter:
    """Tell a signatory that the signature was taken off, and why."""
    return _letter(
        "struck",
        about,
        lambda: _("Your signature was taken off the list"),
        reason=reason,
        note=note,
        contact=contact,
    )


def _letter(name: str, about: Addressed, subject: Callable[[], str], **more: object) -> Letter:
    ui_lang = site_language(about.lang)
    context = {
        "about": about,
        "appeal_dir": direction(about.lang),
        "lang": ui_lang,
        "dir": direction(ui_lang),
    } | more
    with speaking(ui_lang):
        return Letter(
            to=about.to,
            subject=subject(),
            text=render_template(f"verification/letters/{name}.txt", **context),
            html=render_template(f"verification/letters/{name}.html", **context),
            lang=ui_lang,
            template=f"verification.{name}",
        )
