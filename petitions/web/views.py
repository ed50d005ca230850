"""Addresses of the shell itself: health, and the patterns that pages are made of."""

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from petitions.core.db import db
from petitions.web import blueprint
from petitions.web.access import anyone, developer
from petitions.web.patterns import samples


@blueprint.get("/health")
@anyone
def health() -> ResponseReturnValue:
    """Alive, and the database answers."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}


@blueprint.get("/-/patterns")
@developer
def patterns() -> ResponseReturnValue:
    """Every macro of the pages in every state."""
    return render_template("web/patterns.html", samples=samples())
