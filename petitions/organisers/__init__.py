"""Those who run appeals: accounts, teams, and what an account may do for a team until when."""

from flask import Blueprint

blueprint = Blueprint("organisers", __name__, cli_group="organisers")
