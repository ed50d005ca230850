"""Small bodies for slow lines: what is kept is compressed once, the rest as it goes out."""

import gzip
from dataclasses import dataclass

import brotli
from flask import Flask, Response, request
from werkzeug.datastructures import Accept

from petitions.web.access import Audience, audience_of

BROTLI_QUALITY = 9
QUICK = 4
"""For what is sent once: most of the gain at a twentieth of the time."""
SMALLEST_WORTHWHILE = 500


@dataclass(frozen=True)
class Variants:
    """One body as it is, with gzip (RFC 1952) and with Brotli (RFC 7932)."""

    identity: bytes
    gzip: bytes
    br: bytes

    def best(self, accepted: Accept) -> tuple[bytes, str | None]:
        """Return the smallest body that the client takes, and the name of its coding."""
        if len(self.identity) < SMALLEST_WORTHWHILE:
            return self.identity, None
        if accepted.quality("br"):
            return self.br, "br"
        if accepted.quality("gzip"):
            return self.gzip, "gzip"
        return self.identity, None


def variants(body: bytes) -> Variants:
    """Compress `body`. The gzip header carries no time, so the same body gives the same bytes."""
    return Variants(
        identity=body,
        gzip=gzip.compress(body, 9, mtime=0),
        br=brotli.compress(body, quality=BROTLI_QUALITY),
    )


def init_app(app: Flask) -> None:
    @app.after_request
    def make_small(response: Response) -> Response:
        """Compress texts that are open to everybody, wrong forms included.

        Libraries leave error answers as they are; a form sent back with what was typed is as large
        as the page itself. Pages of the desk hold a token, and their size must not tell a listener
        about it (BREACH).
        """
        if _is_worthwhile(response) and _is_open_to_all(app):
            _compress(response)
        return response


def _is_worthwhile(response: Response) -> bool:
    return (
        not response.direct_passthrough
        and not response.is_streamed
        and not response.content_encoding
        and (response.mimetype or "").startswith(("text/", "application/json"))
        and len(response.get_data()) >= SMALLEST_WORTHWHILE
    )


def _is_open_to_all(app: Flask) -> bool:
    if request.endpoint is None:
        return True
    return audience_of(app, request.endpoint) in (Audience.ANYONE, Audience.SIGNATORY)


def _compress(response: Response) -> None:
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("br"):
        response.set_data(brotli.compress(response.get_data(), quality=QUICK))
        response.content_encoding = "br"
    elif request.accept_encodings.quality("gzip"):
        response.set_data(gzip.compress(response.get_data(), QUICK))
        response.content_encoding = "gzip"
