"""Codes of an app, and recovery codes."""

import hmac
import re
import time
from base64 import b32decode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from flask import Flask

from petitions.core.address import EmailAddress
from petitions.core.db import db, transaction
from petitions.organisers import services
from petitions.organisers.models import Account
from petitions.web.limits import limiter
from tests.organisers.conftest import EMAIL, PASSWORD, YESTERDAY, Door, token_on

STEP_S = 30


@dataclass(frozen=True)
class App:
    """An authenticator app on Ann's telephone."""

    key: bytes

    def code(self, steps: int = 0) -> str:
        """Return the code of now, or of `steps` half minutes later (RFC 6238, RFC 4226)."""
        counter = int(time.time()) // STEP_S + steps
        digest = hmac.digest(self.key, counter.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 0xF
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"

    def next_code(self) -> str:
        """Return a code that comes next, as if half a minute had gone by."""
        return self.code(steps=1)


def key_on(page: str) -> str:
    found = re.search(r'<code class="key">([^<]+)</code>', page)
    assert found is not None
    return found[1].replace("-", "")


def set_up(door: Door) -> App:
    """Set up an app and return it; Ann stays signed in."""
    page = door.send("/account/tf-setup", setup="authenticator").text
    app = App(b32decode(key_on(page)))
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page)
    assert action is not None
    answer = door.client.post(action[1], data={"csrf_token": token_on(page), "code": app.code()})
    assert answer.location == "/account/"
    return app


@pytest.fixture
def telephone(inside: Door) -> App:
    """Ann has set up an app, and signed out."""
    app = set_up(inside)
    inside.sign_out()
    return app


def test_an_app_is_set_up_only_with_its_code(inside: Door, ann: Account) -> None:
    page = inside.send("/account/tf-setup", setup="authenticator").text
    action = re.search(r'action="(/account/tf-setup/[^"]+)"', page)
    assert action is not None
    fields = {"csrf_token": token_on(page), "code": "000000"}
    assert inside.client.post(action[1], data=fields).location == "/account/tf-setup"

    inside.sign_out()
    assert inside.sign_in().location == "/desk/"


def test_the_code_to_scan_stands_in_the_page(inside: Door) -> None:
    """Our policy for content would show no picture that comes inside an address."""
    page = inside.send("/account/tf-setup", setup="authenticator").text
    assert re.search(r"<svg[^>]*>.*<path", page, re.DOTALL)
    assert "data:" not in page
    assert " style=" not in page


def test_the_key_of_an_app_is_kept_encrypted(app: Flask, inside: Door, ann: Account) -> None:
    page = inside.send("/account/tf-setup", setup="authenticator").text
    set_up(inside)
    kept = db.session.get_one(Account, ann.id).tf_totp_secret
    assert kept is not None
    assert key_on(page) not in kept
    assert "enckey" in kept


def test_signing_in_asks_for_the_code(telephone: App, door: Door) -> None:
    assert door.sign_in().location.startswith("/account/tf-validate")
    assert not door.is_inside()

    wrong = door.send("/account/tf-validate", code="000000")
    assert wrong.status_code == 422
    assert "This code is not right" in wrong.text
    assert not door.is_inside()

    assert door.send("/account/tf-validate", code=telephone.next_code()).location == "/desk/"
    assert door.is_inside()


def test_a_code_works_once(telephone: App, door: Door) -> None:
    code = telephone.next_code()
    door.sign_in()
    assert door.send("/account/tf-validate", code=code).status_code == 302
    door.sign_out()

    door.sign_in()
    assert door.send("/account/tf-validate", code=code).status_code == 422
    assert not door.is_inside()


def test_the_second_step_without_the_first_leads_to_the_door(telephone: App, door: Door) -> None:
    for path in ("/account/tf-validate", "/account/mf-recovery", "/account/tf-setup"):
        assert door.open(path).location == "/account/login"


def test_an_app_is_switched_off_again(inside: Door) -> None:
    set_up(inside)
    assert "Switch it off" in inside.open("/account/tf-setup").text
    inside.send("/account/tf-setup", setup="disable")
    inside.sign_out()
    assert inside.sign_in().location == "/desk/"


def recovery_codes(door: Door) -> list[str]:
    page = door.send("/account/mf-recovery-codes", generate_new_codes="y").text
    return re.findall(r"<li><code>([^<]+)</code></li>", page)


def test_a_recovery_code_works_once(inside: Door, ann: Account) -> None:
    set_up(inside)
    codes = recovery_codes(inside)
    assert len(set(codes)) == 10
    inside.sign_out()

    inside.sign_in()
    assert "recovery code" in inside.open("/account/tf-validate").text
    assert inside.send("/account/mf-recovery", code="0000-0000-0000").status_code == 422
    assert inside.send("/account/mf-recovery", code=codes[3].upper()).location == "/desk/"
    assert inside.is_inside()
    assert "9 unused codes" in inside.open("/account/").text

    inside.sign_out()
    inside.sign_in()
    assert inside.send("/account/mf-recovery", code=codes[3]).status_code == 422
    assert not inside.is_inside()


def test_recovery_codes_are_shown_once_and_kept_nowhere(inside: Door, ann: Account) -> None:
    codes = recovery_codes(inside)
    again = inside.open("/account/mf-recovery-codes?show_codes=1").text
    kept = db.session.get_one(Account, ann.id).mf_recovery_codes
    assert kept is not None
    assert len(kept) == len(codes) == 10
    for code in codes:
        assert code not in again
        assert code not in kept
        assert code.replace("-", "") not in "".join(kept)


def test_new_recovery_codes_take_the_place_of_the_old_ones(inside: Door) -> None:
    set_up(inside)
    old = recovery_codes(inside)
    new = recovery_codes(inside)
    inside.sign_out()
    inside.sign_in()
    assert inside.send("/account/mf-recovery", code=old[0]).status_code == 422
    assert inside.send("/account/mf-recovery", code=new[0]).status_code == 302


def test_one_recovery_code_lets_one_in_even_at_the_same_moment(own_app: Flask) -> None:
    limiter.reset()
    with own_app.app_context(), transaction():
        account = services.open_account(EmailAddress(EMAIL), "Ann", at=YESTERDAY)
        services.set_password(account, PASSWORD)
        security = own_app.extensions["security"]
        account.tf_primary_method = "authenticator"
        account.tf_totp_secret = security.totp_factory.generate_totp_secret()
        code = security.mf_recovery_codes_util.create_recovery_codes(account)[0]

    doors = [Door(own_app.test_client()) for _ in range(4)]
    for door in doors:
        assert door.sign_in().location.startswith("/account/tf-validate")
    tokens = [token_on(door.open("/account/mf-recovery").text) for door in doors]

    def bring(index: int) -> int:
        fields = {"csrf_token": tokens[index], "code": code}
        return doors[index].client.post("/account/mf-recovery", data=fields).status_code

    with ThreadPoolExecutor(len(doors)) as crowd:
        assert sorted(crowd.map(bring, range(len(doors)))) == [302, 422, 422, 422]
