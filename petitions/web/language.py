"""The language of a page: that of the text being read, else what the reader's browser asks for."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, force_locale, refresh

SITE_LANGUAGES = ("en", "fr", "ru", "kk")
"""The languages that the house itself speaks; appeals may be written in any."""

LANGUAGE = re.compile(r"[a-z]{2,3}")
LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?")
"""A tag of one or two parts, such as `kk` or `uz-Latn` (RFC 5646)."""

MOST_PREFERENCES = 3

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


@dataclass(frozen=True)
class LanguageLink:
    """A way to the same page in another language."""

    lang: str
    name: str
    url: str
    current: bool


def direction(lang: str) -> str:
    """Return `rtl` or `ltr` for a language."""
    return "rtl" if lang.split("-")[0] in RIGHT_TO_LEFT else "ltr"


def own_name(lang: str) -> str:
    """Return what a language is called by those who speak it."""
    try:
        name = Locale.parse(lang, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return lang
    return name[:1].upper() + name[1:] if name else lang


def preferences() -> tuple[str, ...]:
    """Return up to three languages that the browser asks for, the dearest first, without regions.

    Few and short on purpose: caches keep a page for each.
    """
    asked = (tag.split("-")[0].lower() for tag, quality in request.accept_languages if quality)
    known = dict.fromkeys(tag for tag in asked if LANGUAGE.fullmatch(tag))
    return tuple(known)[:MOST_PREFERENCES]


def negotiate(languages: Iterable[str], *, default: str) -> str:
    """Return the one of `languages` that the browser prefers (RFC 9110, section 12.5.4)."""
    g.negotiated = True
    by_subtag = {lang.split("-")[0]: lang for lang in reversed(list(languages))}
    return next((by_subtag[one] for one in preferences() if one in by_subtag), default)


def was_negotiated() -> bool:
    """Tell whether this answer would be another one for a browser of another language."""
    return bool(g.get("negotiated"))


def speak(lang: str) -> None:
    """Answer this request in `lang`, as far as the house speaks it."""
    g.lang = lang
    refresh()


def page_language() -> str:
    """Return the language of the page: that of its main text; English where there is none."""
    if not has_request_context():  # a letter written by the worker or a command
        return "en"
    if "lang" not in g:
        asked = request.args.get("lang", "")
        g.lang = asked if asked in SITE_LANGUAGES else negotiate(SITE_LANGUAGES, default="en")
    return str(g.lang)


def site_language(lang: str | None = None) -> str:
    """Return the language of the house that goes with `lang`; English where we have none."""
    wanted = (lang or page_language()).split("-")[0]
    return wanted if wanted in SITE_LANGUAGES else "en"


def locale_of(lang: str) -> str:
    """Return the locale by which the house speaks a language.

    English is that of Europe: 22 November 2026, and not November 22, 2026.
    """
    return "en_GB" if site_language(lang) == "en" else site_language(lang)


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Let texts in this block be in `lang`, as far as the house speaks it: letters, lists."""
    with force_locale(locale_of(lang)):
        yield


def say_language(response: Response) -> Response:
    """Tell caches and readers which language was chosen, and whether by negotiation."""
    if "lang" in g:
        response.headers.setdefault("Content-Language", g.lang)
    if was_negotiated():
        response.vary.add("Accept-Language")
    return response


def init_app(app: Flask) -> None:
    babel = Babel()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=lambda: locale_of(page_language()))
    app.after_request(say_language)

    @app.context_processor
    def language_of_page() -> dict[str, object]:
        lang = page_language()
        return {
            "lang": lang,
            "dir": direction(lang),
            "page_languages": (),
        }
