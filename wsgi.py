"""The application as servers find it: `wsgi:app`."""

import os

import config
from petitions import create_app
from petitions.core.settings import BadSettings

# Whatever this process writes (the database, letters kept, lists) is its owner's only.
os.umask(0o077)

try:
    settings = config.load()
except BadSettings as error:
    # For the operator's eyes: every problem by name, and no traceback around it.
    raise SystemExit(str(error)) from None

app = create_app(settings)
