"""The public pages: home, an appeal with its form, the page that asks for the code, names."""

from flask import Blueprint

blueprint = Blueprint("pages", __name__, cli_group="pages")
