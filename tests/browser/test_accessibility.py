"""Every page of the path before axe-core: in light on a small phone, in dark on a wide screen."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page

from tests.journeys.actors import (
    APPEAL,
    CLOSED_APPEAL,
    COMING_APPEAL,
    CONFIRM,
    Citizen,
    Organiser,
)
from tests.servers import House

pytestmark = pytest.mark.browser

Axe = Callable[[Page], list[str]]
SMALL, WIDE = 320, 1280
"""Width 320 px is also what a screen of 1280 px shows at a zoom of 400 % (WCAG 2.2, 1.4.10)."""
AGAIN = """async rules => (await axe.run({ runOnly: rules, resultTypes: ["violations"] }))
  .violations.flatMap(rule => rule.nodes.map(node => `${rule.help} at ${node.target}`))"""
OF_LOOKS = ["color-contrast", "target-size", "link-in-text-block", "scrollable-region-focusable"]
"""What another colour scheme or width can break; all else is the same in the dark."""


@dataclass
class Inspection:
    """Looks at a page from both sides and remembers what is wrong with it."""

    page: Page
    axe: Axe
    found: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def of(self, what: str) -> None:
        """Inspect the page that is open; `what` names it in the report."""
        self.seen.append(what)
        self._show(SMALL, dark=False)
        self._note(f"{what}, light, small", self.axe(self.page), SMALL)
        self._show(WIDE, dark=True)
        self._note(f"{what}, dark, wide", self.page.evaluate(AGAIN, OF_LOOKS), WIDE)

    def _show(self, width: int, *, dark: bool) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme="dark" if dark else "light")

    def _note(self, where: str, problems: list[str], width: int) -> None:
        self.found += [f"{where}: {problem}" for problem in problems]
        if (wide := self.page.evaluate("document.documentElement.scrollWidth")) > width:
            self.found.append(f"{where}: {wide} px wide, so it scrolls sideways")

    def of_address(self, path: str, what: str) -> None:
        self.page.goto(path)
        self.of(what)


@pytest.fixture
def inspection(page: Page, axe: Axe) -> Inspection:
    return Inspection(page, axe)


def test_pages_for_everybody(citizen: Citizen, inspection: Inspection) -> None:
    for path, what in (
        ("/", "home"),
        ("/?q=nothing+like+this", "home, nothing found"),
        (f"/a/{APPEAL}/en", "open appeal"),
        (f"/a/{CLOSED_APPEAL}/en", "closed appeal"),
        (f"/a/{COMING_APPEAL}/en", "appeal to come"),
        (f"/a/{APPEAL}/signatories", "names"),
        (f"/a/{APPEAL}/check-mail", "check-mail, from elsewhere"),
        (f"/c/{'x' * 22}", "unknown link"),
        (f"/s/{'x' * 22}", "unknown signature"),
        (f"/a/{APPEAL}/sign", "405"),
        ("/no-such-page", "404"),
    ):
        inspection.of_address(citizen.site + path, what)
    assert len(inspection.seen) == 11
    assert inspection.found == []


@pytest.mark.parametrize("lang", ["fr", "ru", "kk"])
def test_the_appeal_in_other_languages(citizen: Citizen, inspection: Inspection, lang: str) -> None:
    citizen.opens_the_appeal(lang)
    citizen.presses_sign()
    assert citizen.problems()
    inspection.of(f"appeal with errors in {lang}")
    assert inspection.found == []


def test_pages_of_one_who_signs(citizen: Citizen, page: Page, inspection: Inspection) -> None:
    citizen.opens_the_appeal()
    page.get_by_label("for an organisation").check()
    citizen.presses_sign()
    inspection.of("appeal with errors")

    citizen.signs()
    inspection.of("check-mail")
    waiting = page.url
    page.get_by_role("button", name=CONFIRM).click()
    inspection.of("check-mail with errors")
    first = citizen.mailbox.newest()
    inspection.of("letter in development")

    page.goto(waiting)
    citizen.signs()
    letter = citizen.mailbox.newest(at_least=2)
    assert citizen.opens_the_link(first).status == 410
    inspection.of("superseded link, 410")
    citizen.opens_the_link(letter)
    page.locator("summary").click()
    inspection.of("confirm")
    citizen.confirms()
    inspection.of("confirmed")
    citizen.opens_the_link(letter)
    inspection.of("confirmed before")
    assert inspection.found == []


def test_pages_of_second_thoughts(citizen: Citizen, page: Page, inspection: Inspection) -> None:
    citizen.signs()
    letter = citizen.mailbox.newest()
    citizen.opens(letter.my_link)
    inspection.of("my signature, unconfirmed")
    citizen.opens_the_link(letter)
    citizen.confirms()
    citizen.opens(letter.my_link)
    for summary in page.locator("summary").all():
        summary.click()
    inspection.of("my signature")
    page.get_by_role("button", name="Save").click()
    inspection.of("my signature, saved")
    page.get_by_text("Withdraw my signature", exact=True).click()
    page.get_by_role("button", name="Yes, withdraw it").click()
    inspection.of("farewell, withdrawn")
    citizen.opens(letter.my_link)
    inspection.of("my signature, withdrawn")
    page.get_by_text("Delete everything about me here", exact=True).click()
    page.get_by_role("button", name="Yes, delete everything").click()
    inspection.of("farewell, deleted")

    citizen.signs()
    citizen.opens_the_link(citizen.mailbox.newest(at_least=2))
    page.locator("summary").click()
    page.get_by_role("button", name="It wasn't me: delete it").click()
    inspection.of("disowned")
    assert inspection.found == []


def test_pages_of_the_desk(organiser: Organiser, axe: Axe) -> None:
    page = organiser.page
    inspection = Inspection(page, axe)
    desk = f"{organiser.site}/desk"
    for path, what in (
        ("/", "desk"),
        (f"/{APPEAL}", "numbers"),
        (f"/{APPEAL}/signatures", "signatures"),
        (f"/{APPEAL}/signatures?state=expired", "signatures, none found"),
        (f"/{APPEAL}/export", "export"),
    ):
        inspection.of_address(desk + path, what)
    organiser.opens()
    page.get_by_text("The same as a table").click()
    inspection.of("numbers with their table")
    organiser.opens("/signatures?state=verified")
    page.get_by_role("link", name="Strike").first.click()
    inspection.of("strike")
    page.get_by_role("button", name="Strike it").click()
    inspection.of("strike with errors")
    inspection.of_address(f"{organiser.site}/account/", "account")
    inspection.of_address(f"{organiser.site}/desk/no-such-appeal", "404 at the desk")
    assert len(inspection.seen) == 10
    assert inspection.found == []


def test_the_door(citizen: Citizen, page: Page, inspection: Inspection) -> None:
    citizen.opens("/account/login")
    inspection.of("sign in")
    page.get_by_role("button", name="Sign in", exact=True).click()
    inspection.of("sign in with errors")
    citizen.opens("/account/reset")
    inspection.of("forgotten password")
    page.context.clear_cookies()
    assert inspection.found == []


def test_who_signs_too_fast_keeps_what_was_typed(
    page: Page, axe: Axe, impatient_house: House
) -> None:
    inspection = Inspection(page, axe)
    impatient = Citizen(page, impatient_house.url, "somebody@example.org")
    impatient.signs()
    for code in ("111111", "222222"):
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name=CONFIRM).click()
    inspection.of("code, 429")

    other = Citizen(page, impatient_house.url, "other@example.org")
    other.opens_the_appeal()
    other.fills_in(latin_name="Aigul Abdirakhmankyzy")
    with page.expect_response(lambda answer: answer.request.method == "POST") as caught:
        other.presses_sign()
    assert caught.value.status == 429
    assert int(caught.value.headers["retry-after"]) > 0
    assert page.locator("#email").input_value() == "other@example.org"
    assert len(other.problems()) == 1
    inspection.of("appeal, 429")
    assert inspection.found == []
