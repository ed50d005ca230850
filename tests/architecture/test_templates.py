"""Templates: nothing inline, nothing unescaped, nothing from elsewhere, no address of anybody."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.architecture.sources import ROOT

TEMPLATES = ROOT / "templates"
JINJA = Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])

INLINE = {
    "a script of its own": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style of its own": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script for an address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}
FROM_ELSEWHERE = re.compile(
    r"<(?:script|link|img|iframe|source|video|audio|object|embed)\b[^>]*"
    r"\b(?:src|href|data)\s*=\s*[\"']?(?:https?:)?//",
    re.IGNORECASE,
)
WITHIN_ACCOUNTS = ("base/account.html", "base/desk.html", "organisers/", "security/")
"""Where organisers see their own address."""


@dataclass(frozen=True)
class Template:
    """One template. `name` is relative to the folder of templates."""

    name: str
    text: str

    @property
    def is_letter(self) -> bool:
        """Letters carry their style inside: mail programs load nothing."""
        return "/letters/" in self.name or self.name == "base/letter.html"

    @property
    def is_public(self) -> bool:
        own = self.name.startswith(WITHIN_ACCOUNTS)
        return not own and not Path(self.name).name.startswith("desk")

    @cached_property
    def tree(self) -> nodes.Template:
        return JINJA.parse(self.text, self.name)


def templates() -> list[Template]:
    return [
        Template(path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in {".html", ".txt", ".svg", ".xml", ".atom"}
    ]


# -- keepers ----------------------------------------------------------------------------------


def inline(template: Template) -> Iterator[str]:
    """The policy of our pages refuses what stands inline, so nothing may."""
    for what, pattern in INLINE.items():
        if what == "a style of its own" and template.is_letter:
            continue
        if pattern.search(template.text):
            yield f"{template.name} has {what}"


def unescaped(template: Template) -> Iterator[str]:
    """What people typed is escaped everywhere: HTML that is safe has that type already."""
    for node in template.tree.find_all(
        (nodes.Filter, nodes.MarkSafe, nodes.ScopedEvalContextModifier)
    ):
        if not isinstance(node, nodes.Filter) or node.name == "safe":
            yield f"{template.name}:{node.lineno} switches escaping off"


def from_elsewhere(template: Template) -> Iterator[str]:
    """No page and no letter loads anything from another host."""
    if FROM_ELSEWHERE.search(template.text):
        yield f"{template.name} loads something from elsewhere"


def addresses(template: Template) -> Iterator[str]:
    """Public templates speak of e-mail as a field of a form, never as a person's."""
    if not template.is_public:
        return
    for node in template.tree.find_all(nodes.Expr):
        owner, name = _attribute(node)
        of_form = isinstance(owner, nodes.Name) and owner.name.endswith("form")
        if name == "email" and not of_form:
            yield f"{template.name}:{node.lineno} mentions somebody's address"


def _attribute(node: nodes.Node) -> tuple[nodes.Node | None, str | None]:
    """Return the two sides of `owner.name` or `owner["name"]`."""
    if isinstance(node, nodes.Getattr):
        return node.node, node.attr
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        return node.node, str(node.arg.value)
    return None, None


KEEPERS = (inline, unescaped, from_elsewhere, addresses)


def complaints(over: Iterable[Template]) -> list[str]:
    return [line for template in over for keeper in KEEPERS for line in keeper(template)]


# -- the house keeps them ---------------------------------------------------------------------


def test_templates_have_nothing_inline_unescaped_foreign_or_personal() -> None:
    assert complaints(templates()) == []


def test_there_are_templates_to_keep() -> None:
    names = [template.name for template in templates()]
    assert len([name for name in names if name.endswith(".html")]) > 10
    assert "base/layout.html" in names


# -- and they bite ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<style>p { color: red }</style>",
        '<p style="color: red">',
        '<button onclick="sign()">',
        '<a href="javascript:sign()">',
        "{{ appeal.body|safe }}",
        "{% autoescape false %}{{ appeal.body }}{% endautoescape %}",
        '<img src="https://cdn.example.org/a.png">',
        '<link rel="stylesheet" href="//cdn.example.org/a.css">',
        "{{ signature.email }}",
        '{{ person["email"] }}',
        "{{ row.person.email|upper }}",
    ],
)
def test_what_must_not_stand_in_a_page_is_found(text: str) -> None:
    assert complaints([Template("pages/appeal.html", text)])


@pytest.mark.parametrize(
    "text",
    [
        "<script src=\"{{ asset('js/latin-name.js') }}\" defer></script>",
        "{{ field(form.email) }}",
        '<a href="https://example.org/">elsewhere</a>',
        "{{ _('An e-mail will come.') }}",
    ],
)
def test_what_may_stand_in_a_page_is_left_alone(text: str) -> None:
    assert complaints([Template("pages/appeal.html", text)]) == []


def test_letters_may_carry_their_style_and_nothing_else() -> None:
    name = "verification/letters/confirm.html"
    assert complaints([Template(name, '<p style="margin: 0">')]) == []
    assert complaints([Template(name, "<script>1</script>")])
    assert complaints([Template(name, '<img src="https://example.org/pixel.gif">')])


def test_an_organiser_s_own_account_may_show_their_address() -> None:
    text = "{{ organiser.email }}"
    assert complaints([Template("base/account.html", text)]) == []
    assert complaints([Template("verification/confirm.html", text)])
