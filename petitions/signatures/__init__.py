"""The register: one row per signatory and appeal, and the states it may pass through."""

from flask import Blueprint

blueprint = Blueprint("signatures", __name__, cli_group="signatures")
