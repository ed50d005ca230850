"""One limit for each network, and no address kept for it."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from petitions import create_app
from petitions.web.limits import ProcessKeys, _prefix, network_tag
from tests.actors import ANSWERS
from tests.conftest import Clock, settings_for
from tests.factories import appeals
from tests.factories.pages import filled, form_at, read

HERE = "203.0.113.77"
Tag = Callable[..., str]


def made(tmp_path: Path, **changes: object) -> Flask:
    """Make an application over an empty database that nobody asks."""
    return create_app(replace(settings_for("sqlite:///unused.db", tmp_path), **changes))  # type: ignore[arg-type]


@pytest.fixture(name="tag")
def _tag(tmp_path: Path, clock: Clock) -> Tag:
    """Tell by what a request would be counted."""
    app = made(tmp_path)

    def tag(address: str, **headers: str) -> str:
        return seen_by(app, address, **headers)

    return tag


def seen_by(app: Flask, address: str, **headers: str) -> str:
    """Return the tag that the application sees behind its proxies."""
    if "seen" not in app.view_functions:
        app.add_url_rule("/seen", "seen", network_tag)
    environ = {"REMOTE_ADDR": address}
    return app.test_client().get("/seen", headers=headers, environ_base=environ).text


def test_a_tag_does_not_show_the_address(tag: Tag) -> None:
    shown = tag(HERE)
    assert len(shown) == 24
    assert set(shown) <= set("0123456789abcdef")
    plain = sha256(HERE.encode()).hexdigest()
    assert not plain.startswith(shown), "keyed: else all addresses could be tried"


def test_two_installations_tag_one_network_differently(tmp_path: Path, clock: Clock) -> None:
    one, two = made(tmp_path / "one"), made(tmp_path / "two")
    assert seen_by(one, HERE) != seen_by(two, HERE)


def test_one_network_has_one_tag_for_a_day_and_another_on_the_next(tag: Tag, clock: Clock) -> None:
    first = tag(HERE)
    clock.advance(timedelta(hours=14))
    assert tag(HERE) == first
    clock.advance(timedelta(hours=2))
    assert tag(HERE) != first, "midnight has passed"


def test_the_key_of_a_day_is_forgotten_with_the_day() -> None:
    keys = ProcessKeys()
    monday = keys.key(date(2026, 3, 2))
    assert keys.key(date(2026, 3, 2)) == monday
    tuesday = keys.key(date(2026, 3, 3))
    assert tuesday != monday
    assert keys.key(date(2026, 3, 2)) not in (monday, tuesday), "nobody can go back"
    assert len(monday) == 32


def test_neighbours_are_told_apart(tag: Tag) -> None:
    assert tag(HERE) != tag("203.0.113.78")


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.77", HERE, True),
        ("::ffff:203.0.113.77", "::ffff:203.0.113.78", False),
        ("", "not an address", True),
        (HERE, "", False),
    ],
)
def test_a_household_is_one_network(one: str, two: str, same: bool) -> None:
    assert (_prefix(one) == _prefix(two)) is same


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP"]
)
def test_forwarded_headers_are_not_believed(tag: Tag, header: str) -> None:
    assert tag(HERE, **{header: "198.51.100.23"}) == tag(HERE)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "believed"),
    [
        (1, "198.51.100.23", "198.51.100.23"),
        (1, "6.6.6.6, 198.51.100.23", "198.51.100.23"),
        (1, "6.6.6.6, 7.7.7.7, 198.51.100.23", "198.51.100.23"),
        (2, "6.6.6.6, 198.51.100.23, 10.0.0.1", "198.51.100.23"),
        (2, "198.51.100.23", HERE),  # fewer than there should be: none is believed
        (1, "", HERE),
    ],
)
def test_with_proxies_of_ours_addresses_are_counted_from_the_right(
    tmp_path: Path, clock: Clock, proxies: int, forwarded: str, believed: str
) -> None:
    app = made(tmp_path, trusted_proxies=proxies)
    seen = seen_by(app, HERE, **{"X-Forwarded-For": forwarded})
    key = app.extensions["day_keys"].key(clock.at.date())
    assert seen == hmac.digest(key, believed.encode(), sha256).hex()[:24]


# -- met --------------------------------------------------------------------------------------


@pytest.fixture(name="strict")
def _strict(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A house that lets each network try three times in ten minutes, by the real clock."""
    settings = replace(app.config["SETTINGS"], sign_limit="3 per 10 minutes")
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    appeals.opened()
    return client


def sign(client: FlaskClient, n: int, address: str = HERE, **answers: str) -> int:
    answer = client.post(
        "/a/library/sign",
        data={**ANSWERS, "email": f"s{n}@example.org", "lang": "en", **answers},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.status_code


def test_a_network_that_is_too_fast_is_asked_to_wait(strict: FlaskClient) -> None:
    assert [sign(strict, n) for n in range(5)] == [303, 303, 303, 429, 429]


def test_another_network_is_not_held_up(strict: FlaskClient) -> None:
    for n in range(4):
        sign(strict, n)
    assert sign(strict, 9, "203.0.113.78") == 303


def test_a_made_up_address_does_not_get_round_it(strict: FlaskClient) -> None:
    answers = [
        strict.post(
            "/a/library/sign",
            data={**ANSWERS, "email": f"s{n}@example.org", "lang": "en"},
            environ_base={"REMOTE_ADDR": HERE},
            headers={"X-Forwarded-For": f"198.51.100.{n}"},
        ).status_code
        for n in range(4)
    ]
    assert answers == [303, 303, 303, 429]


def test_who_must_wait_keeps_what_was_typed_and_reads_how_long(strict: FlaskClient) -> None:
    for n in range(3):
        sign(strict, n)
    typed = {**ANSWERS, "email": "suzie@example.org", "name": "Айгүл", "latin_name": "Aigul"}
    answer = strict.post(
        "/a/library/sign",
        data={**typed, "lang": "ru", "source": "poster"},
        environ_base={"REMOTE_ADDR": HERE},
    )
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 610
    assert answer.headers["Cache-Control"] == "no-store"
    page = read(answer)
    assert page.first("html").attrs["lang"] == "ru"
    shown = filled(form_at(page, "/sign"))
    assert {name: shown.get(name) for name in typed} == typed
    assert shown["source"] == "poster"
    assert page.all("div", class_="summary")


def test_guesses_at_codes_are_limited_too_and_the_code_is_kept(strict: FlaskClient) -> None:
    signed = strict.post(
        "/a/library/sign",
        data={**ANSWERS, "email": "suzie@example.org", "lang": "en"},
        environ_base={"REMOTE_ADDR": HERE},
    )
    form = form_at(read(strict.get(signed.location)), "/code")
    sent = {**filled(form), "code": "000000"}
    answers = [
        strict.post(form.attrs["action"], data=sent, environ_base={"REMOTE_ADDR": HERE})
        for _ in range(5)
    ]
    assert [answer.status_code for answer in answers[:1]] == [422]
    assert answers[-1].status_code == 429
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 610
    assert filled(form_at(read(answers[-1]), "/code")) == sent


def test_reading_is_not_limited(strict: FlaskClient) -> None:
    environ = {"REMOTE_ADDR": HERE}
    codes = {strict.get("/a/library/en", environ_base=environ).status_code for _ in range(20)}
    assert codes == {200}
