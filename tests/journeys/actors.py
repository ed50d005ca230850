"""The people of the journeys, and what they do in their browsers."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Download, Locator, Page, Response

from tests.servers import House

APPEAL = "eu-delegation-kazakhstan"
TITLE = "Investigate the interference by the EU Delegation to Kazakhstan"
CLOSED_APPEAL = "mysal-library-evenings"
COMING_APPEAL = "mysal-winter-air"
NAME = "Айгүл Әбдірахманқызы"
LATIN_NAME = "Aigul Abdirakhmankyzy"
CONFIRM = "Confirm my signature"
PATIENCE_S = 20.0


def until(looks_right: Callable[[], bool], what: str) -> None:
    """Return when something has come about; fail in words when it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not looks_right():
        if time.monotonic() > deadline:
            raise AssertionError(f"In vain waited for: {what}")
        time.sleep(0.25)


@dataclass(frozen=True)
class Post:
    """A letter as it lies at `/-/mail`."""

    url: str
    subject: str
    text: str

    @property
    def confirm_link(self) -> str:
        return self._link("c")

    @property
    def my_link(self) -> str:
        return self._link("s")

    @property
    def code(self) -> str:
        found = re.search(r"^\s+(\d{3}) ?(\d{3})$", self.text, re.MULTILINE)
        assert found is not None, self.text
        return found[1] + found[2]

    def _link(self, kind: str) -> str:
        found = re.search(rf"https?://[^/\s]+(/{kind}/[\w-]+)", self.text)
        assert found is not None, self.text
        return found[1]


@dataclass
class Mailbox:
    """Reads the letters that the house keeps instead of sending them."""

    page: Page
    site: str
    email: str

    def count(self) -> int:
        self.page.goto(f"{self.site}/-/mail")
        return self._lines().count()

    def newest(self, *, at_least: int = 1) -> Post:
        """Open the newest letter, once there are `at_least` so many."""
        until(lambda: self.count() >= at_least, f"letter {at_least} to {self.email}")
        self._lines().first.get_by_role("link").click()
        return Post(
            url=self.page.url,
            subject=self.page.locator("h1").inner_text(),
            text=self.page.locator("pre.letter").inner_text(),
        )

    def _lines(self) -> Locator:
        return self.page.locator("tr", has=self.page.get_by_role("cell", name=self.email))


@dataclass
class Citizen:
    """Somebody with a mailbox, who has never been here before."""

    page: Page
    site: str
    email: str
    mailbox: Mailbox = field(init=False)

    def __post_init__(self) -> None:
        self.mailbox = Mailbox(self.page, self.site, self.email)

    def opens(self, path: str) -> Response:
        response = self.page.goto(f"{self.site}{path}")
        assert response is not None
        return response

    def opens_the_appeal(self, lang: str = "en") -> Response:
        return self.opens(f"/a/{APPEAL}/{lang}")

    def fills_in(
        self, *, name: str = NAME, latin_name: str = "", visibility: str = "addressee"
    ) -> None:
        """Fill in the form, in whichever language it is."""
        self.page.locator("#name").fill(name)
        if latin_name:
            self.page.locator("#latin_name").fill(latin_name)
        self.page.locator("#email").fill(self.email)
        self.page.locator("#country").select_option("KZ")
        self.page.locator("#town").fill("Алматы")
        self.page.locator(f"input[name=visibility][value={visibility}]").check()
        self.page.locator("#consent").check()

    def presses_sign(self) -> None:
        self.page.locator("#sign button").click()

    def signs(self, **choices: str) -> None:
        """Sign in English, up to the page that asks to look in the mailbox."""
        self.opens_the_appeal()
        latin_name = "" if choices.get("name", NAME).isascii() else LATIN_NAME
        self.fills_in(**{"latin_name": latin_name, **choices})
        self.presses_sign()
        self.page.wait_for_url(f"**/a/{APPEAL}/check-mail?**")

    def opens_the_link(self, letter: Post) -> Response:
        return self.opens(letter.confirm_link)

    def confirms(self) -> None:
        self.page.get_by_role("button", name=CONFIRM).click()

    def signs_and_confirms(self, **choices: str) -> Post:
        """Go the whole way; return the letter."""
        self.signs(**choices)
        letter = self.mailbox.newest()
        self.opens_the_link(letter)
        self.confirms()
        assert "Your name stands under it" in self.heading()
        return letter

    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    def problems(self) -> list[str]:
        """Return what the error summary says."""
        return self.page.locator("[role=alert] li").all_inner_texts()

    def people_on_the_page(self) -> int:
        """Return how many people have signed, as the appeal's page says now."""
        self.opens_the_appeal()
        return int(self.page.locator(".tally b").inner_text().replace(",", ""))


@dataclass
class Organiser:
    """The organiser of the demonstration."""

    page: Page
    house: House

    @property
    def site(self) -> str:
        return self.house.url

    def login(self) -> tuple[str, str]:
        """Return address and password, as `make run` prints them."""
        text = (self.house.instance / "demo-login.txt").read_text(encoding="utf-8")
        lines = dict(line.split(maxsplit=1) for line in text.splitlines())
        return lines["organiser"], lines["password"]

    def signs_in(self) -> None:
        email, password = self.login()
        self.page.goto(f"{self.site}/desk/")
        self.page.get_by_label("E-mail address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(f"{self.site}/desk/**")

    def is_inside(self) -> bool:
        """Tell whether the desk lets this browser in."""
        self.page.goto(f"{self.site}/desk/")
        return self.page.url == f"{self.site}/desk/"

    def opens(self, path: str = "") -> None:
        """Open a screen of the appeal."""
        self.page.goto(f"{self.site}/desk/{APPEAL}{path}")

    def people(self, state: str) -> int:
        """Return how many people's signatures are in a state, as the desk says now."""
        self.opens()
        row = self.page.get_by_role("row", name=state).filter(
            has=self.page.locator("a[href*='state=']")
        )
        return int(row.locator("td").first.inner_text().replace(",", ""))

    def finds(self, text: str, state: str = "") -> list[str]:
        """Search the signatures; return the names of the rows."""
        self.opens("/signatures")
        self.page.get_by_label("Name, organisation or town").fill(text)
        self.page.get_by_label("State").select_option(state)
        self.page.get_by_role("button", name="Show").click()
        return self.names()

    def names(self) -> list[str]:
        """Return the names on this page of the signatures."""
        return self.page.locator("tbody th > bdi").all_inner_texts()

    def downloads(self, form: str, folder: Path, lang: str = "en") -> Path:
        """Take the list out of the house; return the file."""
        self.opens("/export")
        self.page.locator(f"input[name=format][value={form}]").check()
        self.page.locator("#lang").select_option(lang)
        with self.page.expect_download() as caught:
            self.page.get_by_role("button", name="Draw the list").click()
        return kept(caught.value, folder)


def kept(download: Download, folder: Path) -> Path:
    """Store a download under the name that the house gave it."""
    file = folder / download.suggested_filename
    download.save_as(file)
    return file
