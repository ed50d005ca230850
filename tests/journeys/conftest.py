"""The people of the journeys, each in a browser that is watched."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState

from tests.journeys.actors import Citizen, Organiser
from tests.journeys.witness import Witness
from tests.servers import House


@pytest.fixture
def witness(context: BrowserContext, live_server: House) -> Iterator[Witness]:
    """Fails the test when a page asked another host, broke the CSP or had an error."""
    watching = Witness(context, live_server.url)
    yield watching
    assert watching.requests > 0
    assert watching.complaints() == []


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """A mailbox of this test's own, which nobody has signed with."""
    name = re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-").lower()
    return f"{name[:48].strip('-')}-{secrets.token_hex(3)}@example.org"


@pytest.fixture
def citizen(page: Page, witness: Witness, live_server: House, email: str) -> Iterator[Citizen]:
    """Somebody who signs. When they leave, the site has left nothing in their browser."""
    yield Citizen(page, live_server.url, email)
    assert witness.traces() == []


@dataclass
class Pass:
    """The organiser's cookies, kept from test to test: tries at the door are counted."""

    cookies: StorageState | None = None


@pytest.fixture(scope="session")
def desk_pass() -> Pass:
    """Empty until the organiser has signed in for the first time."""
    return Pass()


@pytest.fixture
def organiser(
    browser: Browser, live_server: House, desk_pass: Pass, request: pytest.FixtureRequest
) -> Iterator[Organiser]:
    """The organiser at the desk, signed in, on a phone too; without scripts where a test is."""
    allowed = "scripts" not in request.fixturenames or request.getfixturevalue("scripts")
    context = browser.new_context(
        storage_state=desk_pass.cookies,
        java_script_enabled=allowed,
        viewport={"width": 360, "height": 740},
        locale="en-GB",
    )
    context.set_default_timeout(15_000)
    watching = Witness(context, live_server.url)
    at_the_desk = Organiser(context.new_page(), live_server)
    if not at_the_desk.is_inside():  # the first time, and when a test has signed out
        at_the_desk.signs_in()
        desk_pass.cookies = context.storage_state()
    yield at_the_desk
    assert watching.complaints() == []
    context.close()
