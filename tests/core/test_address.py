"""However an address is printed, it does not show."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass

import msgspec
import pytest
from jinja2 import Environment
from markupsafe import Markup, escape

from petitions.core.address import EmailAddress, decoder, encoder

SECRET = "suzie@example.org"
ADDRESS = EmailAddress(SECRET)
WAYS: dict[str, Callable[[], object]] = {
    "str": lambda: str(ADDRESS),
    "repr": lambda: repr(ADDRESS),
    "ascii": lambda: ascii(ADDRESS),
    "format": lambda: format(ADDRESS, ">40"),
    "f-string": lambda: f"{ADDRESS} {ADDRESS!r} {ADDRESS!s:>3}",
    "percent": lambda: "%s %r" % (ADDRESS, ADDRESS),  # noqa: UP031
    "str.format": lambda: "{} {!r}".format(ADDRESS, ADDRESS),  # noqa: UP032
    "in a list": lambda: str([ADDRESS]),
    "in an error": lambda: repr(ValueError(ADDRESS)),
    "Jinja": lambda: Environment(autoescape=False).from_string("{{ a }}").render(a=ADDRESS),
    "Jinja, joined": lambda: (
        Environment(autoescape=False).from_string("{{ [a, a]|join(' ') }}").render(a=ADDRESS)
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_an_address_cannot_be_printed(way: str) -> None:
    shown = str(WAYS[way]())
    assert "suzie" not in shown
    assert "example" not in shown


@pytest.mark.parametrize("template", ["{{ a }}", "{{ a|e }}", "{{ [a]|join }}", "<p>{{ a }}</p>"])
def test_a_page_that_prints_an_address_fails(template: str) -> None:
    page = Environment(autoescape=True).from_string(template)
    with pytest.raises(TypeError, match="must not print"):
        page.render(a=ADDRESS)


def test_markup_does_not_take_an_address() -> None:
    with pytest.raises(TypeError):
        escape(ADDRESS)
    with pytest.raises(TypeError):
        Markup("%s") % ADDRESS


def test_json_does_not_take_an_address() -> None:
    with pytest.raises(TypeError):
        json.dumps({"email": ADDRESS})


def test_a_value_that_holds_an_address_does_not_show_it() -> None:
    @dataclass(frozen=True)
    class Holder:
        email: EmailAddress

    assert SECRET not in repr(Holder(ADDRESS))
    assert SECRET not in repr(asdict(Holder(ADDRESS)))


def test_an_address_has_no_attributes_to_look_into() -> None:
    with pytest.raises(TypeError):
        vars(ADDRESS)


def test_only_asking_for_it_gives_the_address() -> None:
    assert ADDRESS.reveal() == SECRET


def test_equal_addresses_are_equal() -> None:
    assert EmailAddress(SECRET) == ADDRESS
    assert hash(EmailAddress(SECRET)) == hash(ADDRESS)
    assert EmailAddress("susie@example.org") != ADDRESS
    assert ADDRESS != SECRET


@dataclass(frozen=True)
class Signatory:
    """A value to be sealed."""

    name: str
    email: EmailAddress | None


@pytest.mark.parametrize("email", [ADDRESS, EmailAddress("айгүл@пошта.қаз"), None])
def test_a_value_with_an_address_can_be_sealed_and_opened(email: EmailAddress | None) -> None:
    value = Signatory("Suzie", email)
    opened = decoder(Signatory).decode(encoder().encode(value))
    assert opened == value


def test_nothing_else_passes_for_an_address() -> None:
    with pytest.raises(msgspec.ValidationError):
        decoder(Signatory).decode(b'{"name": "Suzie", "email": 7}')
    with pytest.raises(NotImplementedError):
        encoder().encode(object())
