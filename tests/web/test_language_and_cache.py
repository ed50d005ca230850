"""Which language a page speaks, and that a kept page is never given to the wrong reader."""

import gzip
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from petitions import create_app
from petitions.core.db import db
from petitions.web import cache, language
from petitions.web.language import direction, own_name
from tests.conftest import dispose_of
from tests.factories import appeals
from tests.factories.pages import filled, form_at, read

SITE = "https://appeals.example.org"
LANGUAGES = ("en", "fr", "ru", "kk")


def lang_of(client: FlaskClient, path: str, accept: str | None = None) -> str:
    headers = {"Accept-Language": accept} if accept is not None else {}
    answer = client.get(path, headers=headers, base_url=SITE)
    assert answer.status_code == 200, (path, answer.status_code)
    shown = read(answer).first("html").attrs["lang"]
    assert answer.headers["Content-Language"] == shown
    return shown


# -- which language ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "spoken"),
    [
        ("ru", "ru"),
        ("kk-KZ,kk;q=0.9,ru;q=0.8,en;q=0.7", "kk"),
        ("fr-CA", "fr"),
        ("de,ru;q=0.5", "ru"),
        ("de", "en"),
        ("ru;q=0, kk;q=0.1", "kk"),
        ("", "en"),
        (None, "en"),
        ("*", "en"),
        (";;;,q=", "en"),
        ("x" * 5_000, "en"),
        ("ru" + ",ru" * 2_000, "ru"),
    ],
)
def test_the_front_page_speaks_what_the_browser_asks_for(
    client: FlaskClient, accept: str | None, spoken: str
) -> None:
    assert lang_of(client, "/", accept) == spoken


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_language_in_the_address_goes_before_the_browser_s(
    client: FlaskClient, lang: str
) -> None:
    assert lang_of(client, f"/?lang={lang}", "fr" if lang == "ru" else "ru") == lang


@pytest.mark.parametrize("asked", ["de", "", "xx", "RU", "ru'--", "%00", "../en"])
def test_a_language_that_the_house_does_not_speak_is_passed_over(
    client: FlaskClient, asked: str
) -> None:
    assert lang_of(client, f"/?lang={asked}", "kk") == "kk"


def test_an_appeal_speaks_the_reader_s_language_or_its_own(client: FlaskClient) -> None:
    appeals.opened("museum", ("ru", "kk"))
    assert lang_of(client, "/a/museum", "kk,en") == "kk"
    assert lang_of(client, "/a/museum", "en") == "ru"
    assert lang_of(client, "/a/museum/kk", "ru") == "kk"


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
def test_all_of_a_page_speaks_one_language(client: FlaskClient, lang: str) -> None:
    appeals.opened()
    page = read(client.get(f"/a/library/{lang}"))
    assert page.first("html").attrs["dir"] == "ltr"
    button = page.first("form").all("button")
    words = {"en": "Sign", "ru": "Подписать", "kk": "Қол қою"}
    assert words[lang].casefold() in button[0].text.casefold() or lang != "en"
    assert button[0].text.isascii() == (lang == "en")


def test_the_page_leads_to_itself_in_its_other_languages(client: FlaskClient) -> None:
    appeals.opened()
    page = read(client.get("/a/library/ru"))
    links = {a.attrs["href"] for a in page.all("a")}
    assert {"/a/library/en", "/a/library/kk"} <= links
    alternates = {a.attrs["hreflang"] for a in page.all("link", rel="alternate")}
    assert alternates == {"en", "kk"}


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("ar", "rtl"), ("he", "rtl"), ("fa", "rtl"), ("ur-PK", "rtl"), ("en", "ltr"), ("kk", "ltr")],
)
def test_texts_run_as_their_script_does(lang: str, expected: str) -> None:
    assert direction(lang) == expected


@pytest.mark.parametrize(
    ("lang", "name"),
    [("kk", "Қазақ тілі"), ("ru", "Русский"), ("fr", "Français"), ("en", "English")],
)
def test_a_language_is_called_what_its_speakers_call_it(lang: str, name: str) -> None:
    assert own_name(lang) == name


@pytest.mark.parametrize("lang", ["x", "", "zz-ZZ", "not a tag", "\x00"])
def test_a_language_without_a_name_is_called_by_its_tag(lang: str) -> None:
    assert own_name(lang) == lang


def test_preferences_are_few_short_and_in_order(app: Flask) -> None:
    with app.test_request_context(
        headers={"Accept-Language": "kk-KZ,ru;q=0.9,kk;q=0.8,en;q=0.7,fr;q=0.6"}
    ):
        assert language.preferences() == ("kk", "ru", "en")


# -- kept pages -------------------------------------------------------------------------------


@pytest.fixture(name="keeping")
def _keeping(own_app: Flask) -> Iterator[FlaskClient]:
    """A visitor of a house that keeps its pages, as it does in production."""
    settings = replace(own_app.config["SETTINGS"], testing=False)
    app = create_app(settings)
    with app.app_context():
        appeals.opened()
        appeals.opened("museum")
    client = app.test_client()
    yield client
    dispose_of(app)


def kept(client: FlaskClient) -> cache.PageCache:
    pages: cache.PageCache = client.application.extensions["page_cache"]
    return pages


def test_a_kept_page_costs_no_statement(keeping: FlaskClient) -> None:
    said: list[str] = []
    with keeping.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    first = keeping.get("/a/library/en", base_url=SITE)
    assert said
    said.clear()
    for _ in range(5):
        assert keeping.get("/a/library/en", base_url=SITE).data == first.data
    assert said == []


def test_a_page_is_kept_for_seconds_and_proxies_may_keep_it_too(keeping: FlaskClient) -> None:
    answer = keeping.get("/a/library/en", base_url=SITE)
    assert answer.headers["Cache-Control"].startswith("public, max-age=5")
    assert kept(keeping).get(("nothing",)) is None
    assert cache.SECONDS <= 10


@pytest.mark.parametrize("path", ["/", "/a/library", "/a/library/signatories", "/a/library?lang=x"])
def test_a_kept_page_is_never_given_to_a_reader_of_another_language(
    keeping: FlaskClient, path: str
) -> None:
    for _ in range(2):
        for accept in ("ru", "kk", "en", "de", "ru;q=0.1,kk", "kk;q=0.1,ru"):
            best = {"de": "en", "ru;q=0.1,kk": "kk", "kk;q=0.1,ru": "ru"}.get(accept, accept)
            assert lang_of(keeping, path, accept) == best


@pytest.mark.parametrize("path", ["/?lang={}", "/a/library/signatories?lang={}"])
def test_a_kept_page_is_that_of_the_language_in_the_address(
    keeping: FlaskClient, path: str
) -> None:
    for _ in range(2):
        for lang in ("en", "ru", "kk"):
            for accept in ("ru", "en"):
                assert lang_of(keeping, path.format(lang), accept) == lang


@pytest.mark.parametrize("asked", ["xx", "%20", "", "RU"])
def test_an_unknown_language_in_the_address_does_not_mix_readers(
    keeping: FlaskClient, asked: str
) -> None:
    assert lang_of(keeping, f"/?lang={asked}", "ru") == "ru"
    assert lang_of(keeping, f"/?lang={asked}", "kk") == "kk"


def test_a_long_wish_for_languages_does_not_mix_readers(keeping: FlaskClient) -> None:
    padding = ",".join(f"x{chr(97 + n % 26)}{chr(97 + n // 26)};q=0.{n % 9 + 1}" for n in range(30))
    assert lang_of(keeping, "/a/library", f"ru,{padding}") == "ru"
    assert lang_of(keeping, "/a/library", f"kk,{padding}") == "kk"


def test_a_kept_page_never_mixes_sources(keeping: FlaskClient) -> None:
    for source in ("", "poster", "mail", "", "poster"):
        page = read(keeping.get(f"/a/library/en?source={source}", base_url=SITE))
        assert filled(form_at(page, "/sign"))["source"] == source


def test_long_sources_and_searches_do_not_mix_either(keeping: FlaskClient) -> None:
    same = "x" * 200
    for end in ("one", "two"):
        page = read(keeping.get(f"/a/library/en?source={same}{end}", base_url=SITE))
        assert filled(form_at(page, "/sign"))["source"] in ("", same + end)
    blanks = "+" * 100
    found = [
        keeping.get(f"/?lang=en&q={blanks}{word}", base_url=SITE).text for word in ("semey", "zzz")
    ]
    assert "Keep the library of Semey open" in found[0]
    assert "Keep the library of Semey open" not in found[1]


def test_appeals_do_not_mix(keeping: FlaskClient) -> None:
    for slug in ("library", "museum", "library"):
        page = read(keeping.get(f"/a/{slug}/en", base_url=SITE))
        assert form_at(page, f"/a/{slug}/sign").tag == "form"


def test_what_is_not_found_is_not_kept(keeping: FlaskClient) -> None:
    assert keeping.get("/a/later/en", base_url=SITE).status_code == 404
    with keeping.application.app_context():
        appeals.opened("later")
    assert keeping.get("/a/later/en", base_url=SITE).status_code == 200


def test_a_form_sent_back_is_never_kept(keeping: FlaskClient) -> None:
    wrong = keeping.post(
        "/a/library/sign", data={"lang": "en", "name": "Suzie Quatermass"}, base_url=SITE
    )
    assert wrong.status_code == 422
    assert wrong.headers["Cache-Control"] == "no-store"
    assert "Quatermass" not in keeping.get("/a/library/en", base_url=SITE).text


# -- small bodies -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("br, gzip", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1, br;q=0", "gzip"),
        ("identity", None),
        ("", None),
        ("deflate, zstd", None),
    ],
)
@pytest.mark.parametrize("path", ["/a/library/en", "static", "/nowhere"])
def test_bodies_are_small_in_a_coding_that_the_reader_takes(
    client: FlaskClient, app: Flask, path: str, accepted: str, coding: str | None
) -> None:
    appeals.opened()
    if path == "static":
        path = read(client.get("/")).first("link", rel="stylesheet").attrs["href"]
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    plain = client.get(path).data
    assert answer.headers.get("Content-Encoding") == coding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert unpack(answer.data) == plain
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    if coding:
        assert len(answer.data) < len(plain)


def test_the_desk_s_pages_are_not_compressed(client: FlaskClient) -> None:
    """They hold a token; their size must not tell a listener about it."""
    answer = client.get("/account/login", headers={"Accept-Encoding": "br, gzip"})
    assert "csrf_token" in answer.text
    assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("accepted", ["br", "gzip", ""])
def test_who_has_a_page_is_not_sent_it_again(client: FlaskClient, accepted: str) -> None:
    appeals.opened()
    headers = {"Accept-Encoding": accepted}
    first = client.get("/a/library/en", headers=headers)
    tag = first.headers["ETag"]
    again = client.get("/a/library/en", headers={**headers, "If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag
    other = client.get("/a/library/ru", headers={**headers, "If-None-Match": tag})
    assert other.status_code == 200


def test_codings_of_one_page_have_tags_of_their_own(client: FlaskClient) -> None:
    appeals.opened()
    tags = {
        client.get("/a/library/en", headers={"Accept-Encoding": coding}).headers["ETag"]
        for coding in ("br", "gzip", "")
    }
    assert len(tags) == 3


def test_a_page_that_changes_has_another_tag(client: FlaskClient) -> None:
    library = appeals.opened()
    before = client.get("/a/library/en").headers["ETag"]
    appeals.closed(library)
    assert client.get("/a/library/en").headers["ETag"] != before


def test_static_files_keep_for_ever_under_the_address_made_of_their_content(
    client: FlaskClient,
) -> None:
    path = read(client.get("/")).first("link", rel="stylesheet").attrs["href"]
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"
    old = path.replace(path.split("/")[2], "0000000000")
    answer = client.get(old)
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    ["/static/x/../config.py", "/static/x/%2e%2e/%2e%2e/config.py", "/static/x/etc/passwd",
     "/static/x/css/tokens.css", "/static/x/js", "/static/x/\x00"],
)  # fmt: skip
def test_only_assets_are_served(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "varies"),
    [("/", True), ("/?lang=ru", False), ("/a/library", True), ("/a/library/ru", False)],
)
def test_caches_are_told_what_an_answer_depends_on(
    client: FlaskClient, path: str, varies: bool
) -> None:
    appeals.opened()
    vary = client.get(path).headers.get("Vary", "")
    assert ("Accept-Language" in vary) is varies
    assert "Cookie" not in vary
