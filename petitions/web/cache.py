"""Public pages, rendered and compressed once and served for a few seconds.

Held in the process. A page that is served from here costs no statement; it is at most
`SECONDS` old, which readers are told by the usual headers so that proxies may keep it, too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from threading import Lock

from cachetools import TTLCache
from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue

from petitions.web import compression, language
from petitions.web.access import View

SECONDS = 5
PAGES = 512
LONGEST_ARGUMENT = 80


@dataclass(frozen=True)
class Page:
    """A rendered page."""

    body: compression.Variants
    etag: str
    lang: str
    negotiated: bool
    content_type: str

    def answer(self) -> Response:
        """Return the page to this client, or 304 when it has it already."""
        body, encoding = self.body.best(request.accept_encodings)
        response = Response(body, content_type=self.content_type)
        if encoding:
            response.content_encoding = encoding
        response.vary.add("Accept-Encoding")
        if self.negotiated:
            response.vary.add("Accept-Language")
        response.headers["Content-Language"] = self.lang
        response.headers["Cache-Control"] = (
            f"public, max-age={SECONDS}, stale-while-revalidate={2 * SECONDS}"
        )
        response.set_etag(f"{self.etag}-{encoding or 'id'}", weak=True)
        response.make_conditional(request)
        return response


@dataclass(frozen=True)
class PageCache:
    """The pages of one process."""

    _pages: TTLCache[object, Page]
    _lock: Lock

    def get(self, key: object) -> Page | None:
        with self._lock:
            return self._pages.get(key)

    def put(self, key: object, page: Page) -> None:
        with self._lock:
            self._pages[key] = page

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


def cached_page(*arguments: str, unless: str | None = None) -> Callable[[View], View]:
    """Keep the pages of a view. `arguments` names the query arguments that change them.

    With the argument `unless`, or a very long one, a page is made for one reader and not kept.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def served(**path: object) -> ResponseReturnValue:
            given = tuple(request.args.get(name, "") for name in arguments)
            is_long = any(len(value) > LONGEST_ARGUMENT for value in given)
            if is_long or (unless and request.args.get(unless)):
                return view(**path)  # type: ignore[no-any-return]
            pages = page_cache()
            key = (request.endpoint, tuple(sorted(path.items())), given, _preferred(path))
            page = pages.get(key)
            if page is None:
                response = make_response(view(**path))
                if response.status_code != 200:
                    return response
                page = _page(response)
                pages.put(key, page)
            return page.answer()

        return served

    return decorate


def _preferred(path: dict[str, object]) -> tuple[str, ...]:
    """Return what the browser prefers, unless the path itself names the language."""
    return () if path.get("lang") else language.preferences()


def _page(response: Response) -> Page:
    body = response.get_data()
    return Page(
        body=compression.variants(body),
        etag=sha256(body).hexdigest()[:16],
        lang=language.page_language(),
        negotiated=language.was_negotiated(),
        content_type=response.content_type or "text/html; charset=utf-8",
    )


def page_cache() -> PageCache:
    """Return the cache of the running application."""
    cache: PageCache = current_app.extensions["page_cache"]
    return cache


def init_app(app: Flask) -> None:
    seconds = 0.0 if app.testing else SECONDS
    app.extensions["page_cache"] = PageCache(TTLCache(PAGES, seconds), Lock())
