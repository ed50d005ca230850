"""People of the tests. They see what a browser shows and what a mailbox holds, and nothing else."""

from dataclasses import dataclass, field

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from petitions.mail.letter import Letter
from tests.conftest import Outbox
from tests.factories.pages import Element, filled, form_at, read
from tests.factories.signatures import code_in, confirm_token, newest_letter, own_token

ANSWERS = {
    "kind": "person",
    "name": "Suzie Quatermass",
    "country": "KZ",
    "town": "Semey",
    "visibility": "addressee",
    "consent": "y",
}
"""What Suzie fills in, beside her address."""


@dataclass
class Signatory:
    """Somebody who signs: opens the page, fills in the form, reads the letter, presses the button.

    given: `opens`; when: `signs`, `opens_the_link`, `presses`, `types`; then: what they answer.
    """

    client: FlaskClient
    outbox: Outbox
    email: str = "suzie@example.org"
    typed: dict[str, str] = field(default_factory=dict)
    form: dict[str, str] = field(default_factory=dict)
    slug: str = ""

    def opens(self, slug: str = "library", lang: str = "en", query: str = "") -> Element:
        """Open the page of an appeal, form and all."""
        answer = self.client.get(f"/a/{slug}/{lang}{query}")
        assert answer.status_code == 200, answer.status
        page = read(answer)
        self.slug = slug
        self.form = filled(form_at(page, f"/a/{slug}/sign"))
        return page

    def signs(self, **answers: str) -> TestResponse:
        """Fill in the form and send it. An answer of None empties its field."""
        self.typed = {**self.form, **ANSWERS, "email": self.email, **answers}
        return self.client.post(f"/a/{self.slug}/sign", data=self.typed)

    def goes_to(self, path: str) -> TestResponse:
        """Open an address and go on to wherever it leads."""
        answer = self.client.get(path)
        while answer.location:
            answer = self.client.get(answer.location)
        return answer

    def letter(self) -> Letter:
        """Return the newest letter in the mailbox."""
        return newest_letter(self.email)

    def opens_the_link(self) -> TestResponse:
        return self.client.get(f"/c/{confirm_token(self.letter())}")

    def presses_confirm(self) -> TestResponse:
        return self.client.post(f"/c/{confirm_token(self.letter())}")

    def presses_not_me(self) -> TestResponse:
        return self.client.post(f"/c/{confirm_token(self.letter())}/not-me")

    def types_the_code(self, signed: TestResponse, code: str | None = None) -> TestResponse:
        """Follow the answer to signing and type the code there."""
        page = read(self.client.get(signed.location))
        form = filled(form_at(page, "/code"))
        return self.client.post(
            f"/a/{self.slug}/code", data={**form, "code": code or code_in(self.letter())}
        )

    def opens_own_page(self) -> TestResponse:
        return self.client.get(self.own_path)

    @property
    def own_path(self) -> str:
        return f"/s/{own_token(self.letter())}"


def suzie(client: FlaskClient) -> Signatory:
    """Return somebody who has not yet seen the site."""
    return Signatory(client, Outbox())
