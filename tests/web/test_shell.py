"""What every answer carries, who may enter, and who is refused at the door."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.test import TestResponse

from petitions import create_app
from petitions.core.tokens import new_token
from petitions.web.access import Audience, UnmarkedView, anyone, audience_of, check_marks
from petitions.web.assets import asset
from tests.actors import ANSWERS
from tests.conftest import settings_for
from tests.factories import appeals
from tests.factories.pages import read

LANGUAGES = ("en", "fr", "ru", "kk")
LARGEST = 64 * 1024
SITE = "https://appeals.example.org"


@pytest.fixture(name="serving")
def _serving(tmp_path: Path) -> Flask:
    """An application as it serves the public: errors are answered, not raised. No database."""
    settings = replace(settings_for(f"sqlite:///{tmp_path / 'none.db'}", tmp_path), testing=False)
    app = create_app(settings)
    broken = {
        "defect": ZeroDivisionError(),
        "locked": OperationalError("SELECT 1", {}, Exception("database is locked")),
        "full": PoolTimeout("QueuePool limit of size 10 overflow 10 reached"),
    }
    for status in (403, 404, 405, 410, 413, 422, 429, 500, 503):
        app.add_url_rule(f"/-/{status}", f"web.{status}", anyone(aborting(status)))
    for name, error in broken.items():
        app.add_url_rule(f"/-/{name}", f"web.{name}", anyone(raising(error)))
    return app


def aborting(status: int) -> Callable[[], str]:
    return lambda: abort(status)


def raising(error: Exception) -> Callable[[], str]:
    def view() -> str:
        raise error

    return view


def get(app: Flask, path: str, **headers: str) -> TestResponse:
    return app.test_client().get(path, base_url=SITE, headers=headers)


# -- headers ----------------------------------------------------------------------------------


@pytest.fixture(name="answers")
def _answers(client: FlaskClient, app: Flask) -> dict[str, TestResponse]:
    """An answer of every kind."""
    appeals.opened()
    with app.test_request_context():
        style = asset("public.css")
    signed = {**ANSWERS, "email": "suzie@example.org", "lang": "en"}
    return {
        "page": client.get("/a/library/en"),
        "home": client.get("/"),
        "not found": client.get("/nowhere"),
        "method": client.get("/a/library/sign"),
        "wrong form": client.post("/a/library/sign", data={"lang": "en"}),
        "redirect": client.post("/a/library/sign", data=signed),
        "static": client.get(style),
        "unchanged": client.get(
            "/a/library/en", headers={"If-None-Match": client.get("/a/library/en").headers["ETag"]}
        ),
        "too large": client.post("/a/library/sign", data={"name": "x" * (LARGEST + 1)}),
        "foreign": client.post("/a/library/sign", headers={"Sec-Fetch-Site": "cross-site"}),
        "sign in": client.get("/account/login"),
        "desk": client.get("/desk/"),
        "health": client.get("/health"),
        "signatory": client.get(f"/s/{new_token()}"),
    }


STATUS = {
    "page": 200, "home": 200, "not found": 404, "method": 405, "wrong form": 422, "redirect": 303,
    "static": 200, "unchanged": 304, "too large": 413, "foreign": 403, "sign in": 200, "desk": 302,
    "health": 200, "signatory": 404,
}  # fmt: skip


def test_every_kind_of_answer_carries_the_headers_that_protect(
    answers: dict[str, TestResponse],
) -> None:
    assert {name: answer.status_code for name, answer in answers.items()} == STATUS
    for name, answer in answers.items():
        headers = answer.headers
        assert headers["X-Content-Type-Options"] == "nosniff", name
        assert headers["Referrer-Policy"] == "same-origin", name
        assert headers["Strict-Transport-Security"] == "max-age=31536000", name
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin", name
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin", name
        assert "geolocation=()" in headers["Permissions-Policy"], name
        assert headers["Cache-Control"], name
        check_policy(headers["Content-Security-Policy"])


def check_policy(policy: str) -> None:
    """No inline, no eval, nobody else's frame, nothing from elsewhere."""
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "http" not in policy
    assert "data:" not in policy
    assert rules["default-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert rules["base-uri"] == ["'none'"]
    assert rules["form-action"] == ["'self'"]
    assert rules["script-src"] == ["'self'"]
    assert rules["style-src"] == ["'self'"]


@pytest.mark.parametrize("path", ["/-/500", "/-/429", "/-/503", "/-/defect", "/-/locked"])
def test_answers_to_errors_carry_them_too(serving: Flask, path: str) -> None:
    answer = get(serving, path)
    check_policy(answer.headers["Content-Security-Policy"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_without_tls_nobody_is_told_to_insist_on_it(tmp_path: Path) -> None:
    settings = replace(settings_for("sqlite:///x.db", tmp_path), public_url="http://127.0.0.1:8000")
    answer = create_app(settings).test_client().get("/nowhere")
    assert "Strict-Transport-Security" not in answer.headers


def test_no_page_names_the_server_s_software(answers: dict[str, TestResponse]) -> None:
    assert all("X-Powered-By" not in answer.headers for answer in answers.values())


def test_no_page_has_a_style_or_script_of_its_own(answers: dict[str, TestResponse]) -> None:
    """The policy would refuse it; then the page would look broken."""
    for name in ("page", "home", "not found", "wrong form", "sign in", "signatory"):
        for element in read(answers[name]).walk():
            assert "style" not in element.attrs, (name, element.attrs)
            assert not [a for a in element.attrs if a.startswith("on")], (name, element.attrs)
            assert element.tag != "style", name
            if element.tag == "script":
                assert element.attrs["src"].startswith("/static/"), name
                assert element.text == ""
            for place in ("src", "href"):
                if element.tag in ("link", "img", "script") and place in element.attrs:
                    assert element.attrs[place].startswith("/"), (name, element.attrs)


# -- error pages ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404, 405, 410, 413, 422, 429, 500, 503])
def test_each_error_has_a_page_of_ours_in_each_language(serving: Flask, status: int) -> None:
    said = set()
    for lang in LANGUAGES:
        answer = get(serving, f"/-/{status}", **{"Accept-Language": f"{lang},en;q=0.5"})
        assert answer.status_code == status
        page = read(answer)
        assert page.first("html").attrs["lang"] == lang
        assert page.first("h1").text
        assert answer.headers["Content-Language"] == lang
        assert "noindex" in answer.text
        said.add((page.first("h1").text, page.first("main").text))
    assert len(said) == len(LANGUAGES), said
    assert len({heading for heading, _ in said}) == len(LANGUAGES)


def test_an_error_page_speaks_the_language_asked_for_in_the_address(serving: Flask) -> None:
    page = read(get(serving, "/nowhere?lang=kk", **{"Accept-Language": "ru"}))
    assert page.first("html").attrs["lang"] == "kk"


@pytest.mark.parametrize("path", ["/a/library/uz", "/a/library/ar", "/a/nowhere/de"])
def test_an_error_page_says_which_language_it_really_speaks(client: FlaskClient, path: str) -> None:
    appeals.opened()
    answer = client.get(path, headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    page = read(answer).first("html")
    assert page.attrs["lang"] in LANGUAGES
    assert page.attrs["dir"] == "ltr"


@pytest.mark.parametrize(("path", "status"), [("/-/locked", 503), ("/-/full", 503)])
def test_a_database_that_is_busy_asks_to_come_back(serving: Flask, path: str, status: int) -> None:
    answer = get(serving, path)
    assert answer.status_code == status
    assert int(answer.headers["Retry-After"]) > 0
    assert "Nothing that you wrote has been stored" in answer.text


def test_a_defect_of_ours_shows_nothing_of_our_inside(serving: Flask) -> None:
    answer = get(serving, "/-/defect")
    assert answer.status_code == 500
    for inside in ("ZeroDivisionError", "Traceback", "petitions", ".py"):
        assert inside not in answer.text.replace("/static/", "")


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    assert "POST" in client.get("/a/library/sign").headers["Allow"]


# -- who may enter ----------------------------------------------------------------------------


def test_a_view_that_does_not_say_who_may_enter_stops_the_start(app: Flask) -> None:
    other = create_app(app.config["SETTINGS"])
    other.add_url_rule("/open", "web.open", lambda: "")
    with pytest.raises(UnmarkedView, match=r"web\.open"):
        check_marks(other)


def test_what_is_for_developers_does_not_exist_in_production(client: FlaskClient) -> None:
    for path in ("/-/mail", "/-/patterns"):
        assert client.get(path).status_code == 404


def test_every_page_of_the_desk_is_for_organisers(client: FlaskClient, app: Flask) -> None:
    """Whoever has not signed in is sent to the door, and learns nothing."""
    appeals.draft()
    for rule in app.url_map.iter_rules():
        if audience_of(app, rule.endpoint) is not Audience.ORGANISER:
            continue
        adapter = app.url_map.bind("appeals.example.org")
        values = {n: str(UUID(int=7)) if n == "id" else "library" for n in rule.arguments}
        path = adapter.build(rule.endpoint, values)
        method = "POST" if rule.methods and "GET" not in rule.methods else "GET"
        answer = client.open(path, method=method)
        assert answer.status_code in (302, 303), (path, answer.status_code)
        assert "/account/login" in answer.location, path


# -- from where -------------------------------------------------------------------------------

FROM = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": "anything else"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": SITE}, False),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, True),
    ({"Origin": SITE}, True),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "https://appeals.example.org.evil.example"}, False),
    ({"Origin": "https://evil.example/appeals.example.org"}, False),
    ({"Origin": "https://appeals.example.org@evil.example"}, False),
    ({"Origin": "https://appeals.example.org:8443"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "appeals.example.org"}, False),
    ({}, True),
    ({"Referer": "https://evil.example/"}, True),
]
POSTS = [
    "/a/library/sign",
    "/a/library/code",
    "/c/{token}",
    "/c/{token}/not-me",
    "/s/{token}/choices",
    "/s/{token}/withdraw",
    "/s/{token}/burn",
    "/account/login",
]


@pytest.mark.parametrize(("headers", "welcome"), FROM, ids=str)
def test_a_post_is_taken_from_our_own_pages_only(
    client: FlaskClient, headers: dict[str, str], welcome: bool
) -> None:
    appeals.opened()
    answer = client.post("/a/library/sign", data={"lang": "en"}, headers=headers)
    assert answer.status_code == (422 if welcome else 403)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}], ids=str
)
def test_each_address_that_takes_posts_refuses_those_of_other_sites(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    appeals.opened()
    answer = client.post(path.format(token=new_token()), data={"lang": "en"}, headers=headers)
    assert answer.status_code == 403
    assert "sent from another web site" in answer.text


def test_the_table_above_knows_every_public_address_that_takes_posts(app: Flask) -> None:
    public = (Audience.ANYONE, Audience.SIGNATORY)
    found = {
        rule.rule.replace("<slug:slug>", "library").replace("<token:token>", "{token}")
        for rule in app.url_map.iter_rules()
        if rule.methods and "POST" in rule.methods and audience_of(app, rule.endpoint) in public
    }
    assert found == set(POSTS) - {"/account/login"}


@pytest.mark.parametrize("headers", [headers for headers, welcome in FROM if not welcome], ids=str)
def test_reading_is_open_to_whoever_comes_from_anywhere(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    appeals.opened()
    assert client.get("/a/library/en", headers=headers).status_code == 200
