"""Whatever bytes come in an address, a query or a form, nothing breaks, on either database."""

from urllib.parse import unquote_to_bytes

import pytest
from flask.testing import FlaskClient

from tests.actors import ANSWERS
from tests.conftest import Clock
from tests.factories import appeals, signatures

RAW = [
    b"\x00",
    b"%00",
    b"a%00b",
    b"%ED%A0%80",  # a lone surrogate in UTF-8
    b"%C0%80",  # NUL, overlong
    b"%FF%FE",
    b"%F4%90%80%80",  # beyond Unicode
    b"%",
    b"%zz",
    b"%u0000",
    b"%E2%80%AE",  # right-to-left override
    b"%0d%0aSet-Cookie:%20a=b",
    b"'%20OR%201=1--",
    b"%7B%7B7*7%7D%7D",
    b"..%2f..%2fetc%2fpasswd",
    b"\xff\xfe",
    b"A" * 8_000,
    b"%F0%9F%92%A9" * 500,
]
ids = [raw[:12].decode("latin-1").encode("unicode_escape").decode() for raw in RAW]
LARGEST = 64 * 1024
PATHS = [
    "/{}",
    "/a/{}",
    "/a/library/{}",
    "/a/{}/sign",
    "/a/library/{}/signatories",
    "/c/{}",
    "/s/{}",
    "/s/{}/held.json",
    "/static/{}/x.css",
    "/static/x/{}",
    "/desk/{}",
    "/account/{}",
]
QUERIES = [
    "/?lang={}",
    "/?q={}",
    "/?order={}",
    "/a/library/en?source={}",
    "/a/library?lang={}",
    "/a/library/signatories?after={}",
    "/a/library/signatories?lang={}",
    "/a/library/check-mail?ref={}",
    "/a/library/check-mail?lang={}",
    "/desk/?x={}",
    "/account/login?next={}",
    "/{}?{}={}",
]


@pytest.fixture(name="visitor")
def _visitor(client: FlaskClient, clock: Clock) -> FlaskClient:
    signatures.confirmed(appeals.opened(), "suzie@example.org", visibility="public")
    return client


def send(client: FlaskClient, method: str, target: bytes, body: bytes = b"") -> int:
    """Send what no client library would: the bytes as they are."""
    path, _, query = target.partition(b"?")
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query.decode("latin-1"),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
    }
    answer = client.open(environ_overrides=environ, data=body or None)
    return answer.status_code


@pytest.mark.parametrize("raw", RAW, ids=ids)
def test_bad_bytes_in_an_address_find_nothing(visitor: FlaskClient, raw: bytes) -> None:
    for path in PATHS:
        status = send(visitor, "GET", path.encode().replace(b"{}", raw))
        assert status in (200, 301, 302, 308, 404, 405), path


@pytest.mark.parametrize("raw", RAW, ids=ids)
def test_bad_bytes_in_a_query_do_no_harm(visitor: FlaskClient, raw: bytes) -> None:
    for query in QUERIES:
        status = send(visitor, "GET", query.encode().replace(b"{}", raw))
        assert status in (200, 302, 404), query


@pytest.mark.parametrize("raw", RAW, ids=ids)
def test_bad_bytes_in_a_form_are_an_error_of_the_form_or_cleaned(
    visitor: FlaskClient, raw: bytes
) -> None:
    good = {**ANSWERS, "email": "sam@example.org", "lang": "en", "version": "", "source": "x"}
    fields = [*good, "latin_name", "organisation", "role", "news", "website", "kind"]
    for name in fields:
        sent = {**good, name: "BAD"}
        body = "&".join(f"{key}={value}" for key, value in sent.items()).encode()
        status = send(visitor, "POST", b"/a/library/sign", body.replace(b"BAD", raw))
        assert status in (303, 422), (name, status)


@pytest.mark.parametrize("raw", RAW, ids=ids)
def test_bad_bytes_in_a_code_are_a_wrong_code(visitor: FlaskClient, raw: bytes) -> None:
    for body in (b"code=BAD&ref=x", b"code=123456&ref=BAD", b"code=123456&email=BAD", b"BAD"):
        assert send(visitor, "POST", b"/a/library/code", body.replace(b"BAD", raw)) == 422


@pytest.mark.parametrize("raw", RAW, ids=ids)
def test_bad_bytes_in_a_choice_are_no_choice(visitor: FlaskClient, raw: bytes) -> None:
    own = signatures.newest_letter("suzie@example.org")
    path = f"/s/{signatures.own_token(own)}/choices".encode()
    assert send(visitor, "POST", path, b"visibility=" + raw) == 422


HEADERS = [
    "Accept-Language", "Accept-Encoding", "If-None-Match", "Origin", "Sec-Fetch-Site", "Cookie",
    "User-Agent", "Range",
]  # fmt: skip


@pytest.mark.parametrize("value", ["\x7f", "\xff\xfe", "a" * 8_000, ";;,,==", "%00", '"'])
def test_bad_headers_do_no_harm(visitor: FlaskClient, value: str) -> None:
    for header in HEADERS:
        answer = visitor.get("/a/library", headers={header: value})
        assert answer.status_code == 200, header
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("size", [LARGEST + 1, 1_000_000])
@pytest.mark.parametrize("path", ["/a/library/sign", "/a/library/code", "/account/login"])
def test_a_form_that_is_too_large_is_refused_in_words(
    visitor: FlaskClient, path: str, size: int
) -> None:
    answer = visitor.post(path, data={"name": "x" * size}, headers={"Accept-Language": "ru"})
    assert answer.status_code == 413
    assert '<html lang="ru"' in answer.text


def test_a_form_just_small_enough_is_read(visitor: FlaskClient) -> None:
    answer = visitor.post("/a/library/sign", data={"lang": "en", "name": "x" * (LARGEST - 100)})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"\x00" * 100, "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data"),
        (b"a=b", "text/plain"),
        (b"a=b", "\xff"),
        (b"=" * 5_000, "application/x-www-form-urlencoded"),
        (b"&" * 5_000, "application/x-www-form-urlencoded"),
        (b"lang=en&" * 2_000, "application/x-www-form-urlencoded"),
    ],
)
def test_a_body_that_is_no_form_is_an_empty_form(
    visitor: FlaskClient, body: bytes, kind: str
) -> None:
    answer = visitor.post("/a/library/sign", data=body, content_type=kind)
    assert answer.status_code in (400, 413, 422)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "x"])
def test_methods_that_nobody_offers_are_refused(visitor: FlaskClient, method: str) -> None:
    for path in ("/c/" + "x" * 22, "/s/" + "x" * 22, "/", "/a/library"):
        assert visitor.open(path, method=method).status_code == 405
