"""The public pages: home, an appeal with its form, the names that everybody may see."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__, cli_group="pages")
