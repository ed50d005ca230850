"""The signatory's own rights: what we hold, visibility, withdrawal, erasure."""

from flask import Blueprint

blueprint = Blueprint("privacy", __name__, cli_group="privacy")
