"""Proof that a mailbox belongs to the one who signed: a letter with a link and a code."""

from flask import Blueprint

blueprint = Blueprint("verification", __name__, cli_group="verification")
