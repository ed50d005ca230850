"""A mail server on loopback, and the house's post office set upon it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from petitions.mail.office import PostOffice
from petitions.mail.smtp import Smtp
from tests.mail.samples import HOUSE
from tests.mail.smtp_server import MailServer, mail_server


@pytest.fixture
def server() -> Iterator[MailServer]:
    """A mail server that takes everything, until it is told otherwise."""
    with mail_server() as running:
        yield running


@pytest.fixture
def office(app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> PostOffice:
    """The post office of `app`, sending to `server`."""
    opened = office_at(server)
    monkeypatch.setitem(app.extensions, "post_office", opened)
    return opened


def office_at(server: MailServer) -> PostOffice:
    return PostOffice(Smtp.at(server.url, hello="appeals.example.org"), HOUSE)
