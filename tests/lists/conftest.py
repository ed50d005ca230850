"""Words for lists without a database: a bare application that only knows languages."""

import shutil
import subprocess
from collections.abc import Callable

import pytest
from flask import Flask
from flask_babel import Babel

from petitions.lists.wording import Wording, wording_for


@pytest.fixture(scope="session")
def english() -> Wording:
    """The house's own words in English."""
    app = Flask("words")
    Babel(app)
    with app.app_context():
        return wording_for("en")


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """Return the text of a PDF as poppler's `pdftotext` reads it, keeping the layout."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")

    def extracted(pdf: bytes, *options: str) -> str:
        command = ["pdftotext", "-layout", *options, "-", "-"]
        done = subprocess.run(command, input=pdf, capture_output=True, check=True)
        return done.stdout.decode()

    return extracted
