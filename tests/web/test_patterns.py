"""The page of patterns, and with it the macros that all pages are made of."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template

from petitions.web.patterns import Samples, samples


class Page(HTMLParser):
    """What a test asks of a page: its elements with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def values(self, attribute: str) -> list[str]:
        return [value for _, found in self.elements if (value := found.get(attribute)) is not None]

    def element(self, id: str) -> dict[str, str | None]:  # noqa: A002
        return next(found for _, found in self.elements if found.get("id") == id)


@pytest.fixture
def page(app: Flask) -> Page:
    with app.test_request_context("/-/patterns", headers={"Accept-Language": "en"}):
        return Page(render_template("web/patterns.html", samples=samples()))


def test_no_two_elements_share_an_id(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) > 40
    assert len(ids) == len(set(ids))


def test_every_label_and_every_description_leads_somewhere(page: Page) -> None:
    ids = set(page.values("id"))
    described = set(" ".join(page.values("aria-describedby")).split())
    assert set(page.values("for")) | described <= ids
    assert "wrong-name-error" in described
    assert "wrong-name-hint" in described


def test_each_mistake_is_linked_from_the_summary_to_its_field(page: Page) -> None:
    form = dict(samples().forms)["wrong"]
    links = set(page.values("href"))
    assert len(form.errors) > 4
    for field in form:
        assert (f"#{field.id}" in links) is bool(field.errors)
        assert not field.errors or page.element(field.id)


def test_a_wrong_field_says_so_to_those_who_listen(page: Page) -> None:
    wrong, right = page.element("wrong-email"), page.element("filled-email")
    assert wrong["aria-invalid"] == "true"
    assert wrong["aria-describedby"] == "wrong-email-error"
    assert "aria-invalid" not in right
    assert "aria-describedby" not in right


def test_what_was_typed_is_still_there(page: Page) -> None:
    assert page.element("filled-name")["value"] == "Айгүл Нұрмағамбетова"
    assert "checked" in page.element("filled-visibility-count")
    assert "checked" in page.element("filled-consent")


def test_only_what_may_be_left_empty_is_marked_so(page: Page) -> None:
    label = re.compile(r'<label for="empty-(\w+)">(.*?)</label>', re.DOTALL)
    optional = {name for name, words in label.findall(page.text) if "(optional)" in words}
    assert optional == {"town", "comment"}


def test_the_trap_is_hidden_from_eyes_ears_and_the_tab_key(page: Page) -> None:
    trap = page.element("empty-website")
    assert trap["tabindex"] == "-1"
    assert trap["autocomplete"] == "off"
    assert page.text.count('<div class="trap" aria-hidden="true">') == 3


@pytest.mark.parametrize(
    ("people", "organisations", "words"),
    [
        (0, 0, "<b>0</b> people have signed"),
        (1, 0, "<b>1</b> person has signed"),
        (2, 1, "<b>2</b> people have signed, and 1 organisation"),
        (6_100_000, 1_234, "<b>6,100,000</b> people have signed, and 1,234 organisations"),
    ],
)
def test_a_tally_counts_in_words(people: int, organisations: int, words: str, page: Page) -> None:
    assert (people, organisations) in samples().tallies
    assert f'<p class="tally">{words}</p>' in re.sub(r"\s+", " ", page.text)


def test_text_in_another_language_says_so(page: Page) -> None:
    assert ("a", {"href": "#cards", "lang": "ar", "dir": "rtl"}) in page.elements


def test_samples_show_every_state() -> None:
    shown: Samples = samples()
    assert {name for name, _ in shown.forms} == {"empty", "filled", "wrong"}
    assert {card.state for card in shown.cards} == {"open", "draft", "closed"}
