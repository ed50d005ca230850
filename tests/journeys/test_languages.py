"""Readers in French, Russian and Kazakh: the pages and the letters speak to them."""

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.actors import APPEAL, NAME, Citizen
from tests.journeys.witness import Witness
from tests.servers import House

pytestmark = [pytest.mark.browser, pytest.mark.journey]

ENGLISH = (
    "Put your name under it",
    "Full name",
    "Who may see your name?",
    "Only the addressees",
    "Look in your mailbox",
    "Is this your signature?",
    "Confirm my signature",
    "There is a problem",
    "My signature",
    "Thank you",
    "No cookies, no trackers",
    "Skip to the content",
    "Deleted",
)
"""Words that a page shows only to those who read English."""
ENDONYMS = {"fr": "Français", "ru": "Русский", "kk": "Қазақ тілі"}


def english_on(page: Page) -> list[str]:
    """Return the English words of the house that stand on a page, names and texts aside."""
    lines = {line.strip() for line in page.locator("body").inner_text().splitlines()}
    lines.add(page.title())
    return [words for words in ENGLISH if any(line.startswith(words) for line in lines)]


@pytest.mark.parametrize("lang", ["fr", "ru", "kk"])
def test_the_whole_way_speaks_the_reader_s_language(
    citizen: Citizen, page: Page, lang: str
) -> None:
    def here() -> tuple[str | None, list[str]]:
        return page.locator("html").get_attribute("lang"), english_on(page)

    citizen.opens("/")
    page.get_by_role("link", name=ENDONYMS[lang]).click()
    assert here() == (lang, [])
    page.locator(f".cards a[href*='{APPEAL}']").click()
    assert here() == (lang, [])

    citizen.presses_sign()
    assert len(citizen.problems()) == 4
    assert here() == (lang, [])

    citizen.fills_in(latin_name="Aigul Abdirakhmankyzy")
    citizen.presses_sign()
    page.wait_for_url(f"**/a/{APPEAL}/check-mail?**")
    assert here() == (lang, [])
    page.locator("main form button").click()
    assert len(citizen.problems()) == 1
    assert here() == (lang, [])

    letter = citizen.mailbox.newest()
    assert NAME in letter.text
    assert "Dear" not in letter.text
    assert "confirm" not in letter.subject.lower() or lang == "fr"
    citizen.opens_the_link(letter)
    assert here() == (lang, [])
    page.locator("main form button").first.click()
    assert here() == (lang, [])
    citizen.opens(letter.my_link)
    assert here() == (lang, [])


def test_the_last_page_speaks_as_the_letter_did(citizen: Citizen, page: Page) -> None:
    citizen.opens_the_appeal("ru")
    citizen.fills_in(latin_name="Aigul Abdirakhmankyzy")
    citizen.presses_sign()
    citizen.opens_the_link(citizen.mailbox.newest())
    page.locator("summary").click()
    page.locator("details button").click()
    assert page.locator("html").get_attribute("lang") == "ru"
    assert english_on(page) == []


@pytest.mark.parametrize("lang", ["fr", "ru", "kk"])
def test_the_browser_s_own_language_is_taken_unasked(
    browser: Browser, live_server: House, lang: str
) -> None:
    context = browser.new_context(locale=lang, java_script_enabled=False)
    witness = Witness(context, live_server.url)
    page = context.new_page()
    for path in ("/", f"/a/{APPEAL}", "/no-such-page"):
        page.goto(live_server.url + path)
        assert page.locator("html").get_attribute("lang") == lang
        assert english_on(page) == []
    assert witness.complaints() == []
    assert witness.traces() == []
    context.close()


def test_switching_the_language_keeps_to_the_appeal(citizen: Citizen, page: Page) -> None:
    citizen.opens_the_appeal()
    titles = {citizen.heading()}
    for lang, name in ENDONYMS.items():
        page.get_by_role("link", name=name).click()
        assert page.url.endswith(f"/a/{APPEAL}/{lang}")
        titles.add(citizen.heading())
    assert len(titles) == 4
