"""The link in the letter: looking at it changes nothing, pressing its button confirms, once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from petitions.core.db import db, transaction
from petitions.core.tokens import new_token
from petitions.organisers import services as organisers
from petitions.privacy import services as privacy
from petitions.signatures.models import Signature, State
from petitions.verification.models import VALID_FOR, Confirmation
from tests.actors import Signatory
from tests.conftest import A_MORNING, Clock, Outbox
from tests.factories import appeals, signatures
from tests.factories.appeals import Furnished
from tests.factories.pages import read


def state(appeal: Furnished, email: str = "suzie@example.org") -> str | None:
    row = signatures.row_of(appeal, email)
    return row.state.value if row else None


def everything() -> list[tuple[object, ...]]:
    """Return all that the register and its letters hold."""
    db.session.remove()
    rows = db.session.execute(
        select(Signature.id, Signature.state, Signature.person, Signature.verified_at)
    ).all()
    more = db.session.execute(select(Confirmation.id, Confirmation.wrong_codes)).all()
    return [tuple(row) for row in (*rows, *more)]


def test_signing_leaves_a_pending_signature_and_a_letter(
    suzie: Signatory, appeal: Furnished, outbox: Outbox
) -> None:
    suzie.opens()
    assert suzie.signs().status_code == 303
    assert state(appeal) == "pending"
    assert outbox.only().template == "verification.confirm"


def test_pressing_the_button_confirms(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    suzie.signs()
    page = read(suzie.opens_the_link())
    assert "Suzie Quatermass" in page.text
    assert "Keep the library of Semey open" in page.text
    thanks = suzie.presses_confirm()
    assert thanks.status_code == 200
    assert "Your name stands under it" in thanks.text
    assert state(appeal) == "verified"


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_following_the_link_changes_nothing_however_often(
    suzie: Signatory, appeal: Furnished, method: str
) -> None:
    """Mail scanners follow links, with any method, again and again."""
    suzie.opens()
    suzie.signs()
    before = everything()
    path = f"/c/{signatures.confirm_token(suzie.letter())}"
    for _ in range(10):
        assert suzie.client.open(path, method=method).status_code == 200
        suzie.client.open(path + "/thanks", method=method)
    assert everything() == before
    assert state(appeal) == "pending"


def test_a_second_press_says_kindly_that_all_is_well(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    first = everything()
    again = suzie.presses_confirm()
    assert again.status_code == 200
    assert "you had confirmed already" in again.text
    assert everything() == first
    assert suzie.opens_the_link().status_code == 302, "the link now leads to the thanks"


def test_thanks_are_said_only_to_who_has_confirmed(suzie: Signatory) -> None:
    suzie.opens()
    suzie.signs()
    path = f"/c/{signatures.confirm_token(suzie.letter())}/thanks"
    assert "Thank you" not in suzie.goes_to(path).text
    assert "confirmed already" not in suzie.goes_to(path).text
    suzie.presses_confirm()
    assert "confirmed already" in suzie.client.get(path).text


def test_a_link_that_was_never_written_is_unknown(client: FlaskClient, appeal: Furnished) -> None:
    path = f"/c/{new_token()}"
    for answer in (client.get(path), client.post(path), client.post(f"{path}/not-me")):
        assert answer.status_code == 404
        assert "We do not know this link" in answer.text


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_a_link_works_for_fourteen_days_and_no_longer(
    suzie: Signatory, appeal: Furnished, clock: Clock, late: timedelta
) -> None:
    suzie.opens()
    suzie.signs()
    clock.advance(VALID_FOR - timedelta(seconds=1))
    assert suzie.opens_the_link().status_code == 200
    clock.advance(timedelta(seconds=1) + late)
    for answer in (suzie.opens_the_link(), suzie.presses_confirm(), suzie.presses_not_me()):
        assert answer.status_code == 410
        assert "too old" in answer.text
    assert state(appeal) == "pending"


def test_only_the_newest_letter_counts(suzie: Signatory, appeal: Furnished, clock: Clock) -> None:
    """Whoever confirms must have seen what was typed last."""
    suzie.opens()
    suzie.signs()
    older = f"/c/{signatures.confirm_token(suzie.letter())}"
    clock.advance(timedelta(minutes=5))
    suzie.signs(name="Susanna Quatermass", visibility="public")
    for answer in (suzie.client.get(older), suzie.client.post(older)):
        assert answer.status_code == 410
        assert "newer letter" in answer.text
    assert state(appeal) == "pending"
    assert "Susanna Quatermass" in suzie.opens_the_link().text
    suzie.presses_confirm()
    assert state(appeal) == "verified"


def test_two_letters_of_the_same_moment_are_told_apart(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    suzie.signs()
    older = f"/c/{signatures.confirm_token(suzie.letter())}"
    suzie.signs()
    assert suzie.client.post(older).status_code == 410
    assert suzie.presses_confirm().status_code == 200


def test_it_was_not_me_deletes_all_of_it(suzie: Signatory, appeal: Furnished, clock: Clock) -> None:
    suzie.opens()
    suzie.signs()
    link, own = f"/c/{signatures.confirm_token(suzie.letter())}", suzie.own_path
    answer = suzie.presses_not_me()
    assert answer.status_code == 200
    assert state(appeal) is None
    row = db.session.scalars(select(Signature)).one()
    assert (row.person, row.mailbox, row.link) == (None, None, None)
    for path in (link, f"{link}/thanks", own, f"{own}/held.json"):
        assert suzie.goes_to(path).status_code == 404
    assert suzie.client.post(link).status_code == 404


def test_a_disowned_link_does_not_say_that_all_is_well(suzie: Signatory) -> None:
    suzie.opens()
    suzie.signs()
    path = f"/c/{signatures.confirm_token(suzie.letter())}"
    suzie.presses_not_me()
    for opened in (path, f"{path}/thanks"):
        answer = suzie.goes_to(opened)
        assert answer.status_code == 404
        assert "/s/" not in answer.text


def test_who_was_disowned_may_sign_with_the_mailbox_anew(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    suzie.signs()
    suzie.presses_not_me()
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    assert state(appeal) == "verified"


def test_a_withdrawn_signature_is_not_offered_for_confirmation(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens()
    suzie.signs()
    suzie.client.post(f"{suzie.own_path}/withdraw")
    assert state(appeal) == "withdrawn"
    for answer in (suzie.opens_the_link(), suzie.presses_confirm()):
        assert answer.status_code == 404
        assert "Is this your signature?" not in answer.text
    assert state(appeal) == "withdrawn"


def test_a_struck_signature_cannot_be_confirmed_back(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    suzie.opens()
    suzie.signs()
    letter = suzie.letter()
    row = signatures.row_of(appeal, suzie.email)
    assert row is not None
    with transaction():
        account = organisers.open_account(signatures.SUZIE.email, "Ann", at=A_MORNING)
    signatures.struck(signatures.Signed(row.id, letter), by=account.id)
    path = f"/c/{signatures.confirm_token(letter)}"
    for answer in (suzie.client.get(path), suzie.client.post(path)):
        assert answer.status_code == 404
    assert state(appeal) == "struck"


def test_the_link_of_one_appeal_says_nothing_of_another(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    suzie.opens()
    suzie.signs()
    token = signatures.confirm_token(suzie.letter())
    assert suzie.client.get(f"/s/{token}").status_code == 404
    own = signatures.own_token(suzie.letter())
    assert suzie.client.get(f"/c/{own}").status_code == 404


def test_the_page_says_who_will_see_the_name(suzie: Signatory) -> None:
    said = {
        "public": "on the list and on this site, for everybody",
        "initials": "your initials and your country",
        "addressee": "on the list for the addressees only",
        "count": "on no list",
    }
    suzie.opens()
    for visibility, words in said.items():
        suzie.signs(visibility=visibility)
        assert words in suzie.opens_the_link().text


def test_the_page_speaks_the_language_that_was_signed_in(
    suzie: Signatory, appeal: Furnished
) -> None:
    suzie.opens(lang="ru")
    suzie.signs()
    page = read(suzie.opens_the_link())
    assert page.first("html").attrs["lang"] == "ru"
    assert "Не закрывайте библиотеку Семея" in page.text
    assert read(suzie.presses_confirm()).first("html").attrs["lang"] == "ru"


def test_whatever_became_of_the_link_its_page_speaks_that_language(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    suzie.opens(lang="kk")
    suzie.signs()
    russian = {"Accept-Language": "ru"}
    path = f"/c/{signatures.confirm_token(suzie.letter())}"
    clock.advance(VALID_FOR)
    late = suzie.client.post(path, headers=russian)
    clock.at = A_MORNING
    deleted = suzie.client.post(f"{path}/not-me", headers=russian)
    assert [late.status_code, deleted.status_code] == [410, 200]
    assert [read(a).first("html").attrs["lang"] for a in (late, deleted)] == ["kk", "kk"]


def test_who_closes_the_appeal_does_not_shut_out_who_has_signed(
    suzie: Signatory, appeal: Furnished, clock: Clock
) -> None:
    """The letter says until when the link works; closing does not shorten that."""
    suzie.opens()
    suzie.signs()
    appeals.closed(appeal, at=clock.advance(timedelta(days=1)))
    assert suzie.presses_confirm().status_code == 200
    assert state(appeal) == "verified"


def test_confirming_and_withdrawing_leave_one_row(suzie: Signatory, appeal: Furnished) -> None:
    suzie.opens()
    suzie.signs()
    suzie.presses_confirm()
    own = signatures.own_token(suzie.letter())
    with transaction():
        privacy.withdraw(own, at=A_MORNING)
    suzie.signs()
    suzie.presses_confirm()
    db.session.remove()
    assert db.session.scalar(select(func.count()).select_from(Signature)) == 1
    assert state(appeal) == State.VERIFIED
