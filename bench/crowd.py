"""People for a bench: forms to post, and a register filled through the services."""

from collections.abc import Iterator
from datetime import datetime
from itertools import count
from urllib.parse import urlencode

from petitions.appeals import queries as appeals
from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.mail import queries as outbox
from petitions.mail import services as mail
from petitions.signatures import services as register
from petitions.signatures.models import Kind, Visibility
from petitions.signatures.person import Person
from petitions.signatures.services import EnterSignature

SLUG = "eu-delegation-kazakhstan"
BATCH = 500


def forms() -> Iterator[str]:
    """Yield forms of ever new invented people."""
    for number in count():
        yield urlencode(
            {
                "kind": "person",
                "name": f"Айгүл Сынақова {_letters(number)}",
                "latin_name": f"Aigul Synaqova {_letters(number)}",
                "email": f"bench-{number}@example.org",
                "country": "KZ",
                "town": "Алматы",
                "visibility": "addressee",
                "consent": "y",
                "lang": "ru",
            }
        )


def _letters(number: int) -> str:
    """Return a number in letters: names have no digits."""
    return "".join("ABCDEFGHIJ"[int(digit)] for digit in str(number))


def confirm_links() -> list[str]:
    """Take all letters out of the outbox; return the paths of their confirmation links."""
    links: list[str] = []
    while True:
        with transaction():
            letters = mail.intercept(outbox.waiting())
        if not letters:
            return links
        for letter in letters:
            at = letter.text.find("/c/")
            if at >= 0:
                links.append(letter.text[at:].split()[0])


def fill(people: int, *, at: datetime) -> None:
    """Enter `people` verified signatures into the register, without letters."""
    ballot = appeals.ballot(SLUG, "ru", None, at=at)
    for start in range(0, people, BATCH):
        with transaction():
            for number in range(start, min(start + BATCH, people)):
                _enter(number, ballot, at)
        db.session.remove()


def _enter(number: int, ballot: appeals.Ballot, at: datetime) -> None:
    email = f"filled-{number}@example.net"
    entered = register.enter(
        EnterSignature(
            appeal_id=ballot.appeal_id,
            version_id=ballot.version_id,
            mailbox=ballot.key.digest(email),
            person=Person(
                name="Нұрлан Сынақов",
                latin_name="Nurlan Synaqov",
                email=EmailAddress(email),
                town="Қарағанды",
            ),
            kind=Kind.PERSON,
            visibility=Visibility.ADDRESSEE,
            country="KZ",
            lang="ru",
            source=None,
            news=False,
        ),
        ballot.key,
        at=at,
    )
    if entered is not None:
        entered.confirm(at)
