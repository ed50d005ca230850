"""An appeal with signatures of every visibility, its organiser, and the tools to read lists."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import count
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import Babel

from petitions.appeals import queries as appeals
from petitions.appeals import services as drafting
from petitions.appeals.models import Kind as AppealKind
from petitions.appeals.services import AddresseeEntry, DrawUpAppeal, WriteVersion
from petitions.core.address import EmailAddress
from petitions.core.db import transaction
from petitions.lists.wording import Wording, wording_for
from petitions.organisers import services as organisers
from petitions.organisers.mandates import Role
from petitions.organisers.models import Account
from petitions.signatures import services as register
from petitions.signatures.models import Kind, Signature, Visibility
from petitions.signatures.person import Person
from petitions.signatures.services import EnterSignature
from petitions.web.limits import limiter
from tests.lists.samples import BODY, DEMANDS

SLUG = "eu-delegation-kazakhstan"
PASSWORD = "correct horse battery staple"
YESTERDAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture(scope="session")
def english() -> Wording:
    """The house's own words in English, without a database."""
    app = Flask("words")
    Babel(app)
    with app.app_context():
        return wording_for("en")


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """Return the text of a PDF as poppler's `pdftotext` reads it, keeping the layout."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt-get install poppler-utils")

    def extracted(pdf: bytes, *options: str) -> str:
        command = ["pdftotext", "-layout", *options, "-", "-"]
        done = subprocess.run(command, input=pdf, capture_output=True, check=True)
        return done.stdout.decode()

    return extracted


@dataclass
class Register:
    """An open appeal under which tests sign, and confirm at once."""

    appeal_id: UUID
    version_id: UUID
    _numbers: "count[int]" = field(default_factory=count)

    def sign(
        self,
        name: str = "Айгүл Сәрсенова",
        *,
        visibility: Visibility = Visibility.ADDRESSEE,
        kind: Kind = Kind.PERSON,
        confirmed: bool = True,
        **person: str,
    ) -> Signature:
        """Enter a signature and confirm it."""
        key = appeals.key_of(self.appeal_id)
        email = f"signatory{next(self._numbers)}@example.org"
        command = EnterSignature(
            appeal_id=self.appeal_id,
            version_id=self.version_id,
            mailbox=key.digest(email),
            person=Person(name=name, email=EmailAddress(email), **person),
            kind=kind,
            visibility=visibility,
            country="KZ",
            lang="en",
            source=None,
            news=False,
        )
        with transaction():
            signature = register.enter(command, key, at=YESTERDAY)
            assert signature is not None
            if confirmed:
                signature.confirm(YESTERDAY)
        return signature


@pytest.fixture
def ann(app: Flask) -> Account:
    """Owns the team of the appeal."""
    with transaction():
        account = organisers.open_account(EmailAddress("ann@example.org"), "Ann", at=YESTERDAY)
        team = organisers.found_team("Friends of Kazakhstan", at=YESTERDAY)
        organisers.appoint(account, team, Role.OWNER, at=YESTERDAY)
        organisers.set_password(account, PASSWORD)
    return account


@pytest.fixture
def signed(app: Flask, ann: Account) -> Register:
    """The sample appeal, open, in English and Russian, with nobody under it yet."""
    team_id = next(mandate.team_id for mandate in ann.mandates)
    with transaction():
        command = DrawUpAppeal(SLUG, AppealKind.OPEN_LETTER, "en", team_id, demonstration=True)
        appeal = drafting.draw_up(command, at=YESTERDAY, by=ann.id)
        office = {"en": "President of the European Parliament", "ru": "Председатель Европарламента"}
        name = {"en": "David Sassoli", "ru": "Давид Сассоли"}
        drafting.address(appeal.id, [AddresseeEntry(name, office, "en")])
        drafting.name_initiators(appeal.id, [{"en": "Elimay"}])
        title = "Investigate the interference"
        drafting.write(appeal.id, WriteVersion("en", title, BODY, DEMANDS))
        drafting.write(appeal.id, WriteVersion("ru", "Расследуйте", "Мы просим.", ("Раз.",)))
        drafting.open_appeal(appeal.id, at=YESTERDAY, by=ann.id)
    text = appeals.appeal_text(SLUG, "en", at=YESTERDAY)
    return Register(text.id, text.version_id)


@dataclass
class Desk:
    """A browser in which Ann has signed in."""

    client: FlaskClient

    def token(self, path: str) -> str:
        """Return the token against forgery of the form at `path`."""
        found = TOKEN.findall(self.client.get(path).text)
        assert found
        return unescape(found[-1])


@pytest.fixture
def desk(client: FlaskClient, ann: Account) -> Desk:
    """Ann at her desk."""
    limiter.reset()
    inside = Desk(client)
    fields = {"email": "ann@example.org", "password": PASSWORD}
    token = inside.token("/account/login")
    answer = client.post("/account/login", data=fields | {"csrf_token": token})
    assert answer.status_code == 302
    return inside
