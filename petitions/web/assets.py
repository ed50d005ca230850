"""Style sheets and scripts under addresses that change with their content, so they keep for ever.

A bundle is several plain CSS files joined and minified when the application starts: no build step,
and one request instead of many on a slow network.
"""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import rcssmin
from flask import Flask, Response, abort, current_app, request
from flask.typing import ResponseReturnValue

from petitions.web import blueprint, compression
from petitions.web.access import anyone

BASE = ("tokens", "reset", "base", "layout", "ui")
BUNDLES = {
    "public.css": (*BASE, "pages", "verification", "privacy"),
    "desk.css": (*BASE, "desk", "signatures", "lists", "organisers", "mail", "web"),
}
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}
FOR_EVER = "public, max-age=31536000, immutable"
FINGERPRINT_LENGTH = 10


@dataclass(frozen=True)
class Asset:
    """One file as it goes out."""

    name: str
    body: bytes

    @cached_property
    def fingerprint(self) -> str:
        return sha256(self.body).hexdigest()[:FINGERPRINT_LENGTH]

    @cached_property
    def variants(self) -> compression.Variants:
        return compression.variants(self.body)

    @property
    def type(self) -> str:
        return TYPES[Path(self.name).suffix]


def collect(folder: Path) -> dict[str, Asset]:
    """Read every asset below `folder` and join the bundles."""
    css = folder / "css"
    assets = {
        bundle: Asset(bundle, _joined([css / f"{part}.css" for part in parts]))
        for bundle, parts in BUNDLES.items()
    }
    for path in sorted(folder.rglob("*")):
        if path.suffix in TYPES and path.suffix != ".css":
            name = path.relative_to(folder).as_posix()
            assets[name] = Asset(name, path.read_bytes())
    return assets


def _joined(paths: list[Path]) -> bytes:
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())
    return str(rcssmin.cssmin(text)).encode()


def asset(name: str) -> str:
    """Return the address of an asset (a template global).

    Raises:
        KeyError: there is no such file; better at the first test than on a reader's page.
    """
    found = _assets()[name]
    return f"/static/{found.fingerprint}/{found.name}"


def _assets() -> dict[str, Asset]:
    assets: dict[str, Asset] = current_app.extensions["assets"]
    return assets


@blueprint.get("/static/<fingerprint>/<path:name>")
@anyone
def static_asset(fingerprint: str, name: str) -> ResponseReturnValue:
    """An asset. An old fingerprint gets today's file, but not for ever."""
    found = _assets().get(name)
    if found is None:
        abort(404)
    body, encoding = found.variants.best(request.accept_encodings)
    response = Response(body, content_type=f"{found.type}; charset=utf-8")
    if encoding:
        response.content_encoding = encoding
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = (
        FOR_EVER if fingerprint == found.fingerprint else "public, max-age=60"
    )
    return response


def init_app(app: Flask, folder: Path) -> None:
    app.extensions["assets"] = collect(folder)
    app.add_template_global(asset)
