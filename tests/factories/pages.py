"""A page as its reader meets it: parsed, with its words, its fields and their errors."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "wbr"})
CONTROLS = frozenset({"input", "select", "textarea"})


@dataclass
class Element:
    """One element and what stands in it."""

    tag: str
    attrs: dict[str, str]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)

    def walk(self) -> Iterator["Element"]:
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str, **attrs: str) -> list["Element"]:
        """Return every element of this tag with these attributes (`class_` is one class)."""
        return [one for one in self.walk() if one.tag == tag and one.has(**attrs)]

    def first(self, tag: str, **attrs: str) -> "Element":
        found = self.all(tag, **attrs)
        assert found, f"no <{tag}> with {attrs}"
        return found[0]

    def has(self, **attrs: str) -> bool:
        classes = self.attrs.get("class", "").split()
        return all(
            value in classes if name == "class_" else self.attrs.get(name) == value
            for name, value in attrs.items()
        )

    @property
    def text(self) -> str:
        return " ".join("".join(self._strings()).split())

    def _strings(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._strings()

    def inside(self, tag: str) -> "Element | None":
        """Return the nearest element of this tag that this one stands in."""
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_endtag(self, tag: str) -> None:
        above: Element | None = self.at
        while above is not None and above.tag != tag:
            above = above.parent
        if above is not None and above.parent is not None:
            self.at = above.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(page: TestResponse | str) -> Element:
    """Parse a page."""
    builder = _Builder()
    builder.feed(page if isinstance(page, str) else page.text)
    return builder.root


def form_at(page: Element, action: str) -> Element:
    """Return the form whose path ends with `action`."""
    forms = [one for one in page.all("form") if _path(one).endswith(action)]
    assert len(forms) == 1, [one.attrs for one in page.all("form")]
    return forms[0]


def _path(form: Element) -> str:
    return form.attrs.get("action", "").partition("?")[0]


def filled(form: Element) -> dict[str, str]:
    """Return what a browser would send for a form as it stands."""
    sent: dict[str, str] = {}
    for control in form.walk():
        if control.tag in CONTROLS and (name := control.attrs.get("name")):
            value = _value(control)
            if value is not None:
                sent[name] = value
    return sent


def _value(control: Element) -> str | None:
    if control.tag == "select":
        options = control.all("option")
        chosen = [one for one in options if "selected" in one.attrs] or options[:1]
        return chosen[0].attrs.get("value", chosen[0].text)
    if control.tag == "textarea":
        return "".join(c for c in control.children if isinstance(c, str))
    if control.attrs.get("type") in ("checkbox", "radio") and "checked" not in control.attrs:
        return None
    return control.attrs.get("value", "")


def errors_beside(form: Element) -> dict[str, str]:
    """Return the error that stands beside each field, by the name of the field."""
    found: dict[str, str] = {}
    for wrong in form.all("p", class_="error"):
        box = wrong.inside("fieldset") or wrong.parent
        assert box is not None
        names = {c.attrs["name"] for c in box.walk() if c.tag in CONTROLS and "name" in c.attrs}
        assert len(names) == 1, names
        found[names.pop()] = wrong.text
    return found


def summary(page: Element) -> list[str]:
    """Return the lines of the summary of errors on top of a page."""
    boxes = page.all("div", class_="summary")
    return [line.text for line in boxes[0].all("li")] if boxes else []
