"""The application as servers find it: `wsgi:app`."""

import config
from petitions import create_app

app = create_app(config.load())
