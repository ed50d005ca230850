"""A signatory's second thoughts: their own page, reached from the letter."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.actors import (
    APPEAL,
    LATIN_NAME,
    NAME,
    TITLE,
    Citizen,
    Organiser,
    Post,
    kept,
    until,
)

pytestmark = [pytest.mark.browser, pytest.mark.journey]


@pytest.fixture
def letter(citizen: Citizen) -> Post:
    """The citizen has signed and confirmed; this is the letter that they kept."""
    return citizen.signs_and_confirms()


def shown_in_public(page: Page, citizen: Citizen, name: str) -> bool:
    """Tell whether a name stands on any page of the names that everybody may see."""
    citizen.opens(f"/a/{APPEAL}/signatories")
    while True:
        if page.locator(".names bdi", has_text=name).count():
            return True
        more = page.get_by_role("link", name="Show more")
        if not more.count():
            return False
        more.click()


def test_who_may_see_the_name_can_be_changed(citizen: Citizen, page: Page, scripts: bool) -> None:
    name = "Көркем Нұрғалиқызы" if scripts else "Меруерт Нұрғалиқызы"
    letter = citizen.signs_and_confirms(name=name, visibility="public")
    until(lambda: shown_in_public(page, citizen, name), "the name to be public")

    citizen.opens(letter.my_link)
    assert page.locator("input[name=visibility][value=public]").is_checked()
    page.locator("input[name=visibility][value=addressee]").check()
    page.locator("#news").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("saved")
    assert page.locator("input[name=visibility][value=addressee]").is_checked()
    assert page.locator("#news").is_checked()
    until(lambda: not shown_in_public(page, citizen, name), "the name to be private")


def test_all_that_is_held_is_shown_and_can_be_taken_along(
    citizen: Citizen, page: Page, letter: Post, tmp_path: Path
) -> None:
    citizen.opens(letter.my_link)
    assert citizen.heading() == TITLE
    facts = page.locator("dl").inner_text()
    assert NAME in facts
    assert LATIN_NAME in facts
    assert citizen.email not in page.content(), "somebody may look over the shoulder"

    with page.expect_download() as caught:
        page.get_by_role("link", name="Download all that we hold").click()
    held = json.loads(kept(caught.value, tmp_path).read_text(encoding="utf-8"))
    assert held["name"] == NAME
    assert held["latin_name"] == LATIN_NAME
    assert held["email"] == citizen.email
    assert held["country"] == "KZ"
    assert held["town"] == "Алматы"
    assert held["state"] == "verified"
    assert held["visibility"] == "addressee"
    assert held["news"] is False


def test_a_signature_is_taken_back(
    citizen: Citizen, page: Page, letter: Post, organiser: Organiser, scripts: bool
) -> None:
    before = organiser.people("verified"), organiser.people("withdrawn")
    citizen.opens(letter.my_link)
    danger = page.get_by_role("button", name="Yes, withdraw it")
    expect(danger).to_be_hidden()
    page.get_by_text("Withdraw my signature", exact=True).click()
    danger.click()
    assert citizen.heading() == "Your signature is withdrawn"
    assert (organiser.people("verified"), organiser.people("withdrawn")) == (
        before[0] - 1,
        before[1] + 1,
    )

    citizen.opens(letter.my_link)
    expect(page.locator(".kicker").first).to_contain_text("Withdrawn")
    expect(page.get_by_text("Withdraw my signature", exact=True)).to_have_count(0)


def test_everything_is_deleted_and_the_link_leads_nowhere(
    citizen: Citizen, page: Page, letter: Post, organiser: Organiser, scripts: bool
) -> None:
    before = organiser.people("verified")
    citizen.opens(letter.my_link)
    page.get_by_text("Delete everything about me here", exact=True).click()
    page.get_by_role("button", name="Yes, delete everything").click()
    assert citizen.heading() == "Everything is deleted"
    assert organiser.people("verified") == before - 1

    assert citizen.opens(letter.my_link).status == 404
    assert citizen.opens_the_link(letter).status == 404


def test_after_deleting_one_may_sign_anew(citizen: Citizen, page: Page) -> None:
    letter = citizen.signs_and_confirms()
    citizen.opens(letter.my_link)
    page.get_by_text("Delete everything about me here", exact=True).click()
    page.get_by_role("button", name="Yes, delete everything").click()

    citizen.signs(name="Ольга Ким", latin_name="Olga Kim")
    citizen.opens_the_link(citizen.mailbox.newest(at_least=2))
    expect(page.locator("main")).to_contain_text("Ольга Ким")
    citizen.confirms()
    assert "Your name stands under it" in citizen.heading()
