"""Error pages in our layout and the reader's language."""

from dataclasses import dataclass

from flask import Flask, Response, current_app, make_response, render_template
from flask_babel import gettext as _
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolIsEmpty
from werkzeug.exceptions import HTTPException

from petitions.core.db import db
from petitions.core.errors import DomainError
from petitions.core.log import logger, place_of
from petitions.web import language
from petitions.web.limits import RateLimitExceeded, seconds_to_wait

log = logger("web")

RETRY_AFTER_S = 10


@dataclass(frozen=True)
class Problem:
    """What an error page says."""

    heading: str
    explanation: str


def problem(status: int) -> Problem:
    """Return the words for an HTTP status, in the language of the request."""
    problems = {
        400: Problem(
            _("The form could not be read"),
            _("It may have been open for too long. Go back, reload the page and send it again."),
        ),
        403: Problem(
            _("This is not open to you"), _("You may need to sign in with another account.")
        ),
        404: Problem(
            _("There is no such page"),
            _("The address may be mistyped, or the page has moved. Start from the front page."),
        ),
        405: Problem(
            _("This address works in another way"), _("Go back and use the button on the page.")
        ),
        410: Problem(_("This page is gone"), _("It was here once and has been taken away.")),
        413: Problem(
            _("That was too much at once"), _("Go back, shorten what you wrote and send it again.")
        ),
        422: Problem(
            _("Something in the form is not right"), _("Go back and check what you wrote.")
        ),
        429: Problem(
            _("A little too fast"),
            _("Many people use your network just now. Wait a few minutes and send it again."),
        ),
        503: Problem(
            _("Too many people at once"),
            _("Nothing that you wrote has been stored. Wait a moment, go back and send it again."),
        ),
    }
    return problems.get(
        status,
        Problem(
            _("Something went wrong on our side"),
            _("It has been noted. Try again in a few minutes; what was confirmed before is safe."),
        ),
    )


def error_page(
    status: int, *, words: str | None = None, retry_after: int | None = None
) -> Response:
    """Return the page for `status`; `words` replaces the usual explanation."""
    language.speak(language.site_language())  # whatever was asked for: these are our own words
    shown = problem(status)
    page = render_template(
        "base/error.html",
        status=status,
        heading=shown.heading,
        explanation=words or shown.explanation,
        retry_after=retry_after,
    )
    response = make_response(page, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(DomainError, broken_rule)
    for busy in (OperationalError, PoolIsEmpty):
        app.register_error_handler(busy, database_away)
    app.register_error_handler(Exception, unexpected)


def http_error(error: HTTPException) -> Response:
    """Answer an error of HTTP itself, with the headers that belong to it."""
    if error.response is not None:
        return make_response(error.response)
    response = error_page(error.code or 500)
    if (valid_methods := getattr(error, "valid_methods", None)) is not None:
        response.headers["Allow"] = ", ".join(sorted(valid_methods))
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = str(seconds_to_wait(error))
    return response


def broken_rule(error: DomainError) -> Response:
    """Answer a broken rule of the house in its own words."""
    return error_page(error.status, words=str(error.words) or None)


def database_away(error: OperationalError | PoolIsEmpty) -> Response:
    """A locked, crowded or absent database passes; the reader is asked to come back."""
    db.session.rollback()
    log.error("database away", reason=type(getattr(error, "orig", error)).__name__)
    return error_page(503, retry_after=RETRY_AFTER_S)


def unexpected(error: Exception) -> Response:
    """Answer a defect of ours; in tests it is raised again, so that none goes unseen."""
    if current_app.testing:
        raise error
    db.session.rollback()
    # Not its message, which may quote what a person typed.
    log.error("unexpected error", kind=type(error).__name__, where=place_of(error))
    return error_page(500)
