"""The shapes that parts of an address may have; anything else is no address of ours."""

import string
from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask, Request
from werkzeug.routing import BaseConverter

from petitions.web.language import LANGUAGE_TAG


class Slug(BaseConverter):
    """The readable name of an appeal."""

    regex = r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?"


class Token(BaseConverter):
    """A secret of 128 bits (`core.tokens`)."""

    regex = r"[A-Za-z0-9_-]{22}"


class Language(BaseConverter):
    """A language tag of one or two parts, such as `kk` or `uz-Latn` (RFC 5646)."""

    regex = LANGUAGE_TAG.pattern


class ReadableRequest(Request):
    """A request whose query can be read, whatever bytes it has (RFC 3986, section 2.1)."""

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        query = environ.get("QUERY_STRING", "").encode("latin-1")
        environ["QUERY_STRING"] = quote_from_bytes(query, safe=string.punctuation)
        super().__init__(environ, *args, **kwargs)


def init_app(app: Flask) -> None:
    app.request_class = ReadableRequest
    app.url_map.converters.update(slug=Slug, token=Token, language=Language)
