"""The six digits: few guesses, one answer for whatever is wrong, and no way to learn who signed."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.test import TestResponse

from petitions.core.db import db
from petitions.verification import reference
from petitions.verification.models import WRONG_CODES, Confirmation
from petitions.web.language import speaking
from tests.actors import Signatory
from tests.conftest import Clock
from tests.factories import appeals, signatures
from tests.factories.appeals import Furnished
from tests.factories.pages import errors_beside, filled, form_at, read

WRONG = "This code does not fit"


def translated(text: str, lang: str) -> str:
    with speaking(lang):
        return str(gettext(text))


def state(appeal: Furnished, email: str = "suzie@example.org") -> str | None:
    row = signatures.row_of(appeal, email)
    return row.state.value if row else None


def wrong_codes() -> int:
    db.session.remove()
    return db.session.scalars(select(Confirmation.wrong_codes)).one()


def another(code: str) -> str:
    """Return a code that is not this one."""
    return f"{(int(code) + 1) % 1_000_000:06}"


def type_code(client: FlaskClient, code: str, **fields: str) -> TestResponse:
    return client.post("/a/library/code", data={"code": code, **fields})


def test_the_code_confirms_where_one_has_signed(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    answer = suzie.types_the_code(suzie.signs())
    assert answer.status_code == 200
    assert "Your name stands under it" in answer.text
    assert state(appeal) == "verified"


@pytest.mark.parametrize("spelling", ["{0} {1}", " {0}{1} ", "{0}\u00a0{1}", "{0} {1}\r\n"])
def test_a_code_may_be_typed_with_spaces(
    suzie: Signatory, appeal: Furnished, spelling: str
) -> None:
    suzie.opens()
    signed = suzie.signs()
    code = signatures.code_in(suzie.letter())
    assert suzie.types_the_code(signed, spelling.format(code[:3], code[3:])).status_code == 200
    assert state(appeal) == "verified"


def test_a_code_may_be_typed_in_the_digits_of_one_s_own_keyboard(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    signed = suzie.signs()
    arabic = signatures.code_in(suzie.letter()).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert suzie.types_the_code(signed, arabic).status_code == 200
    assert state(appeal) == "verified"


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12-34-56", "²²²²²²"])
def test_what_is_no_code_is_said_beside_the_field_and_not_counted(
    suzie: Signatory, appeal: Furnished, typed: str
) -> None:
    suzie.opens()
    signed = suzie.signs()
    page = read(suzie.client.get(signed.location))
    form = filled(form_at(page, "/code"))
    answer = suzie.client.post("/a/library/code", data={**form, "code": typed})
    assert answer.status_code == 422
    beside = errors_beside(form_at(read(answer), "/code"))
    assert list(beside) == ["code"]
    assert "six digits" in beside["code"]
    assert wrong_codes() == 0


def test_a_wrong_code_is_counted(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    signed = suzie.signs()
    wrong = another(signatures.code_in(suzie.letter()))
    for n in range(1, 4):
        answer = suzie.types_the_code(signed, wrong)
        assert answer.status_code == 422
        assert WRONG in errors_beside(form_at(read(answer), "/code"))["code"]
        assert wrong_codes() == n
    assert state(appeal) == "pending"


def test_after_five_wrong_ones_the_right_one_is_refused(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    signed = suzie.signs()
    right = signatures.code_in(suzie.letter())
    for _ in range(WRONG_CODES):
        suzie.types_the_code(signed, another(right))
    answer = suzie.types_the_code(signed, right)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert state(appeal) == "pending"
    assert suzie.presses_confirm().status_code == 200, "the link still works"


def test_a_new_letter_allows_new_guesses(suzie: Signatory, appeal: Furnished, clock: Clock) -> None:
    suzie.opens()
    signed = suzie.signs()
    for _ in range(WRONG_CODES):
        suzie.types_the_code(signed, another(signatures.code_in(suzie.letter())))
    clock.advance(timedelta(minutes=1))
    assert suzie.types_the_code(suzie.signs()).status_code == 200
    assert state(appeal) == "verified"


def test_the_code_of_an_older_letter_is_refused(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    suzie.opens()
    suzie.signs()
    older = signatures.code_in(suzie.letter())
    clock.advance(timedelta(minutes=1))
    signed = suzie.signs()
    if older == signatures.code_in(suzie.letter()):
        pytest.skip("one in a million")
    assert suzie.types_the_code(signed, older).status_code == 422
    assert state(appeal) == "pending"


def test_a_code_is_too_old_when_its_letter_is(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    suzie.opens()
    suzie.signs()
    clock.advance(timedelta(days=14))
    code = signatures.code_in(suzie.letter())
    answer = type_code(suzie.client, code, email=suzie.email)
    assert answer.status_code == 422
    assert WRONG in answer.text


def test_the_code_of_another_s_letter_is_refused(suzie: Signatory, appeal: Furnished) -> None:
    other = signatures.signed(appeal, "sam@example.org")
    suzie.opens()
    signed = suzie.signs()
    if other.code == signatures.code_in(suzie.letter()):
        pytest.skip("one in a million")
    assert suzie.types_the_code(signed, other.code).status_code == 422
    assert state(appeal) == "pending"


def test_a_code_typed_twice_says_kindly_that_all_is_well(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    signed = suzie.signs()
    suzie.types_the_code(signed)
    again = suzie.types_the_code(signed)
    assert again.status_code == 200
    assert "you had confirmed already" in again.text


def test_who_comes_without_a_reference_is_sent_to_the_link(
    suzie: Signatory, appeal: Furnished
) -> None:
    """A code does not show what it confirms; the page behind the link does."""
    suzie.opens()
    suzie.signs()
    page = read(suzie.client.get("/a/library/check-mail"))
    assert not [f for f in page.all("form") if f.attrs.get("action", "").endswith("/code")]
    code = signatures.code_in(suzie.letter())
    assert type_code(suzie.client, code).status_code == 422
    assert state(appeal) == "pending"


def test_a_code_confirms_only_what_its_own_form_entered(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    """A stranger signs with Suzie's address and another visibility; her code is not for that."""
    suzie.opens()
    hers = suzie.signs(visibility="count")
    clock.advance(timedelta(minutes=1))
    signatures.signed(appeal, suzie.email, at=clock.at)
    assert suzie.types_the_code(hers).status_code == 422
    assert state(appeal) == "pending"


def test_a_mailbox_that_never_signed_gets_the_same_answer(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    """Nobody can find out at the door who has signed."""
    signatures.signed(appeal, "known@example.org")
    signatures.confirmed(appeal, "verified@example.org")
    emails = ("known@example.org", "verified@example.org", "nobody@example.org")
    pages = set()
    for email in emails:
        ref = reference.write(appeal.id, signatures.digest_of(appeal, email), at=clock.at)
        answer = type_code(suzie.client, "abc123", ref=ref)
        wrong = type_code(suzie.client, "000000", ref=ref)
        assert (answer.status_code, wrong.status_code) == (422, 422)
        pages.add(wrong.text.replace(ref, "…"))
    assert len(pages) == 1


def test_a_reference_that_was_tampered_with_gets_the_same_answer(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    signed = suzie.signs()
    ref = filled(form_at(read(suzie.client.get(signed.location)), "/code"))["ref"]
    bent = ("B" if ref[30] == "A" else "A").join((ref[:30], ref[31:]))
    code = signatures.code_in(suzie.letter())
    for wrong in (bent, ref[:-8], "x", "é" * 40, "=" * 9):
        answer = type_code(suzie.client, code, ref=wrong)
        assert answer.status_code == 422
        assert WRONG in answer.text
    assert state(appeal) == "pending"


def test_a_reference_a_day_old_is_none(suzie: Signatory, appeal: Furnished, clock: Clock) -> None:
    suzie.opens()
    signed = suzie.signs()
    clock.advance(timedelta(days=1))
    assert "/code" not in suzie.client.get(signed.location).text
    assert state(appeal) == "pending"


def test_a_reference_of_one_appeal_is_none_of_another(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    other = appeals.opened("museum")
    ref = reference.write(other.id, signatures.digest_of(appeal, suzie.email), at=clock.at)
    suzie.opens()
    suzie.signs()
    answer = type_code(suzie.client, signatures.code_in(suzie.letter()), ref=ref)
    assert answer.status_code == 422
    assert state(appeal) == "pending"


def test_a_reference_is_read_back_for_a_day(app: object, appeal: Furnished, clock: Clock) -> None:
    digest = bytes(range(32))
    ref = reference.write(appeal.id, digest, at=clock.at)
    assert reference.read(appeal.id, ref, at=clock.at) == reference.Reference(digest, clock.at)
    last = clock.at + timedelta(days=1) - timedelta(seconds=1)
    assert reference.read(appeal.id, ref, at=last) == reference.Reference(digest, clock.at)
    assert reference.read(appeal.id, ref, at=clock.at + timedelta(days=1)) is None


def test_a_reference_tells_nothing_of_the_mailbox(appeal: Furnished, clock: Clock) -> None:
    one = reference.write(appeal.id, bytes(32), at=clock.at)
    assert one != reference.write(appeal.id, bytes(32), at=clock.at)
    assert len(one) == len(reference.write(appeal.id, bytes(range(32)), at=clock.at))


def test_a_wrong_code_does_not_change_the_language(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens(lang="kk")
    signed = suzie.signs()
    page = read(suzie.client.get(signed.location))
    assert page.first("html").attrs["lang"] == "kk"
    form = form_at(page, "/code")
    sent = {**filled(form), "code": another(signatures.code_in(suzie.letter()))}
    for code in (sent["code"], "12"):
        answer = suzie.client.post(
            form.attrs["action"], data={**sent, "code": code}, headers={"Accept-Language": "ru"}
        )
        assert answer.status_code == 422
        again = read(answer)
        assert again.first("html").attrs["lang"] == "kk"
        said = errors_beside(form_at(again, "/code"))["code"]
        assert said.startswith(translated("Error:", "kk"))
        assert not said.isascii(), "in Kazakh, and not in English"


def test_a_code_at_an_address_without_an_appeal_is_not_found(client: FlaskClient) -> None:
    assert client.post("/a/nowhere/code", data={"code": "123456", "ref": "x"}).status_code == 404
