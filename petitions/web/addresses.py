"""Full addresses for letters and files, made from PUBLIC_URL.

Never from the request: whoever sends it writes its `Host` header, and a letter must not carry a
link that a stranger chose.
"""

from urllib.parse import urlsplit

from flask import current_app


def public_address(endpoint: str, **values: object) -> str:
    """Return the full public address of an endpoint, also outside of a request."""
    site = urlsplit(current_app.config["SETTINGS"].public_url)
    adapter = current_app.url_map.bind(site.netloc, url_scheme=site.scheme)
    return adapter.build(endpoint, values, force_external=True)
