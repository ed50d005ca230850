"""The style sheets: two tiers of tokens, readable in light and dark, ready for right to left."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")
LITERALS = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", TOKENS))
PAIRS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\(var\(--([\w-]+)\), var\(--([\w-]+)\)\)", TOKENS
    )
}
FALLBACKS = dict(re.findall(r"^    --([\w-]+): var\(--([\w-]+)\);", TOKENS, re.MULTILINE))
SHEETS = sorted(path for path in CSS.glob("*.css") if path.name != "tokens.css")

TEXT = 4.5  # WCAG 2.2, 1.4.3
BOUNDARY = 3.0  # WCAG 2.2, 1.4.11
READ_TOGETHER = [
    *((ink, ground, TEXT) for ink in ("ink", "soft", "accent", "accent-deep", "wrong")
      for ground in ("page", "sheet")),
    ("ink", "accent-pale", TEXT),
    ("accent-deep", "accent-pale", TEXT),
    ("ink", "heed-pale", TEXT),
    ("ink", "wrong-pale", TEXT),
    ("wrong", "wrong-pale", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-deep", TEXT),
    ("edge", "sheet", BOUNDARY),
    ("edge", "page", BOUNDARY),
    ("heed", "sheet", BOUNDARY),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rgb` or `#rrggbb` (WCAG 2.2, "relative luminance")."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_the_strongest_contrast_there_is() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground", "least"), READ_TOGETHER)
def test_what_is_read_together_contrasts(ink: str, ground: str, least: float, mode: str) -> None:
    at = ("light", "dark").index(mode)
    assert contrast(LITERALS[PAIRS[ink][at]], LITERALS[PAIRS[ground][at]]) >= least


def test_browsers_without_light_dark_get_the_light_page() -> None:
    assert {name: light for name, (light, _) in PAIRS.items()} == FALLBACKS


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_name_uses_never_colours(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--([\w-]+)", text))
    own = set(re.findall(r"--([\w-]+):", text))
    named = {*PAIRS, "blank", "serif", "sans", "gap", "room", "round"}
    assert used <= named | own
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb\(|hsl\(|oklch\(", text)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_know_no_left_and_right(sheet: Path) -> None:
    text = sheet.read_text(encoding="utf-8")
    physical = re.compile(r"[\w-]*(?<![\w-])(?:left|right|(?:max-|min-)?(?:width|height))\s*:")
    without_questions = re.sub(r"@media[^{]*", "", text)
    assert not physical.findall(without_questions)
    assert not re.search(r"-(?:left|right)\s*:|:\s*(?:left|right)\b", without_questions)


def test_the_sheets_are_there() -> None:
    names = {path.name for path in SHEETS}
    assert {"reset.css", "base.css", "layout.css", "ui.css", "pages.css"} <= names
    assert len(PAIRS) > 10
