"""Ann runs appeals; most tests here look at the door that she comes through."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.core.address import EmailAddress
from petitions.core.db import transaction
from petitions.mail import queries as outbox
from petitions.mail import services as mail
from petitions.mail.letter import Letter
from petitions.organisers import services
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account
from petitions.web.limits import limiter

EMAIL = "ann@example.org"
PASSWORD = "correct horse battery staple"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
YESTERDAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


@dataclass
class Door:
    """A browser at the site: opens pages, and sends the forms on them."""

    client: FlaskClient

    def open(self, path: str, **options: object) -> TestResponse:
        return self.client.get(path, **options)

    def send(self, path: str, *, page: str | None = None, **fields: object) -> TestResponse:
        """Send a form as it stands on `page` (by default, at its own address), token included."""
        token = token_on(self.open(page or path).text)
        return self.client.post(path, data={"csrf_token": token, **fields})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> TestResponse:
        return self.send("/account/login", email=email, password=password)

    def sign_out(self) -> TestResponse:
        return self.client.post("/account/logout")

    def is_inside(self) -> bool:
        return self.open("/account/").status_code == 200


def token_on(page: str) -> str:
    """Return the token against forgery of the first form on a page."""
    found = TOKEN.search(page)
    assert found is not None, page
    return unescape(found[1])


@pytest.fixture
def ann(app: Flask) -> Account:
    """Owns a team, and has chosen a password."""
    with transaction():
        account = services.open_account(EmailAddress(EMAIL), "Ann", at=YESTERDAY)
        team = services.found_team("Friends of the river", at=YESTERDAY)
        services.appoint(account, team, Role.OWNER, at=YESTERDAY)
        services.set_password(account, PASSWORD)
    return account


@pytest.fixture
def door(client: FlaskClient) -> Door:
    """What one test tried is not held against the next."""
    limiter.reset()
    return Door(client)


@pytest.fixture
def inside(door: Door, ann: Account) -> Door:
    """Ann has signed in."""
    assert door.sign_in().status_code == 302
    return door


def letters() -> list[Letter]:
    """Take every letter out of the outbox, oldest first."""
    with transaction():
        return list(mail.intercept(outbox.waiting()))
