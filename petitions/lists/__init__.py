"""Lists: public names, and exports for the addressee."""

from flask import Blueprint

blueprint = Blueprint("lists", __name__, cli_group="lists")
