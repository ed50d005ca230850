"""Fixtures of the public rooms: an open appeal; Suzie, new to it; Ann, its organiser."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from petitions.core.address import EmailAddress
from petitions.core.db import transaction
from petitions.organisers import services as organisers
from tests.actors import Signatory, suzie
from tests.conftest import A_MORNING, Clock
from tests.factories import appeals
from tests.factories.appeals import Furnished


@pytest.fixture(name="appeal")
def opened_appeal(clock: Clock, client: FlaskClient) -> Furnished:
    return appeals.opened(at=clock.at)


@pytest.fixture(name="suzie")
def suzie_at_the_door(client: FlaskClient, appeal: Furnished) -> Signatory:
    return suzie(client)


@pytest.fixture(name="ann")
def ann_s_account(app: Flask) -> UUID:
    """The account of an organiser."""
    with transaction():
        account = organisers.open_account(EmailAddress("ann@example.org"), "Ann", at=A_MORNING)
    return account.id
