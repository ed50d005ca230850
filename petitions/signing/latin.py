"""A name in Latin letters, suggested for one in Cyrillic. Its owner may change it.

The letters follow ICAO Doc 9303, part 3, section 6, table B for Russian, and the practice of
passports of Kazakhstan where it differs (Й Y, Ю YU, Я YA, Е at the beginning of a word YE) and for
the Kazakh letters. `static/js/latin-name.js` holds the same table and the same rules.
"""

import unicodedata

TABLE = {
    "^е": "ye",
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "ғ": "g", "д": "d",
    "е": "e", "ё": "yo", "є": "ye", "ж": "zh", "з": "z", "и": "i", "і": "i", "ї": "yi",
    "й": "y", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o",
    "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ў": "u", "ұ": "u",
    "ү": "u", "ф": "f", "х": "kh", "ҳ": "kh", "һ": "h", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
"""Small Cyrillic letter to Latin letters; a key with ^ holds at the beginning of a word."""

_LETTERS = {"Lu", "Ll", "Lt", "Lo"}


def suggest(name: str) -> str:
    """Return `name` with its Cyrillic letters in Latin, capitals kept; all else as it is."""
    text = unicodedata.normalize("NFC", name)
    latin = "".join(_latin(text, at) for at in range(len(text)))
    return unicodedata.normalize("NFC", latin)


def is_latin(name: str) -> bool:
    """Tell whether every letter of `name` is of the Latin script (so nothing need be asked)."""
    return all(
        unicodedata.name(character, "").startswith("LATIN ")
        for character in name
        if unicodedata.category(character) in _LETTERS
    )


def _latin(text: str, at: int) -> str:
    letter, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    small = letter.lower()
    key = f"^{small}" if f"^{small}" in TABLE and not before.isalpha() else small
    latin = TABLE.get(key, letter)
    if not letter.isupper():
        return latin
    return latin.upper() if before.isupper() or after.isupper() else latin.capitalize()
