"""What the committed fonts can print, and texts made so that they can be printed.

A PDF/A holds every glyph it shows, so the typesetter stops at a character that no font has. Here
texts are made safe for it before it sees them.
"""

import struct
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import regex

FONTS = Path(__file__).parent / "fonts"

REPLACEMENT = "\ufffd"
"""Printed in the place of a character that no font has: a visible sign, not a silent gap."""

BREAK = "\u200b"
"""Zero width space: a place where a line may end."""

MOST_MARKS = 4
"""Combining marks on one letter. Vietnamese and vocalised Hebrew need three; hundreds of them
hold a typesetter up for minutes."""

LONGEST_WORD = 18
"""Letters without a possible line break; more would run out of a column."""

LONGEST_TEXT = 240
"""Letters of one cell; a list is for names, not for chapters."""

_JOINERS = "\u200c\u200d"  # needed within words of Persian and Devanagari
_IGNORABLE = frozenset(_JOINERS + BREAK)
_SPACES = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029")
_SILENT = {"Cc", "Cf"}
_CLUSTER = regex.compile(r"\X")
_WHITE = regex.compile(r"\s+")
_VARIANTS = frozenset(map(chr, range(0xFE00, 0xFE10)))


@cache
def families() -> Mapping[str, frozenset[int]]:
    """Return, for each font family but the letter's serif, the characters that all its styles have.

    The serif is left out because the families beside it stand in wherever it lacks a character.
    """
    by_family: dict[str, list[set[int]]] = defaultdict(list)
    for path in sorted(FONTS.glob("*.ttf")):
        family = path.stem.split("-")[0]
        if family != "SourceSerif4":
            by_family[family].append(code_points(path.read_bytes()))
    return {name: frozenset(set.intersection(*styles)) for name, styles in by_family.items()}


def code_points(font: bytes) -> set[int]:
    """Return the characters that a TrueType font maps to glyphs.

    Reads the `cmap` table, formats 4 and 12 (OpenType 1.9, "cmap - Character to Glyph Index").
    """
    start = _table(font, b"cmap")
    (count,) = struct.unpack_from(">H", font, start + 2)
    found: set[int] = set()
    for at in range(count):
        (offset,) = struct.unpack_from(">I", font, start + 4 + 8 * at + 4)
        (form,) = struct.unpack_from(">H", font, start + offset)
        if form == 4:
            found |= _segments(font, start + offset)
        elif form == 12:
            found |= _groups(font, start + offset)
    return found


def _table(font: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", font, 4)
    for at in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * at)
        if name == tag:
            return int(offset)
    raise ValueError(f"a font without a table {tag.decode()}")


def _segments(font: bytes, start: int) -> set[int]:
    (doubled,) = struct.unpack_from(">H", font, start + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", font, start + 16 + 2 * doubled)
    ranges_at = start + 16 + 3 * doubled
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    found = set()
    for segment in range(count):
        for code in range(starts[segment], ends[segment] + 1):
            glyph = code
            if ranges[segment]:
                at = ranges_at + 2 * segment + ranges[segment] + 2 * (code - starts[segment])
                (glyph,) = struct.unpack_from(">H", font, at) if at + 2 <= len(font) else (0,)
                if not glyph:
                    continue
            if (glyph + deltas[segment]) & 0xFFFF and code != 0xFFFF:
                found.add(code)
    return found


def _groups(font: bytes, start: int) -> set[int]:
    (count,) = struct.unpack_from(">I", font, start + 12)
    found: set[int] = set()
    for group in range(count):
        first, last, glyph = struct.unpack_from(">III", font, start + 16 + 12 * group)
        found.update(range(first if glyph else first + 1, last + 1))
    return found


def printable(text: str, *, longest: int | None = LONGEST_TEXT) -> str:
    """Return one line of `text` that prints as it should, and cannot disturb what stands beside it.

    NFC; spaces folded; controls, direction overrides and other invisible characters taken out,
    but for the joiners that words need; at most `MOST_MARKS` marks on a letter; what no font has
    becomes U+FFFD; a place to break in very long words; cut at `longest` letters with "…".
    """
    if _is_plain(text) and (longest is None or len(text) <= longest):
        return text
    letters = [_covered(cluster) for cluster in _CLUSTER.findall(_visible(text)) if cluster]
    if longest is not None and len(letters) > longest:
        letters = [*letters[: longest - 1], "…"]
    return "".join(_breakable(letters))


def printable_lines(text: str) -> str:
    """Return `text` as `printable` does, uncut, with its line breaks kept (for code and verse)."""
    return "\n".join(printable(line, longest=None) for line in text.splitlines())


def _is_plain(text: str) -> bool:
    """Whether `printable` would leave `text` alone. So are nine names in ten, and it is cheap."""
    return (
        _plain_characters().issuperset(text)
        and "  " not in text
        and max(map(len, text.split(" "))) <= LONGEST_WORD
    )


@cache
def _plain_characters() -> frozenset[str]:
    """Return what stands for itself: no marks, nothing invisible, nothing that composes."""
    characters = map(chr, families()["SourceSans3"])
    return frozenset(
        character
        for character in characters
        if character == " " or unicodedata.category(character)[0] in "LNPS"
        if unicodedata.is_normalized("NFC", character)
    )


def _visible(text: str) -> str:
    kept = []
    for character in unicodedata.normalize("NFC", text):
        if character in _SPACES:
            kept.append(" ")
        elif character in _VARIANTS:
            continue
        elif character in _JOINERS or unicodedata.category(character) not in _SILENT:
            kept.append(character)
    return _WHITE.sub(" ", "".join(kept))


@lru_cache(maxsize=20_000)
def _in_one_family(cluster: str) -> bool:
    needed = {ord(character) for character in cluster if character not in _IGNORABLE}
    return any(needed <= family for family in families().values())


def _covered(cluster: str) -> str:
    """Return a letter with its marks if one font has them all: fonts are not mixed in a letter."""
    cluster = cluster[: 1 + MOST_MARKS]
    if _in_one_family(cluster):
        return cluster
    base = cluster[0]
    return base + REPLACEMENT if len(cluster) > 1 and _stands_alone(base) else REPLACEMENT


def _stands_alone(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" and _in_one_family(character)


def _breakable(letters: list[str]) -> list[str]:
    broken = []
    run = 0
    for letter in letters:
        run = 0 if letter in {" ", "-", BREAK} else run + 1
        if run > LONGEST_WORD:
            broken.append(BREAK)
            run = 1
        broken.append(letter)
    return broken
