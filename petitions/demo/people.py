"""The invented signatories of the demonstration: the same ones on every run.

Nobody here exists. Names are composed from `stock`, never into the full name of a well-known
figure, and every address lies under a domain that RFC 2606 reserves for examples.
"""

import random
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Literal, TypeVar, cast

from petitions.demo import stock
from petitions.signing.latin import suggest

T = TypeVar("T")
Kind = Literal["person", "organisation"]
Visibility = Literal["public", "initials", "addressee", "count"]
Fate = Literal["verified", "pending", "withdrawn", "struck", "quarantined"]

PEOPLE = 817
DAYS = 12
RESERVED_DOMAINS = ("example.org", "example.com", "example.net")

# Per day and per hour in Kazakhstan (UTC+5): a rush on the first two days, a smaller one when the
# news comes back on the eighth and ninth; quiet nights, busy evenings.
_PER_DAY = (24, 27, 13, 8, 6, 5, 4, 9, 11, 5, 3, 2)
_PER_HOUR = (2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 10, 12, 11, 9, 9, 10, 12, 16, 20, 23, 22, 15, 6)
_OPENING_HOUR = 9

_VISIBILITIES: tuple[tuple[Visibility, int], ...] = (
    ("addressee", 65),
    ("public", 17),
    ("initials", 10),
    ("count", 8),
)
# Share of those who sign in French and in English, by country; elsewhere few and a third.
_FRENCH_AND_ENGLISH = {
    "KZ": (0.005, 0.04),
    "UA": (0.01, 0.15),
    "GE": (0.01, 0.3),
    "BE": (0.5, 0.25),
}
_SOURCES: tuple[tuple[str | None, int], ...] = (("telegram", 48), ("mail", 22), (None, 30))

# On top of the verified ones. The reasons of the struck are those of `signatures.StrikeReason`,
# that of the quarantined is a note.
_OTHER_FATES: tuple[tuple[Fate, str | None, int], ...] = (
    ("pending", None, 15),
    ("withdrawn", None, 10),
    ("struck", "not_a_person", 3),
    ("struck", "duplicate", 2),
    ("struck", "on_request", 2),
    ("quarantined", "Many signatures within a minute, with names of one pattern.", 5),
    ("quarantined", "The mailbox belongs to a service for throw-away addresses.", 3),
)


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented signatory.

    `latin_name` is None where `name` is written in Latin letters. `country` is an ISO 3166-1
    alpha-2 code. For an organisation `name` is the name of its representative. `after` counts from
    the opening of the appeal. `reason` is given for the struck and the quarantined.
    """

    name: str
    latin_name: str | None
    email: str
    country: str
    town: str
    kind: Kind
    organisation: str | None
    role: str | None
    visibility: Visibility
    lang: str
    news: bool
    source: str | None
    after: timedelta
    fate: Fate
    reason: str | None


def signatories() -> tuple[Invented, ...]:
    """Those of the model case, in order of signing: 817 people and 8 organisations who are
    verified, and 40 people with other fates.
    """
    hall = _Hall(seed=598_43_52)
    verified = [*_representatives(hall), *_in_each_script(hall)]
    verified += [hall.person() for _ in range(PEOPLE - len(_rows(stock.SCRIPTS)))]
    return _in_order([*verified, *_with_other_fates(hall)])


def readers(count: int = 64) -> tuple[Invented, ...]:
    """`count` verified people for a smaller appeal, none of them among `signatories()`."""
    hall = _Hall(seed=1917, names={one.name for one in signatories()})
    return _in_order([hall.person() for _ in range(count)])


def _in_order(people: list[Invented]) -> tuple[Invented, ...]:
    return tuple(sorted(people, key=lambda one: (one.after, one.email)))


# -- names ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Spelling:
    """One name as written in Kazakh, in Russian and in Latin letters."""

    kazakh: str
    russian: str
    latin: str | None

    def native(self, lang: str) -> str:
        return self.kazakh if lang == "kk" else self.russian

    def romanised(self, lang: str) -> str:
        return self.latin or suggest(self.native(lang))


@dataclass(frozen=True, slots=True)
class Community:
    """Where names come from: `weight` among all, the share of those who write Kazakh, the stock.

    `father_share` of those who write Russian add the father's name, as in documents.
    """

    weight: int
    kazakh_share: float
    men: str
    women: str
    families: str
    inflected: bool = True
    fathers: str = ""
    father_share: float = 0.0


_KAZAKH = Community(
    60,
    0.64,
    stock.KAZAKH_MEN,
    stock.KAZAKH_WOMEN,
    stock.KAZAKH_FAMILIES,
    fathers=stock.KAZAKH_FATHERS,
    father_share=0.1,
)
_RUSSIAN = Community(
    19,
    0.03,
    stock.RUSSIAN_MEN,
    stock.RUSSIAN_WOMEN,
    stock.RUSSIAN_FAMILIES,
    fathers=stock.RUSSIAN_FATHERS,
    father_share=0.25,
)
# Never drawn by weight: as names are written in Ukraine, for those who sign from there.
_UKRAINE = Community(
    0, 0.0, stock.UKRAINE_MEN, stock.UKRAINE_WOMEN, stock.UKRAINE_FAMILIES, inflected=False
)
COMMUNITIES = (
    _KAZAKH,
    _RUSSIAN,
    Community(4, 0.2, stock.UYGHUR_MEN, stock.UYGHUR_WOMEN, stock.UYGHUR_FAMILIES),
    Community(4, 0.25, stock.UZBEK_MEN, stock.UZBEK_WOMEN, stock.UZBEK_FAMILIES),
    Community(4, 0.1, stock.TATAR_MEN, stock.TATAR_WOMEN, stock.TATAR_FAMILIES),
    Community(3, 0.0, stock.RUSSIAN_MEN, stock.RUSSIAN_WOMEN, stock.KOREAN_FAMILIES, False),
    Community(3, 0.0, stock.GERMAN_MEN, stock.GERMAN_WOMEN, stock.GERMAN_FAMILIES, False),
    Community(3, 0.0, stock.RUSSIAN_MEN, stock.RUSSIAN_WOMEN, stock.UKRAINIAN_FAMILIES, False),
)


@cache
def spellings(words: str) -> tuple[Spelling, ...]:
    """The names of one block of `stock`."""
    return tuple(_spelling(word) for word in words.split())


def _spelling(word: str) -> Spelling:
    kazakh, russian, latin = (*word.split(":"), "", "")[:3]
    return Spelling(kazakh, russian or kazakh, latin or None)


def _for_women(family: str) -> str:
    """The family name as a woman bears it: Орлов - Орлова, Лисовский - Лисовская."""
    if family.endswith("ский"):
        return family.removesuffix("ий") + "ая"
    return family + "а" if family.endswith(("ов", "ев", "ёв", "ин")) else family


def latin_tokens(name: str) -> frozenset[str]:
    """The words of a name in lower-case Latin letters: what two spellings of it have in common.

    Without i and y, by which most of them differ: Tsoi and Tsoy, Tokaev and Tokayev.
    """
    words = (re.sub("[iy]", "", word) for word in suggest(name).lower().split())
    return frozenset(word for word in words if word)


@cache
def _known_figures() -> tuple[frozenset[str], ...]:
    names = stock.KNOWN_FIGURES.split(";")
    plain = (name.replace("ё", "е") for name in names)
    return tuple(latin_tokens(name) for name in chain(names, plain))


def is_known_figure(*forms: str) -> bool:
    """Whether one of these forms of a name contains the full name of a well-known figure."""
    spoken = [latin_tokens(form) for form in forms]
    return any(known <= words for known in _known_figures() for words in spoken)


# -- places --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A town with its name by language; `weight` is how often it is drawn."""

    country: str
    weight: int
    names: dict[str, str]


@cache
def places(rows: str) -> tuple[Place, ...]:
    """The places of one block of `stock`."""
    return tuple(_place(row) for row in rows.strip().splitlines())


def _place(row: str) -> Place:
    country, weight, written = row.split(" ", 2)
    kazakh, russian, english, *french = written.split("|")
    names = {"kk": kazakh, "ru": russian, "en": english, "fr": (*french, english)[0]}
    return Place(country, int(weight), names)


def _rows(block: str) -> list[list[str]]:
    return [row.split("|") for row in block.strip().splitlines()]


# -- people --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Hall:
    """The people drawn so far: no name and no mailbox comes twice."""

    seed: int
    names: set[str] = field(default_factory=set)
    mailboxes: set[str] = field(default_factory=set)
    draw: random.Random = field(init=False)

    def __post_init__(self) -> None:
        # The same people on every run are wanted; nothing here is secret.
        self.draw = random.Random(self.seed)  # noqa: S311

    def person(self) -> Invented:
        place, lang, community = self._origin()
        name, latin_name = self._name(community, lang)
        return Invented(
            name=name,
            latin_name=latin_name,
            email=self.mailbox(latin_name or name),
            country=place.country,
            town=place.names[lang],
            kind="person",
            organisation=None,
            role=None,
            visibility=self.one_of(_VISIBILITIES),
            lang=lang,
            news=self.draw.random() < 0.22,
            source=self.one_of(_SOURCES),
            after=self.moment(),
            fate="verified",
            reason=None,
        )

    def one_of(self, weighted: tuple[tuple[T, int], ...]) -> T:
        values = [value for value, _ in weighted]
        return self.draw.choices(values, [weight for _, weight in weighted])[0]

    def _origin(self) -> tuple[Place, str, Community]:
        """Where somebody lives, the language of signing, and where the name comes from."""
        abroad = self.draw.random() < 0.2
        place = self._place(stock.PLACES_ABROAD if abroad else stock.PLACES_AT_HOME)
        if place.country == "UA" and self.draw.random() < 0.35:
            return place, "ru", _UKRAINE
        community = self.one_of(tuple((one, one.weight) for one in COMMUNITIES))
        return place, self._language(place.country, community), community

    def _place(self, block: str) -> Place:
        return self.one_of(tuple((place, place.weight) for place in places(block)))

    def _language(self, country: str, community: Community) -> str:
        french, english = _FRENCH_AND_ENGLISH.get(country, (0.05, 0.35))
        chance = self.draw.random()
        if chance < french:
            return "fr"
        if chance < french + english:
            return "en"
        return "kk" if self.draw.random() < community.kazakh_share else "ru"

    def _name(self, community: Community, lang: str) -> tuple[str, str | None]:
        """A name that nobody here bears yet, and its Latin form if it needs one."""
        while True:
            native, latin = self._composed(community, lang)
            if native in self.names or is_known_figure(native, latin):
                continue
            self.names.add(native)
            writes_latin = lang in {"en", "fr"} and self.draw.random() < 0.8
            return (latin, None) if writes_latin else (native, latin)

    def _composed(self, community: Community, lang: str) -> tuple[str, str]:
        woman = self.draw.random() < 0.52
        given = self.draw.choice(spellings(community.women if woman else community.men))
        parts = [(given.native(lang), given.romanised(lang))]
        if lang == "ru" and self.draw.random() < community.father_share:
            father = self.draw.choice(community.fathers.split()).split(":")[woman]
            parts.append((father, suggest(father)))
        parts.append(self._family(community, lang, woman))
        natives, latins = zip(*parts, strict=True)
        return " ".join(natives), " ".join(latins)

    def _family(self, community: Community, lang: str, woman: bool) -> tuple[str, str]:
        if community is _KAZAKH and lang == "kk" and self.draw.random() < 0.3:
            family = self._kazakh_family(woman)
            return family, suggest(family)
        spelling = self.draw.choice(spellings(community.families))
        family = spelling.native(lang)
        if community.inflected and woman:
            family = _for_women(family)
        return family, spelling.latin or suggest(family)

    def _kazakh_family(self, woman: bool) -> str:
        """Without a Russian ending: the bare name of an ancestor, or "son", "daughter of"."""
        if self.draw.random() < 0.5:
            return self.draw.choice(stock.KAZAKH_STEMS.split())
        father = self.draw.choice(spellings(stock.KAZAKH_MEN)).kazakh
        return father + ("қызы" if woman else "ұлы")

    def mailbox(self, latin_name: str) -> str:
        """An address that differs from every other by more than dots."""
        given, *_, family = re.sub(r"[^a-z ]", "", latin_name.lower()).split()
        styles = (f"{given}.{family}", f"{given[0]}.{family}", f"{family}.{given}", given + family)
        local = self.draw.choice(styles)
        while local.replace(".", "") in self.mailboxes:
            local = f"{self.draw.choice(styles)}{self.draw.randint(2, 99)}"
        self.mailboxes.add(local.replace(".", ""))
        return f"{local}@{self.draw.choice(RESERVED_DOMAINS)}"

    def moment(self) -> timedelta:
        """A moment of signing, counted from an opening at nine in the morning in Kazakhstan."""
        day = self.draw.choices(range(DAYS), _PER_DAY)[0]
        hour = self.draw.choices(range(24), _PER_HOUR)[0]
        since_opening = (hour - _OPENING_HOUR) % 24
        return timedelta(days=day, hours=since_opening, seconds=self.draw.randrange(3600))


def _representatives(hall: _Hall) -> list[Invented]:
    """The initiators sign first, within the first half hour."""
    return [
        replace(
            hall.person(),
            name=name,
            latin_name=None if name.isascii() else suggest(name),
            email=hall.mailbox(suggest(name)),
            country=country,
            town=town,
            kind="organisation",
            organisation=organisation,
            role=role,
            visibility="public",
            lang=lang,
            after=timedelta(minutes=3 * number, seconds=11 * number),
        )
        for number, (name, role, organisation, country, town, lang) in enumerate(
            _rows(stock.ORGANISATIONS), start=1
        )
    ]


def _in_each_script(hall: _Hall) -> list[Invented]:
    return [
        replace(
            hall.person(),
            name=name,
            latin_name=latin_name,
            email=hall.mailbox(latin_name),
            country=country,
            town=town,
            visibility=cast(Visibility, visibility),
            lang=lang,
        )
        for name, latin_name, country, town, lang, visibility in _rows(stock.SCRIPTS)
    ]


def _with_other_fates(hall: _Hall) -> list[Invented]:
    others = [
        replace(hall.person(), fate=fate, reason=reason)
        for fate, reason, count in _OTHER_FATES
        for _ in range(count)
    ]
    return [_lately(one) if one.fate == "pending" else one for one in others]


def _lately(one: Invented) -> Invented:
    """Who has not confirmed yet signed in the last days: after two weeks they are forgotten."""
    minutes = int(one.after / timedelta(minutes=1)) * 4 // DAYS
    return replace(one, after=timedelta(days=DAYS - 4, minutes=minutes))
