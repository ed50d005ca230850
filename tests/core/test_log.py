"""What should never be passed to a log, and slipped through, is blanked there."""

import io
import json
import logging
import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address
from json import JSONDecodeError
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.core import clock, log
from petitions.core.address import EmailAddress
from petitions.core.log import place_of, without_persons
from petitions.core.tokens import new_token

EMAIL = "suzie.quatermass+x@mail.example.org"
TOKEN = "k3Jx-9_aQm2LrT7uVw8YzA"


@pytest.fixture(name="stream")
def _stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    log.configure(stream=stream)
    yield stream
    log.configure()


def said(stream: io.StringIO) -> dict[str, object]:
    (line,) = stream.getvalue().splitlines()
    found: dict[str, object] = json.loads(line)
    return found


def fail(words: str) -> NoReturn:
    raise ValueError(words)


@pytest.mark.parametrize(
    "text",
    [
        EMAIL,
        f"no mailbox <{EMAIL}>",
        f"'{EMAIL}'",
        f"to={EMAIL}, from={EMAIL};",
        "айгүл@пошта.қаз",
        "Key (email)=(suzie@example.org) already exists.",
    ],
)
def test_addresses_are_blanked(text: str) -> None:
    clean = without_persons(text)
    assert "@" not in clean
    assert log.BLANK in clean


@given(st.ip_addresses(v=4), st.sampled_from(["{}", "from {} now", "({})", "{}:8000", "'{}'"]))
def test_every_ipv4_address_is_blanked(address: IPv4Address, around: str) -> None:
    assert str(address) not in without_persons(around.format(address))


@given(st.ip_addresses(v=6), st.sampled_from(["{}", "from {} now", "({})", "[{}]:80", "'{}'"]))
def test_every_ipv6_address_is_blanked(address: IPv6Address, around: str) -> None:
    for written in (str(address), address.exploded, str(address).upper()):
        clean = without_persons(around.format(written))
        assert written not in clean
        assert clean == around.format(log.BLANK)


@pytest.mark.parametrize(
    "written", ["fe80::1", "2a00::5", "2001:db8::77", "2001:db8::", "::ffff:203.0.113.77"]
)
def test_short_forms_of_ipv6_are_blanked(written: str) -> None:
    assert written not in without_persons(f"from {written} now")
    assert "203.0.113.77" not in without_persons(written)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T09:00:00.123456Z",
        "at 12:30:45",
        "version 1.2.3",
        "petitions.core.db:120",
        "took 0.25 s",
        "std::vector",
    ],
)
def test_what_only_looks_like_an_address_stays(text: str) -> None:
    assert without_persons(text) == text


@pytest.mark.parametrize("path", ["/c/{}", "/s/{}", "/c/{}/thanks", "/s/{}/held.json", "/d/{}"])
def test_secrets_of_links_are_blanked(path: str) -> None:
    token = new_token()
    assert token not in without_persons("GET " + path.format(token))


def test_the_secret_of_a_link_to_reset_a_password_is_blanked() -> None:
    """Whoever reads it in a log could take the account over."""
    path = "/account/reset/WyIyZjZkN2QiLCJhYmNkZWYiXQ.aSDFgh.x1-y2_z3"
    assert "WyIyZjZk" not in without_persons(f"GET {path}")


def test_an_event_is_one_line_of_json_that_names_its_room(stream: io.StringIO) -> None:
    log.logger("pages").warning("limit met", endpoint="pages.sign")
    line = said(stream)
    assert line["room"] == "pages"
    assert line["event"] == "limit met"
    assert line["endpoint"] == "pages.sign"
    assert line["level"] == "warning"
    assert str(line["timestamp"]).endswith("Z")


@pytest.mark.parametrize(
    "value",
    [
        EMAIL,
        [EMAIL],
        (EMAIL, "x"),
        {"to": EMAIL},
        {"a": [{"b": EMAIL}]},
        {EMAIL: 1},
        ValueError(f"no such mailbox: {EMAIL}"),
        EmailAddress(EMAIL),
        EMAIL.encode(),
        IPv4Address("203.0.113.77"),
        IPv6Address("2001:db8::77"),
        f"/s/{TOKEN}",
    ],
    ids=repr,
)
def test_whatever_shape_it_has_the_guard_finds_it(stream: io.StringIO, value: object) -> None:
    log.logger("pages").warning("something", value=value)
    text = stream.getvalue()
    for secret in ("suzie", "203.0.113.77", "2001:db8::77", TOKEN):
        assert secret not in text
    assert said(stream)["event"] == "something"


def test_plain_values_stay_what_they_are(stream: io.StringIO) -> None:
    log.logger("pages").warning("something", number=7, ratio=0.5, yes=True, none=None, xs=[1, 2])
    line = said(stream)
    assert (line["number"], line["ratio"], line["yes"], line["none"]) == (7, 0.5, True, None)
    assert line["xs"] == [1, 2]


def test_tracebacks_are_blanked(stream: io.StringIO) -> None:
    try:
        fail(f"no such mailbox: {EMAIL} at 203.0.113.77")
    except ValueError as error:
        log.logger("web").error("unexpected error", exc_info=error)
    text = stream.getvalue()
    assert "ValueError" in text
    assert EMAIL not in text
    assert "203.0.113.77" not in text


def test_libraries_that_log_in_their_own_way_are_blanked(stream: io.StringIO) -> None:
    library = logging.getLogger("some.library")
    library.warning("refused %s from %s", EMAIL, "2001:db8::77")
    try:
        fail(f"/c/{TOKEN} of {EMAIL}")
    except ValueError:
        library.exception("failed")
    text = stream.getvalue()
    assert "Traceback" in text
    for secret in (EMAIL, "2001:db8::77", TOKEN):
        assert secret not in text


def test_the_place_of_an_error_is_told_without_its_words() -> None:
    with pytest.raises(ValueError, match="suzie") as caught:
        fail(f"no such mailbox: {EMAIL}")
    place = place_of(caught.value)
    assert place.endswith(f"core/test_log.py:{caught.traceback[-1].lineno + 1}")
    assert "suzie" not in place


def test_the_place_names_our_line_before_that_of_the_library() -> None:
    with pytest.raises(JSONDecodeError) as caught:
        _fail_in_a_library_called_by_us()
    ours, theirs = place_of(caught.value).split(" > ")
    assert re.fullmatch(r"petitions/core/clock\.py:\d+", ours)
    assert re.fullmatch(r".*json/decoder\.py:\d+", theirs)


def _fail_in_a_library_called_by_us() -> None:
    """Call a library from a line that passes for one of ours."""
    code = compile("import json; json.loads('Suzie')", clock.__file__, "exec")
    exec(code, {})


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert place_of(ValueError("suzie")) == ""
