"""The texts of the demonstration say the same in each language."""

import unicodedata
from itertools import product

import pytest

from petitions.demo.texts import LANGUAGES, DemoAppeal, Text, demo_appeals

MODEL = "eu-delegation-kazakhstan"
APPEALS = demo_appeals()
WORDS_FOR_FACTS = {
    "en": ("three Members", "Ministry of Foreign Affairs", "Interpol", "political killings"),
    "fr": ("trois membres", "ministère des Affaires étrangères", "Interpol", "politiques"),
    "ru": ("трое депутатов", "Министерство иностранных дел", "Интерпола", "убийствах"),
    "kk": ("үш депутаты", "Сыртқы істер министрлігі", "Интерпол", "кісі өлтіру"),
}
DAY_OF_THE_VOTE = {
    "en": "11 February 2021",
    "fr": "11 février 2021",
    "ru": "11 февраля 2021 года",
    "kk": "2021 жылғы 11 ақпан",
}
QUOTES_OF_OTHERS = {"en": "«»„\"'", "fr": "“”„\"'", "ru": "“”„\"'", "kk": "“”„\"'"}


def appeal(slug: str) -> DemoAppeal:
    return next(one for one in APPEALS if one.slug == slug)


def paragraphs(markdown: str | None) -> int:
    return len((markdown or "").split("\n\n"))


def words_of(text: Text) -> str:
    parts = (text.title, text.body, *text.demands, text.update_title or "", text.update_body or "")
    # A no-break space is a matter of typography, not of what is said.
    return "\n".join(parts).replace("\u00a0", " ")


texts = pytest.mark.parametrize(
    ("one", "lang"),
    list(product(APPEALS, LANGUAGES)),
    ids=[f"{one.slug}-{lang}" for one, lang in product(APPEALS, LANGUAGES)],
)


def test_there_are_an_open_a_closed_and_a_coming_appeal() -> None:
    assert {one.slug: (one.opens_in.days < 0, one.closes_in is not None) for one in APPEALS} == {
        MODEL: (True, False),
        "mysal-library-evenings": (True, True),
        "mysal-winter-air": (False, True),
    }
    assert {one.kind for one in APPEALS} == {"open_letter", "petition", "statement"}


@texts
def test_each_text_has_the_paragraphs_and_demands_of_the_english_one(
    one: DemoAppeal, lang: str
) -> None:
    english, other = one.text("en"), one.text(lang)
    assert paragraphs(other.body) == paragraphs(english.body) >= 4
    assert len(other.demands) == len(english.demands) == 3
    assert len(other.addressees) == len(english.addressees) >= 1
    assert paragraphs(other.update_body) == paragraphs(english.update_body)
    assert bool(other.update_title) == bool(english.update_title) == bool(one.update)


@texts
def test_each_text_is_written_with_care(one: DemoAppeal, lang: str) -> None:
    text = one.text(lang)
    words = words_of(text)
    assert unicodedata.is_normalized("NFC", words)
    assert len(text.title) <= 80
    assert all(demand.endswith(".") for demand in text.demands)
    assert not set(words) & (set(QUOTES_OF_OTHERS[lang]) - {"'"})
    assert "'" not in words
    assert "  " not in words


@texts
def test_no_text_slips_into_another_script(one: DemoAppeal, lang: str) -> None:
    """A Latin `a` in a Cyrillic word looks right and is found by no search."""
    for word in words_of(one.text(lang)).split():
        scripts = {unicodedata.name(letter).split()[0] for letter in word if letter.isalpha()}
        assert len(scripts & {"LATIN", "CYRILLIC"}) <= 1, word


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_letter_states_the_facts_in_each_language(lang: str) -> None:
    words = words_of(appeal(MODEL).text(lang))
    assert [fact for fact in WORDS_FOR_FACTS[lang] if fact not in words] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_outcome_gives_day_and_votes_in_each_language(lang: str) -> None:
    outcome = (appeal(MODEL).text(lang).update_body or "").replace("\u00a0", " ")
    assert DAY_OF_THE_VOTE[lang] in outcome
    assert [votes for votes in ("598", "43", "52") if votes not in outcome] == []


def test_the_letter_accuses_nobody_by_name() -> None:
    """The addressees are named above the letter; within it nobody is."""
    names = ("Sassoli", "Borrell", "Сассоли", "Боррель", "Mr ", "Ms ", "г-н")
    words = [words_of(text) for text in appeal(MODEL).texts]
    assert [name for name in names if any(name in said for said in words)] == []


def test_the_model_case_has_its_eight_initiators_and_two_addressees() -> None:
    assert len({name["en"] for name in appeal(MODEL).initiators}) == 8
    assert [a.name for a in appeal(MODEL).text("fr").addressees] == [
        "David Sassoli",
        "Josep Borrell",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", ["mysal-library-evenings", "mysal-winter-air"])
def test_the_invented_city_is_said_to_be_invented(slug: str, lang: str) -> None:
    said = {"en": "invented", "fr": "imaginaire", "ru": "вымышленный", "kk": "ойдан шығарылған"}
    assert said[lang] in appeal(slug).text(lang).body
