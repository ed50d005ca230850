"""What stands on a list, and the one place that decides what of a signature is shown to whom."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from petitions.signatures.models import Kind, Visibility

MOST_INITIALS = 6
"""A name of many words is told apart long before; more would only tell its length."""

PREPOSED_VOWELS = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"
"""Thai and Lao vowels written before the consonant by which a name is abbreviated."""


class Reader(StrEnum):
    """For whom a list is drawn."""

    ADDRESSEE = "addressee"
    PUBLIC = "public"


class RowsOutOfOrder(ValueError):
    """A list has its organisations first; one came after a person."""


@dataclass(frozen=True, kw_only=True)
class ListHead:
    """What stands above the names.

    `lang` is a BCP 47 tag, `dir` is "ltr" or "rtl", `addressees` are pairs (name, office),
    `text_digest` is the SHA-256 of the frozen text in hex, `drawn_at` is aware UTC.
    """

    slug: str
    kind: str
    kind_name: str
    title: str
    lang: str
    dir: str
    body_markdown: str
    demands: tuple[str, ...]
    addressees: tuple[tuple[str, str], ...]
    initiators: tuple[str, ...]
    url: str
    operator_name: str
    text_digest: str
    drawn_at: datetime
    demonstration: bool


@dataclass(frozen=True, kw_only=True)
class ListedSignature:
    """One verified signature: what its signatory gave, or what is left of it after `disclosed`.

    Empty texts mean "not given". `country` is ISO 3166-1 alpha-2; `number` is its place on the
    list, counted from 1 by `Roll`.
    """

    kind: Kind
    name: str
    signed_on: date
    visibility: Visibility
    latin_name: str = ""
    organisation: str = ""
    role: str = ""
    town: str = ""
    country: str = ""
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """How many signatures a list stands for.

    `people` and `organisations` include those who are counted only; `by_visibility` has an entry
    for each visibility.
    """

    people: int
    organisations: int
    counted_only: int
    by_visibility: Mapping[Visibility, int]

    @property
    def listed(self) -> int:
        """Signatures that have a line of their own."""
        return self.people + self.organisations - self.counted_only


def disclosed(
    signature: ListedSignature, *, to: Reader = Reader.ADDRESSEE
) -> ListedSignature | None:
    """Return what `to` may see of a signature, or None where it must not be listed.

    Every list of the house goes through here. Public names are shown to everybody; names for the
    addressee to nobody else; initials replace the whole person, for every reader; who asked to be
    counted only is in no list, just in `Totals`.
    """
    match signature.visibility:
        case Visibility.PUBLIC:
            return signature
        case Visibility.ADDRESSEE:
            return signature if to is Reader.ADDRESSEE else None
        case Visibility.INITIALS:
            return _reduced(signature)
        case Visibility.COUNT:
            return None


def _reduced(signature: ListedSignature) -> ListedSignature:
    return replace(
        signature, name=initials(signature.name), latin_name="", organisation="", role="", town=""
    )


def initials(name: str) -> str:
    """Return the initials of a name in its own script: "Айгүл Сәрсен" gives "А. С.".

    An initial is the first letter of a word with its combining marks, and the conjunct it stands
    in (Devanagari); it is title-cased, which leaves scripts without case as they are (Georgian,
    too, whose capitals are not used in names). A name without any letter gives "…".
    """
    words = unicodedata.normalize("NFC", name).split()
    letters = [letter for letter in map(_first_letter, words) if letter]
    return " ".join(f"{letter}." for letter in letters[:MOST_INITIALS]) or "…"


def _first_letter(word: str) -> str:
    at = next((i for i, c in enumerate(word) if _is_letter(c)), None)
    if at is None:
        return ""
    end = at + 1
    while end < len(word) and (_is_mark(word[end]) or _joins(word, end)):
        end += 1
    return unicodedata.normalize("NFC", word[at:end].title())


def _is_letter(character: str) -> bool:
    return unicodedata.category(character).startswith("L") and character not in PREPOSED_VOWELS


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


def _joins(word: str, at: int) -> bool:
    """Whether the letter at `at` is joined to the one before it by a virama (class 9)."""
    return _is_letter(word[at]) and unicodedata.combining(word[at - 1]) == 9


class Roll:
    """Gives the rows of one list their numbers and counts what goes by.

    The totals come from the very rows that were listed, so that both agree even while people sign.
    """

    def __init__(self) -> None:
        self._seen: Counter[tuple[Kind, Visibility]] = Counter()

    def listed(
        self, signatures: Iterable[ListedSignature], *, to: Reader = Reader.ADDRESSEE
    ) -> Iterator[ListedSignature]:
        """Yield what `to` may see, numbered from 1, organisations first as they must come.

        Raises:
            RowsOutOfOrder: an organisation came after a person.
        """
        number = 0
        people_began = False
        for signature in signatures:
            if signature.kind is Kind.ORGANISATION and people_began:
                raise RowsOutOfOrder
            people_began = signature.kind is Kind.PERSON
            self._seen[signature.kind, signature.visibility] += 1
            shown = disclosed(signature, to=to)
            if shown is None:
                continue
            number += 1
            yield replace(shown, number=number)

    @property
    def totals(self) -> Totals:
        """What went by so far; complete once `listed` is exhausted."""
        by_kind: Counter[Kind] = Counter()
        by_visibility: Counter[Visibility] = Counter()
        for (kind, visibility), count in self._seen.items():
            by_kind[kind] += count
            by_visibility[visibility] += count
        return Totals(
            people=by_kind[Kind.PERSON],
            organisations=by_kind[Kind.ORGANISATION],
            counted_only=by_visibility[Visibility.COUNT],
            by_visibility=MappingProxyType({each: by_visibility[each] for each in Visibility}),
        )
