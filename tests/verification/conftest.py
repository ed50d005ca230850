"""An appeal that is open, and Suzie, who has not yet seen it."""

import pytest
from flask.testing import FlaskClient

from tests.actors import Signatory, suzie
from tests.conftest import Clock
from tests.factories import appeals
from tests.factories.appeals import Furnished


@pytest.fixture(name="appeal")
def _appeal(clock: Clock, client: FlaskClient) -> Furnished:
    return appeals.opened(at=clock.at)


@pytest.fixture(name="suzie")
def _suzie(client: FlaskClient, appeal: Furnished) -> Signatory:
    return suzie(client)
