"""The mark of organisers' views: who is there is handed to the view, so it cannot be forgotten."""

from functools import wraps
from uuid import UUID

from flask import g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from petitions.core import clock
from petitions.core.db import SAFE_METHODS
from petitions.organisers import queries
from petitions.organisers.queries import Organiser
from petitions.web.access import Audience, View, mark

DESK = "/desk/"


def organisers_only(view: View) -> View:
    """Open to those who have signed in. The view gets `organiser=`; others are asked to sign in.

    Answers are kept by no cache. Templates find the name as `organiser`.
    """

    @wraps(view)
    def guarded(**path: object) -> ResponseReturnValue:
        organiser = signed_in()
        if organiser is None:
            return redirect(url_for("security.login", next=_way_back()))
        g.organiser = organiser
        response = make_response(view(organiser=organiser, **path))
        response.headers["Cache-Control"] = "no-store"
        return response

    return mark(guarded, Audience.ORGANISER)


def signed_in() -> Organiser | None:
    """Return the organiser of this session; None without one, or when the account is closed."""
    account_id: UUID | None = getattr(current_user, "id", None)
    if account_id is None:
        return None
    return queries.organiser_by_id(account_id, clock.now())


def _way_back() -> str:
    """Return the path that was asked for. What was posted cannot be posted again from there."""
    if request.method not in SAFE_METHODS:
        return DESK
    return request.full_path.rstrip("?")
