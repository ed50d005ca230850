"""Invented signatures in every script that must print well, and a letter to put above them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, cycle, islice

from petitions.lists.rows import ListedSignature, ListHead
from petitions.signatures.models import Kind, Visibility

DRAWN_AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)

ORGANISATIONS = (
    ("«Qaharman» Human Rights Protection Fund", "Айгүл Сәрсенова", "Aigul Sarsenova", "Алматы"),
    ("405", "Мұрат Жақсылықов", "Murat Zhaqsylyqov", "Шымкент"),
    ("Veritas", "Ольга Ким", "Olga Kim", "Қарағанды"),
    ("Elimay", "Дәурен Төлегенұлы", "Dauren Tolegenuly", "Астана"),
    ("Femina Virtute", "Әсел Нұрғалиева", "Asel Nurgalieva", "Алматы"),
    ("Article 14", "Ерлан Өмірзақ", "Yerlan Omirzaq", "Ақтөбе"),
    ("Bostandyq Kz", "Гүлнәр Қасым", "Gulnar Qasym", "Атырау"),
    ("“Freedom Kazakhstan” Foundation", "Anna Wiśniewska", "", "Warszawa"),
)

SCRIPTS = (
    ("أمينة بنت يوسف الحسيني", "Amina bint Yusuf al-Husayni", "عمّان", "JO"),
    ("נועה בן־דוד", "Noa Ben-David", "תל אביב", "IL"),
    ("ნინო ჩხეიძე", "Nino Chkheidze", "თბილისი", "GE"),
    ("Անահիտ Պետրոսյան", "Anahit Petrosyan", "Երևան", "AM"),
    ("Ελένη Παπαδοπούλου", "Eleni Papadopoulou", "Θεσσαλονίκη", "GR"),
    ("王小明", "Wang Xiaoming", "台北", "TW"),
    ("김민서", "Kim Minseo", "서울", "KR"),
    ("प्रियंका शर्मा", "Priyanka Sharma", "नई दिल्ली", "IN"),
    ("สมชาย ใจดี", "Somchai Jaidee", "กรุงเทพฯ", "TH"),
    ("Әлихан Бөкейханұлы Қыдырғали-Ұзақбай", "Alikhan Bokeikhanuly", "Өскемен", "KZ"),
    ("Zoë Nguyễn Thị Ánh", "", "Bruxelles", "BE"),
    ("Łukasz Żółć", "", "Gdańsk", "PL"),
)

GIVEN = (
    ("Айгүл", "Aigul"), ("Нұрлан", "Nurlan"), ("Ольга", "Olga"), ("Дәурен", "Dauren"),
    ("Әсел", "Asel"), ("Сергей", "Sergei"), ("Гүлнәр", "Gulnar"), ("Ерлан", "Yerlan"),
    ("Жұлдыз", "Zhuldyz"), ("Тимур", "Timur"), ("Қанат", "Qanat"), ("Мадина", "Madina"),
    ("Бауыржан", "Bauyrzhan"),
)  # fmt: skip
FAMILY = (
    ("Сәрсенова", "Sarsenova"), ("Ким", "Kim"), ("Әбдірахманұлы", "Abdirakhmanuly"),
    ("Иванова", "Ivanova"), ("Өтегенов", "Otegenov"), ("Нұрпейісов", "Nurpeisov"),
    ("Шевченко", "Shevchenko"), ("Қожахметова", "Qozhakhmetova"), ("Ахметов", "Akhmetov"),
    ("Ғабдуллина", "Gabdullina"), ("Һәкімов", "Hakimov"),
)  # fmt: skip
TOWNS = (
    ("Алматы", "KZ"), ("Астана", "KZ"), ("Шымкент", "KZ"), ("Қарағанды", "KZ"), ("Warszawa", "PL"),
    ("Атырау", "KZ"), ("Bruxelles", "BE"), ("Київ", "UA"), ("Berlin", "DE"), ("Ақтау", "KZ"),
    ("İstanbul", "TR"), ("თბილისი", "GE"), ("Өскемен", "KZ"), ("", "KZ"),
)  # fmt: skip
VISIBILITIES = (
    *(Visibility.ADDRESSEE,) * 7,
    *(Visibility.PUBLIC,) * 3,
    Visibility.INITIALS,
    Visibility.COUNT,
)

BODY = """\
We are citizens of Kazakhstan, and organisations that defend human rights there. We write to you
about the days before the European Parliament's **urgent resolution** on human rights there.

In those days the Ministry of Foreign Affairs of Kazakhstan asked Members to take three things out
of the text: the cases of political killings, the abuse of Interpol and of mutual legal assistance,
and the persecution of peaceful movements. It has been said that the Delegation of the European
Union to Kazakhstan, and Members of the Parliament, spoke for the same changes.

If a delegation that stands for the Union's values works to soften the Parliament's words about
those who are imprisoned, people who already risk much lose the one voice that their own
authorities listen to. We accuse nobody by name. We ask for *facts*, found by somebody independent,
and published: see [the resolution](https://www.europarl.europa.eu/).
"""

DEMANDS = (
    (
        "Open an independent investigation into the part that the EU Delegation to Kazakhstan and "
        "three Members of the European Parliament had in the attempts to weaken the resolution."
    ),
    (
        "Publish its findings, with the contacts between the Delegation and the authorities of "
        "Kazakhstan in the weeks before the vote."
    ),
    (
        "Give the Delegation clear instructions to receive human rights defenders, to follow "
        "high-profile cases openly, and to report on them to the Parliament."
    ),
)


def head(**changes: object) -> ListHead:
    """Return the head of the sample letter, with some fields changed."""
    fields: dict[str, object] = {
        "slug": "eu-delegation-kazakhstan",
        "kind": "open_letter",
        "kind_name": "Open letter",
        "title": "Investigate the interference by the EU Delegation to Kazakhstan",
        "lang": "en",
        "dir": "ltr",
        "body_markdown": BODY,
        "demands": DEMANDS,
        "addressees": (
            ("David Sassoli", "President of the European Parliament"),
            (
                "Josep Borrell",
                (
                    "High Representative of the Union for Foreign Affairs and Security Policy / "
                    "Vice-President of the European Commission"
                ),
            ),
        ),
        "initiators": tuple(name for name, *_ in ORGANISATIONS),
        "url": "https://undersigned.example/a/eu-delegation-kazakhstan",
        "operator_name": "Undersigned",
        "text_digest": "4b5f" * 16,
        "drawn_at": DRAWN_AT,
        "demonstration": True,
    }
    return ListHead(**(fields | changes))  # type: ignore[arg-type]


def person(name: str = "Айгүл Сәрсенова", **changes: object) -> ListedSignature:
    """Return a person who signed, by default for the addressees only."""
    fields: dict[str, object] = {
        "kind": Kind.PERSON,
        "name": name,
        "country": "KZ",
        "signed_on": date(2026, 11, 2),
        "visibility": Visibility.ADDRESSEE,
    }
    return ListedSignature(**(fields | changes))  # type: ignore[arg-type]


def organisation(name: str = "Elimay", **changes: object) -> ListedSignature:
    """Return an organisation that signed, publicly unless said otherwise."""
    fields: dict[str, object] = {
        "organisation": name,
        "kind": Kind.ORGANISATION,
        "visibility": Visibility.PUBLIC,
        "role": "director",
    }
    signer = str(changes.pop("signer", "Дәурен Төлегенұлы"))
    return person(signer, **(fields | changes))


def organisations() -> Iterator[ListedSignature]:
    """Yield the organisations of the sample."""
    for name, signer, latin, town in ORGANISATIONS:
        country = "PL" if town == "Warszawa" else "KZ"
        yield organisation(name, signer=signer, latin_name=latin, town=town, country=country)


def people() -> Iterator[ListedSignature]:
    """Yield people without end: first one of each script, then names from Kazakhstan."""
    for name, latin, town, country in SCRIPTS:
        yield person(name, latin_name=latin, town=town, country=country)
    choices = zip(cycle(GIVEN), cycle(FAMILY), cycle(TOWNS), cycle(VISIBILITIES), count())
    for (given, latin_given), (family, latin_family), (town, country), visibility, at in choices:
        yield person(
            f"{given} {family}",
            latin_name=f"{latin_given} {latin_family}",
            town=town,
            country=country,
            visibility=visibility,
            organisation="Қазақ ұлттық университеті" if at % 19 == 5 else "",
            role="оқытушы" if at % 19 == 5 else "",
            signed_on=date(2026, 11, 2) + timedelta(days=at % 20),
        )


def signatures(number_of_people: int = 817) -> Iterator[ListedSignature]:
    """Yield the organisations, then so many people."""
    yield from organisations()
    yield from islice(people(), number_of_people)
