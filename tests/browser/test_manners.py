"""What the public pages ask of a visitor's line, device, hands and trust: little."""

import urllib.request
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.actors import APPEAL, CLOSED_APPEAL, CONFIRM, NAME, Citizen
from tests.servers import House

pytestmark = pytest.mark.browser

FIRST_VIEW = 14 * 1024
"""Bytes of HTML and CSS: what a server may send before it hears back (RFC 6928, ten segments)."""


# -- the line ---------------------------------------------------------------------------------


@dataclass
class Scales:
    """Weighs what comes over the wire, as the browser counts it: headers and all, compressed."""

    page: Page
    kinds: dict[str, str] = field(default_factory=dict)
    weights: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        session = self.page.context.new_cdp_session(self.page)
        session.on("Network.responseReceived", self._note_kind)
        session.on("Network.loadingFinished", self._note_weight)
        session.send("Network.enable")

    def _note_kind(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _note_weight(self, event: dict[str, Any]) -> None:
        kind = self.kinds.get(event["requestId"], "Other")
        self.weights[kind] = self.weights.get(kind, 0) + int(event["encodedDataLength"])


@pytest.mark.parametrize("lang", ["en", "fr", "ru", "kk"])
def test_the_first_view_of_an_appeal_is_light(citizen: Citizen, page: Page, lang: str) -> None:
    scales = Scales(page)
    citizen.opens_the_appeal(lang)
    page.wait_for_load_state("networkidle")
    assert set(scales.weights) >= {"Document", "Stylesheet"}
    assert scales.weights["Document"] + scales.weights["Stylesheet"] <= FIRST_VIEW, scales.weights
    assert sum(scales.weights.values()) <= FIRST_VIEW + 4 * 1024, scales.weights


def test_a_second_view_asks_for_the_page_only(citizen: Citizen, page: Page) -> None:
    citizen.opens_the_appeal()
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(answer.url))
    page.get_by_role("link", name="Français").click()
    page.wait_for_load_state("networkidle")
    served = [url for url in asked if url not in cached_on(page)]
    assert [url for url in served if not url.endswith("/fr")] == []


def cached_on(page: Page) -> set[str]:
    """Return the addresses that the browser took from its own store."""
    stored: list[str] = page.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(entry => entry.transferSize === 0).map(entry => entry.name)"
    )
    return set(stored)


def test_signing_works_without_any_style(citizen: Citizen, page: Page, scripts: bool) -> None:
    refused: list[str] = []

    def refuse(route: Any) -> None:
        refused.append(route.request.url)
        route.fulfill(status=200, content_type="text/css", body="")

    page.context.route("**/*.css", refuse)
    citizen.signs()
    citizen.opens_the_link(citizen.mailbox.newest())
    citizen.confirms()
    assert "Your name stands under it" in citizen.heading()
    assert refused


# -- the device -------------------------------------------------------------------------------


def test_public_answers_set_no_cookie_and_name_their_policy(live_server: House) -> None:
    for path in ("/", f"/a/{APPEAL}", f"/a/{CLOSED_APPEAL}", f"/a/{APPEAL}/signatories"):
        with urllib.request.urlopen(live_server.url + path, timeout=10) as answer:
            headers = answer.headers
        assert "Set-Cookie" not in headers, path
        assert "Cookie" not in headers.get("Vary", ""), path
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_another_site_cannot_show_the_page_in_a_frame(browser: Browser, live_server: House) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.route(
        "http://127.0.0.1:9/**",
        lambda route: route.fulfill(
            content_type="text/html", body=f"<iframe src='{live_server.url}/'></iframe>"
        ),
    )
    page.goto("http://127.0.0.1:9/")
    frame = page.frames[1]
    frame.wait_for_load_state()
    assert not frame.url.startswith(live_server.url)
    context.close()


def test_another_site_cannot_sign_for_its_visitor(browser: Browser, live_server: House) -> None:
    context = browser.new_context()
    page = context.new_page()
    form = (
        f"<form method=post action='{live_server.url}/a/{APPEAL}/sign'><button>Win</button></form>"
    )
    page.route(
        "http://127.0.0.1:9/**",
        lambda route: route.fulfill(content_type="text/html", body=form),
    )
    page.goto("http://127.0.0.1:9/")
    with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
        page.get_by_role("button", name="Win").click()
    assert caught.value.status == 403
    assert page.locator("h1").inner_text()
    context.close()


# -- hands and eyes ---------------------------------------------------------------------------

FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  return {
    id: at.id, tag: at.tagName, value: at.value ?? "", text: at.textContent.trim(),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
  };
}"""
MOST_STOPS = 40


@dataclass
class Keyboard:
    """Goes through a page by keys alone, and notes every stop."""

    page: Page
    stops: list[dict[str, Any]] = field(default_factory=list)

    def tab_to(self, *, field_id: str = "", button: str = "") -> None:
        """Press Tab until the field or button is reached."""
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stop: dict[str, Any] = self.page.evaluate(FOCUS)
            self.stops.append(stop)
            if field_id and stop["id"] == field_id:
                return
            if button and stop["tag"] == "BUTTON" and stop["text"] == button:
                return
        raise AssertionError(f"{field_id or button} is not reached by Tab: {self.stops}")

    def writes(self, text: str) -> None:
        self.page.keyboard.type(text)


def test_signing_needs_the_keyboard_only(citizen: Citizen, page: Page, scripts: bool) -> None:
    citizen.opens_the_appeal()
    keys = Keyboard(page)
    keys.tab_to(field_id="name")
    keys.writes(NAME)
    if not page.locator("#latin_name").input_value():
        keys.tab_to(field_id="latin_name")
        keys.writes("Aigul Abdirakhmankyzy")
    keys.tab_to(field_id="email")
    keys.writes(citizen.email)
    keys.tab_to(field_id="country")
    keys.writes("Kazakh")
    keys.tab_to(field_id="visibility")
    page.keyboard.press("ArrowDown")
    keys.tab_to(field_id="consent")
    page.keyboard.press("Space")
    keys.tab_to(button="Sign")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-mail?**")

    citizen.opens_the_link(citizen.mailbox.newest())
    keys.tab_to(button=CONFIRM)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="My signature").wait_for()
    page.get_by_role("link", name="My signature").click()
    assert page.locator("input[name=visibility]:checked").input_value() == "public"

    unseen = [stop for stop in keys.stops if not stop["seen"]]
    assert unseen == []
    assert "website" not in {stop["id"] for stop in keys.stops}, "the trap is for machines"


def test_the_first_stop_leads_past_the_header(citizen: Citizen, page: Page) -> None:
    citizen.opens_the_appeal()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_what_is_pressed_is_large_enough_for_a_thumb(citizen: Citizen, page: Page) -> None:
    """At least 24 px (WCAG 2.2, 2.5.8) for every control of the form, label included."""
    citizen.opens_the_appeal()
    small = page.evaluate(
        """() => [...document.querySelectorAll("form button, form select, form input")]
          .filter(one => one.type !== "hidden" && !one.closest(".trap") && one.offsetParent)
          .filter(one => { const box = one.getBoundingClientRect();
                           return box.height < 24 || box.width < 24; })
          .map(one => one.id || one.textContent)"""
    )
    assert small == []
