"""Pictures of the running product for README: `python -m tests.browser.pictures`.

A furnished house is started, a citizen and an organiser go their ways through it, and what they see
is stored in docs/screenshots/ with few colours, so that the pictures stay small.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import BROWSERS, QUIET
from tests.journeys.actors import LATIN_NAME, NAME, Citizen, Organiser
from tests.servers import ROOT, House, started_house

FOLDER = ROOT / "docs" / "screenshots"
PHONE = {"width": 360, "height": 720}
LAPTOP = {"width": 1280, "height": 800}
COLOURS = 64
PDF_DPI = 80
LARGEST = 150_000
LARGEST_TOGETHER = 1_000_000
LIVELY = {"PUBLIC_URL": "https://appeals.example.org", "OPERATOR_NAME": "Undersigned"}


class TooLarge(RuntimeError):
    """Pictures would make the repository heavy."""


def main() -> None:
    """Take all pictures anew.

    Raises:
        TooLarge: one is over 150 kB, or all of them are over 1 MB.
    """
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as place,
        started_house(Path(place) / "house", furnished=True, environment=LIVELY) as house,
        sync_playwright() as playwright,
    ):
        path = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        of_the_appeal(browser, house)
        of_signing(browser, house)
        of_the_desk(browser, house, Path(place))
        browser.close()
    weigh(sorted(FOLDER.glob("*.png")))


def of_the_appeal(browser: Browser, house: House) -> None:
    for size, name in ((LAPTOP, "appeal-laptop"), (PHONE, "appeal-phone")):
        with a_page(browser, size) as page:
            Citizen(page, house.url, "").opens_the_appeal()
            take(page, name)


def of_signing(browser: Browser, house: House) -> None:
    """Go the citizen's way on a phone."""
    with a_page(browser, PHONE) as page:
        citizen = Citizen(page, house.url, "aigul@example.org")
        citizen.opens_the_appeal()
        page.locator("#name").press_sequentially(NAME)
        page.locator("#email").fill("aigul at example.org")
        page.locator("fieldset").first.evaluate("part => part.scrollIntoView()")
        take(page, "form-phone")
        citizen.presses_sign()
        take(page, "errors-phone")

        citizen.fills_in(latin_name=LATIN_NAME)
        citizen.presses_sign()
        letter = citizen.mailbox.newest()
        page.goto(f"{letter.url}/html")
        take(page, "letter-phone")
        citizen.opens_the_link(letter)
        take(page, "confirm-phone")
        citizen.confirms()
        citizen.opens(letter.my_link)
        take(page, "my-signature-phone")


def of_the_desk(browser: Browser, house: House, place: Path) -> None:
    """Go the organiser's way on a laptop, up to the printed list."""
    with a_page(browser, LAPTOP) as page:
        organiser = Organiser(page, house)
        organiser.signs_in()
        for path, name in (
            ("", "desk-numbers"),
            ("/signatures", "desk-signatures"),
            ("/export", "desk-export"),
        ):
            organiser.opens(path)
            take(page, name)
        of_the_list(organiser.downloads("pdf", place), place)


def of_the_list(file: Path, place: Path) -> None:
    """Draw the first page of a PDF, and the first with people's names."""
    command = ["pdftoppm", "-r", str(PDF_DPI), "-png", str(file), str(place / "page")]
    subprocess.run(command, check=True, timeout=120)
    pages = sorted(place.glob("page-*.png"))
    for drawn, name in ((pages[0], "list-letter"), (pages[3], "list-names")):
        store(drawn, name)


@contextmanager
def a_page(browser: Browser, size: dict[str, int]) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=2 if size is PHONE else 1,
        locale="en-GB",
        reduced_motion="reduce",  # nothing glides while its picture is taken
    )
    yield context.new_page()
    context.close()


def take(page: Page, name: str) -> None:
    """Store what the window shows."""
    file = FOLDER / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    store(file, name)


def store(drawn: Path, name: str) -> None:
    """Store a picture with few colours: text and lines need no more."""
    with Image.open(drawn) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def weigh(files: list[Path]) -> None:
    sizes = {file.name: file.stat().st_size for file in files}
    heavy = [name for name, size in sizes.items() if size > LARGEST]
    if heavy or sum(sizes.values()) > LARGEST_TOGETHER:
        raise TooLarge(f"{sum(sizes.values())} bytes together; too large: {heavy}")


if __name__ == "__main__":
    main()
