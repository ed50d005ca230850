"""Refuses posts that another site made a visitor's browser send.

The public pages carry no session and so no token against forgery. Browsers say themselves where a
request comes from: `Sec-Fetch-Site` (W3C Fetch Metadata), or `Origin` (RFC 6454) in older ones.
A client that sends neither is no browser that a forger could use, and is let through: what
protects the register is the letter to the mailbox.
"""

from flask import Flask, current_app, request
from flask_babel import lazy_gettext as _l

from petitions.core.db import SAFE_METHODS
from petitions.core.errors import Forbidden

OWN_SITES = frozenset({"same-origin", "none"})


class ForeignOrigin(Forbidden):
    """The request was made by a page of another site."""

    words = _l("This form was sent from another web site. Open the page here and send it again.")


def comes_from_here() -> bool:
    """Tell whether a page of this site, or no page at all, made the request."""
    if (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site in OWN_SITES
    if (origin := request.headers.get("Origin")) is not None:
        own = (request.host, current_app.config["SETTINGS"].public_host)
        return origin in {f"{scheme}://{host}" for scheme in ("http", "https") for host in own}
    return True


def refuse_foreign_posts() -> None:
    """Check each request that could change something (a `before_request` hook).

    Raises:
        ForeignOrigin: another site sent it.
    """
    if request.method not in SAFE_METHODS and not comes_from_here():
        raise ForeignOrigin


def init_app(app: Flask) -> None:
    app.before_request(refuse_foreign_posts)
