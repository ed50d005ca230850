"""Appeals: text and versions, addressees, initiators, updates; from draft to delivered."""

from flask import Blueprint

blueprint = Blueprint("appeals", __name__, cli_group="appeals")
