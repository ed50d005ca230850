"""The HTTP shell: who may enter, origin checks, headers, language, error pages, form base, cache.

Knows nothing of appeals; every room with an address stands on it.
"""

from flask import Blueprint

blueprint = Blueprint("web", __name__, cli_group="web")
