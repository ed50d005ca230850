"""The outbox, and the ways by which letters leave the house.

A letter is a row written in the transaction of what it is about; a worker carries it out later.
Recipient and words are sealed in that row and erased once somebody else has taken the letter.
"""

from flask import Blueprint

blueprint = Blueprint("mail", __name__, cli_group="mail")
