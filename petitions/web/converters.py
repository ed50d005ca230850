"""The shapes that parts of an address may have; anything else is no address of ours."""

from flask import Flask
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


def init_app(app: Flask) -> None:
    app.url_map.converters.update(slug=Slug, token=Token, language=Language)
