"""Addresses of the shell itself: health, and the patterns that pages are made of."""

from datetime import timedelta

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from petitions.core import clock
from petitions.core.db import db
from petitions.core.settings import Settings
from petitions.web import blueprint
from petitions.web.access import anyone, developer
from petitions.web.language import SITE_LANGUAGES
from petitions.web.patterns import samples

NOT_FOR_SEARCH = ("/account/", "/c/", "/desk/", "/s/", "/a/*/check-mail", "/a/*/signatories")
FOR_A_DAY = {"Cache-Control": "public, max-age=86400"}


@blueprint.get("/health")
@anyone
def health() -> ResponseReturnValue:
    """Alive, and the database answers."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


@blueprint.get("/robots.txt")
@anyone
def robots() -> ResponseReturnValue:
    """What search engines leave alone (RFC 9309): everything that is somebody's own."""
    closed = "".join(f"Disallow: {path}\n" for path in NOT_FOR_SEARCH)
    return Response(f"User-agent: *\n{closed}", mimetype="text/plain", headers=FOR_A_DAY)


@blueprint.get("/.well-known/security.txt")
@anyone
def security() -> ResponseReturnValue:
    """Whom to tell about a hole (RFC 9116)."""
    settings: Settings = current_app.config["SETTINGS"]
    expires = clock.now().replace(microsecond=0) + timedelta(days=180)
    contact = settings.operator_contact
    lines = (
        f"Contact: {contact if '://' in contact else f'mailto:{contact}'}",
        f"Expires: {expires.isoformat()}",
        f"Preferred-Languages: {', '.join(SITE_LANGUAGES)}",
        f"Canonical: {settings.public_url}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", mimetype="text/plain", headers=FOR_A_DAY)


@blueprint.get("/-/patterns")
@developer
def patterns() -> ResponseReturnValue:
    """Every macro of the pages in every state."""
    return render_template("web/patterns.html", samples=samples())
