"""The public pages: what they show, to whom, and that they know nobody who looks at them."""

from dataclasses import replace
from datetime import timedelta

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from petitions.appeals import queries
from petitions.appeals import services as services_of_appeals
from petitions.appeals.models import UpdateKind
from petitions.appeals.services import WriteVersion
from petitions.core.db import transaction
from petitions.pages import views
from tests.actors import ANSWERS, Signatory
from tests.conftest import A_MORNING, Clock
from tests.factories import appeals, signatures
from tests.factories.appeals import LIBRARY, Furnished
from tests.factories.pages import read

LARGEST_ON_THE_WIRE = 14 * 1024
PARAGRAPH = (
    "We, the readers of the library, ask that its doors stay open through the winter. {n} people "
    "came in January alone: pupils who have no desk at home, pensioners who warm themselves, "
    "mothers with small children, and those who look for work. "
)


# -- nobody is known --------------------------------------------------------------------------


def test_no_public_page_sets_or_asks_for_a_cookie(
    suzie: Signatory, client: FlaskClient, appeal: Furnished
) -> None:
    suzie.opens()
    signed = suzie.signs()
    answers = [
        client.get(path)
        for path in (
            "/",
            "/?lang=ru",
            "/?q=library",
            "/a/library",
            "/a/library/kk",
            "/a/library/signatories",
            "/a/library/check-mail",
            signed.location,
            "/nowhere",
            "/a/library/uz",
            "/health",
        )
    ]
    answers += [signed, suzie.opens_the_link(), suzie.presses_confirm(), suzie.opens_own_page()]
    answers += [
        client.post("/a/library/sign", data={"lang": "en"}),
        client.post(f"{suzie.own_path}/choices", data={"visibility": "public"}),
        client.get(f"{suzie.own_path}/held.json"),
        client.post(f"{suzie.own_path}/withdraw"),
        client.post(f"{suzie.own_path}/burn"),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers, answer.request.path
        assert "Cookie" not in answer.headers.get("Vary", ""), answer.request.path


@pytest.mark.parametrize("path", ["/", "/a/library/en", "/a/library/signatories", "/nowhere"])
def test_a_page_is_the_same_for_who_brings_a_cookie(
    client: FlaskClient, appeal: Furnished, path: str
) -> None:
    plain = client.get(path)
    client.set_cookie("undersigned_desk", "made-up", domain="appeals.example.org")
    client.set_cookie("session", "made-up", domain="appeals.example.org")
    assert client.get(path).data == plain.data


# -- the front page ---------------------------------------------------------------------------


def test_the_front_page_tells_what_is_open_coming_and_closed(
    client: FlaskClient, clock: Clock
) -> None:
    assert "There is no appeal yet." in client.get("/?lang=en").text
    for n, slug in enumerate(("open", "coming", "closed")):
        texts = {"en": replace(LIBRARY["en"], title=f"The {slug} one")}
        if slug == "coming":
            appeals.draft(slug, ("en",), texts=texts, opens_at=clock.at + timedelta(days=3))
        else:
            appeals.opened(slug, ("en",), texts=texts, at=A_MORNING + timedelta(minutes=n))
    appeals.closed(Furnished(queries.appeal_by_slug("closed").id, "closed"))
    page = read(client.get("/?lang=en"))
    assert [h.text for h in page.all("h2")] == ["Open for signature", "Opening soon", "Closed"]
    text = page.first("main").text
    assert text.index("The open one") < text.index("The coming one") < text.index("The closed one")


def test_open_appeals_stand_in_the_order_asked_for(client: FlaskClient, clock: Clock) -> None:
    for n, slug in enumerate(("first", "second", "third")):
        texts = {"en": replace(LIBRARY["en"], title=f"The {slug}")}
        opened = appeals.opened(slug, ("en",), texts=texts, at=A_MORNING + timedelta(minutes=n))
        for m in range({"first": 1, "second": 2, "third": 0}[slug]):
            signatures.confirmed(opened, f"s{m}@example.org")
    signatures.counted()

    def order(query: str) -> list[str]:
        text = read(client.get(f"/?lang=en{query}")).first("main").text
        return sorted(("The first", "The second", "The third"), key=text.index)

    assert order("") == ["The third", "The second", "The first"]
    assert order("&order=newest") == order("")
    assert order("&order=most-signed") == ["The second", "The first", "The third"]
    assert order("&order=nonsense") == order("")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("library", True),
        ("LIBRARY", True),
        ("mayor", True),
        ("  library  ", True),
        ("nothing like it", False),
        ("<script>alert(1)</script>", False),
        ("%", False),
        ("_", False),
    ],
)
def test_appeals_are_found_by_title_and_addressee(
    client: FlaskClient, appeal: Furnished, search: str, found: bool
) -> None:
    answer = client.get("/", query_string={"lang": "en", "q": search})
    page = read(answer)
    assert ("Keep the library of Semey open" in page.first("main").text) is found
    assert page.first("input", name="q").attrs["value"] == search.strip()
    assert not [s for s in page.all("script") if s.text]
    if not found:
        assert "No appeal matches" in page.text


def test_a_card_speaks_the_reader_s_language_where_the_appeal_does(
    client: FlaskClient, appeal: Furnished
) -> None:
    assert "Не закрывайте библиотеку Семея" in client.get("/?lang=ru").text
    french = client.get("/?lang=fr").text
    assert "Keep the library of Semey open" in french
    assert 'lang="en"' in french


# -- an appeal --------------------------------------------------------------------------------


def test_the_page_shows_all_that_belongs_to_an_appeal(client: FlaskClient, clock: Clock) -> None:
    library = appeals.opened(
        initiators=[{"en": "Ann Oakley"}], closes_at=clock.at + timedelta(days=30)
    )
    with transaction():
        services_of_appeals.report(
            library.id,
            UpdateKind.OUTCOME,
            {"en": "The council decided"},
            {"en": "They **agreed**. <script>alert(1)</script>"},
            at=clock.at,
        )
    signatures.confirmed(library, "suzie@example.org")
    signatures.counted()
    page = read(client.get("/a/library/en"))
    text = page.first("main").text
    for shown in (
        "Keep the library of Semey open",
        "The Mayor of Semey",
        "City Hall",
        "It is the only warm room in winter.",
        "Pay its keepers.",
        "Ann Oakley",
        "The council decided",
        "They agreed.",
        "1 person has signed",
        "1 April 2026",
    ):
        assert shown in text, shown
    assert not [s for s in page.all("script") if s.text]
    digest = page.first("code").text
    assert len(digest) == 64


def test_a_closed_appeal_has_no_form_and_says_why(client: FlaskClient, appeal: Furnished) -> None:
    appeals.closed(appeal)
    page = read(client.get("/a/library/en"))
    assert page.all("form") == []
    assert "It can no longer be signed" in page.text


def test_an_appeal_past_its_last_day_is_shown_as_closed(client: FlaskClient, clock: Clock) -> None:
    appeals.opened(closes_at=clock.at + timedelta(days=1))
    clock.advance(timedelta(days=1))
    page = read(client.get("/a/library/en"))
    assert page.all("form") == []
    assert "Open for signature" not in page.first("main").text
    assert "Closed" in page.first("main").text


def test_a_draft_without_a_day_is_nowhere_to_be_found(client: FlaskClient, clock: Clock) -> None:
    appeals.draft(slug="secret-plan")
    title = LIBRARY["en"].title
    for path in (
        "/?lang=en",
        "/?lang=en&q=library",
        "/a/secret-plan",
        "/a/secret-plan/en",
        "/a/secret-plan/signatories",
        "/a/secret-plan/check-mail",
    ):
        answer = client.get(path)
        assert title not in answer.text, path
        assert answer.status_code == (200 if path.startswith("/?") else 404), path
    posts = {
        "/a/secret-plan/sign": {**ANSWERS, "email": "suzie@example.org", "lang": "en"},
        "/a/secret-plan/code": {"code": "123456", "ref": "x"},
    }
    for path, data in posts.items():
        answer = client.post(path, data=data)
        assert answer.status_code in (404, 409), path
        assert title not in answer.text
    wrong = client.post("/a/secret-plan/sign", data={"lang": "en"})
    assert title not in wrong.text


def test_a_draft_that_is_announced_is_shown_without_a_form(
    client: FlaskClient, clock: Clock
) -> None:
    appeals.draft(opens_at=clock.at + timedelta(days=3))
    page = read(client.get("/a/library/en"))
    assert page.all("form") == []
    assert "You can sign from 5 March 2026" in page.first("main").text


def test_a_demonstration_says_so_on_every_page_of_it(client: FlaskClient, clock: Clock) -> None:
    demo = appeals.opened(demonstration=True)
    real = appeals.opened("museum")
    for lang in ("en", "ru", "kk"):
        pages = [read(client.get(f"/a/{a.slug}/{lang}")) for a in (demo, real)]
        notices = [[n.text for n in page.all("div", class_="notice")] for page in pages]
        assert len(notices[0]) == 1
        assert notices[0][0].isascii() == (lang == "en")
        assert notices[1] == []


@pytest.mark.parametrize("slug", ["nowhere", "x" * 81, "Library", "-library", "библиотека"])
def test_an_appeal_that_is_none_is_not_found(
    client: FlaskClient, appeal: Furnished, slug: str
) -> None:
    assert client.get(f"/a/{slug}").status_code == 404


def test_an_appeal_is_not_found_in_a_language_that_it_does_not_speak(
    client: FlaskClient, appeal: Furnished
) -> None:
    assert client.get("/a/library/fr").status_code == 404


# -- names ------------------------------------------------------------------------------------


def test_only_who_chose_so_is_shown_by_name(client: FlaskClient, appeal: Furnished) -> None:
    for visibility in ("public", "initials", "addressee", "count"):
        signatures.confirmed(
            appeal,
            f"{visibility}@example.org",
            name=f"Person{visibility.title()} Family{visibility.title()}",
            town=f"Town{visibility.title()}",
            visibility=visibility,
        )
    signatures.signed(appeal, "pending@example.org", name="Never Confirmed", visibility="public")
    answer = client.get("/a/library/signatories?lang=en")
    page = read(answer)
    names = [b.text for b in page.all("bdi")]
    assert len(names) == 2
    assert "PersonPublic FamilyPublic" in names
    assert {n for n in names if n != "PersonPublic FamilyPublic"} <= {"P. F.", "P.F.", "PF", "P F"}
    for hidden in ("PersonInitials", "TownInitials", "Addressee", "PersonCount", "Never"):
        assert hidden not in page.first("ul", class_="names").text, hidden
    assert "@example.org" not in answer.text.replace("operator@example.org", "")
    assert "noindex" in answer.text
    assert "noindex" in answer.headers.get("X-Robots-Tag", "noindex")


def test_names_are_shown_page_by_page_each_once(
    client: FlaskClient, appeal: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "NAMES_ON_A_PAGE", 3)
    for n in range(7):
        signatures.confirmed(appeal, f"s{n}@example.org", name=f"Sam No{n}", visibility="public")
    seen: list[str] = []
    path: str | None = "/a/library/signatories?lang=en"
    while path:
        page = read(client.get(path))
        seen += [b.text for b in page.all("bdi")]
        following = [a for a in page.all("a") if "after=" in a.attrs.get("href", "")]
        path = following[0].attrs["href"] if following else None
    assert len(seen) == 7
    assert set(seen) == {f"Sam No{n}" for n in range(7)}


def test_the_address_of_a_page_of_names_does_not_tell_when_somebody_signed(
    client: FlaskClient, appeal: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Identities of rows hold their time; a page's address is sealed."""
    monkeypatch.setattr(views, "NAMES_ON_A_PAGE", 1)
    ids = [
        signatures.confirmed(appeal, f"s{n}@example.org", visibility="public").id for n in range(2)
    ]
    text = client.get("/a/library/signatories?lang=en").text
    assert "after=" in text
    assert not any(str(one) in text or one.hex in text for one in ids)


# -- weight -----------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "ru", "kk"])
@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_the_page_with_its_styles_is_light_on_a_slow_line(
    client: FlaskClient, clock: Clock, lang: str, coding: str
) -> None:
    """HTML and CSS as they go out, with a text of the usual length."""
    body = "\n\n".join(PARAGRAPH.format(n=n * 37) for n in range(6))
    demands = ["Keep the library open until nine.", "Pay its keepers.", "Mend the roof by autumn."]
    texts = {
        one: WriteVersion(one, LIBRARY[one].title, LIBRARY[one].body + "\n\n" + body, demands)
        for one in ("en", "ru", "kk")
    }
    appeals.opened(texts=texts, initiators=[{"en": "Ann Oakley"}, {"en": "Sam Beckett"}])
    headers = {"Accept-Encoding": coding}
    page = client.get(f"/a/library/{lang}", headers=headers)
    plain = read(client.get(f"/a/library/{lang}"))
    style = client.get(plain.first("link", rel="stylesheet").attrs["href"], headers=headers)
    assert page.headers["Content-Encoding"] == style.headers["Content-Encoding"] == coding
    weight = len(page.data) + len(style.data)
    assert weight <= LARGEST_ON_THE_WIRE, (weight, len(page.data), len(style.data))


def test_a_form_sent_back_is_light_too(client: FlaskClient, appeal: Furnished) -> None:
    answer = client.post("/a/library/sign", data={"lang": "en"}, headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert len(answer.data) < len(brotli.decompress(answer.data)) / 2


def test_health_is_told(client: FlaskClient, app: Flask) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"
