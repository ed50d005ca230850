"""Who may enter. Every view carries exactly one mark; a view without one stops the start.

The mark of organisers lives with them (`organisers.guard`), because it hands the person over.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, cast

from flask import Flask, abort, current_app

View = Callable[..., Any]

FOREIGN_VIEWS = frozenset({"static", "security"})
"""Endpoints and blueprints of libraries, which guard themselves."""


class Audience(StrEnum):
    """To whom a view is open."""

    ANYONE = "anyone"
    SIGNATORY = "signatory"  # holds the secret link of one signature
    ORGANISER = "organiser"  # has signed in
    DEVELOPER = "developer"  # in development only


def mark(view: View, audience: Audience) -> View:
    """Note on `view` whom it is open to."""
    cast(Any, view).audience = audience
    return view


def anyone(view: View) -> View:
    """Open to everybody."""
    return mark(view, Audience.ANYONE)


def signatory(view: View) -> View:
    """Open to the holder of a secret link; the view resolves the token that it is given."""
    return mark(view, Audience.SIGNATORY)


def developer(view: View) -> View:
    """Open in development only; in production the address does not exist."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> object:
        if not current_app.config["SETTINGS"].development:
            abort(404)
        return view(*args, **kwargs)

    return mark(guarded, Audience.DEVELOPER)


class UnmarkedView(RuntimeError):
    """A view does not say who may enter."""


def audience_of(app: Flask, endpoint: str) -> Audience | None:
    """Return whom the view of `endpoint` is open to; None for the views of libraries.

    Raises:
        UnmarkedView: it is ours and does not say.
    """
    if endpoint.split(".")[0] in FOREIGN_VIEWS:
        return None
    audience = getattr(app.view_functions[endpoint], "audience", None)
    if audience is None:
        raise UnmarkedView(f"{endpoint} does not say who may enter")
    return cast(Audience, audience)


def check_marks(app: Flask) -> None:
    """Stop the start when any view does not say who may enter."""
    for rule in app.url_map.iter_rules():
        audience_of(app, rule.endpoint)
