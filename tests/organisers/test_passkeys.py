"""Passkeys, in a real browser with an authenticator of its own (Chrome DevTools, WebAuthn)."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.organisers.conftest import PASSWORD
from tests.servers import House

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def site(live_server: House) -> str:
    """The site under a name: browsers make no passkeys for a bare network address."""
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def email(live_server: House, request: pytest.FixtureRequest) -> str:
    """Somebody who has just been invited, another one for each test."""
    name = re.sub(r"\W+", "-", request.node.name).strip("-").lower()[:40]
    live_server.flask("organisers", "invite", f"{name}@example.org", f"--name={name}")
    return f"{name}@example.org"


@pytest.fixture
def authenticator(page: "Page") -> "CDPSession":
    """A passkey in the browser that always agrees, knows its owner, and is found unnamed."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session


def accept_invitation(page: "Page", site: str, email: str) -> None:
    """Follow the link of the letter, choose a password, and sign in with it."""
    page.goto(f"{site}/-/mail")
    letter = page.locator("li, tr", has_text=email).get_by_role("link").first
    letter.wait_for()
    letter.click()
    link = re.search(r"https?://[^/\s]+(/account/reset/\S+)", page.locator("main").inner_text())
    assert link is not None
    page.goto(site + link[1])
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set this password").click()
    sign_in(page, email)


def sign_in(page: "Page", email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def add_passkey(page: "Page", site: str, purpose: str) -> None:
    page.goto(f"{site}/account/wan-register")
    page.get_by_label("Name of the passkey").fill("Blue key")
    page.get_by_label(purpose).check()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site}/account/")
    page.get_by_text("The passkey Blue key is ready.").wait_for()


def sign_out(page: "Page", site: str) -> None:
    page.goto(f"{site}/account/")
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_url(f"{site}/")


def test_a_passkey_takes_the_place_of_the_password(
    page: "Page",
    site: str,
    email: str,
    authenticator: "CDPSession",
    axe: Callable[["Page"], list[str]],
) -> None:
    accept_invitation(page, site, email)
    add_passkey(page, site, "Instead of the password")
    assert axe(page) == []
    sign_out(page, site)

    page.goto(f"{site}/account/login")
    assert axe(page) == []
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site}/desk/**")

    page.goto(f"{site}/account/")
    page.get_by_role("button", name="Remove Blue key").click()
    page.get_by_text("The passkey Blue key is removed.").wait_for()


def test_a_passkey_is_asked_for_after_the_password(
    page: "Page", site: str, email: str, authenticator: "CDPSession"
) -> None:
    accept_invitation(page, site, email)
    add_passkey(page, site, "After the password, as a second step")
    sign_out(page, site)

    page.goto(f"{site}/account/login")
    sign_in(page, email)
    page.get_by_role("heading", name="Second step: your passkey").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{site}/desk/**")


def test_a_refused_passkey_is_explained_and_can_be_tried_again(page: "Page", site: str) -> None:
    page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.goto(f"{site}/account/wan-signin")
    page.get_by_role("button", name="Continue").click()
    page.get_by_text("The passkey was not used.").wait_for()

    page.get_by_role("button", name="Try again").click()
    page.get_by_text("The passkey was not used.").wait_for()
    assert not page.get_by_text("Your browser now asks").is_visible()
