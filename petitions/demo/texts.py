"""The three appeals of the demonstration house, read from the files beside this module.

`appeals/<slug>/appeal.toml` holds what is the same in every language, `<lang>.md` the text in one
language and `update.<lang>.md` what happened since. Both Markdown files open with TOML between two
lines of `+++`.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("appeals")
LANGUAGES = ("en", "fr", "ru", "kk")
_FENCE = "+++\n"


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom an appeal is put, as named in one language."""

    name: str
    office: str


@dataclass(frozen=True, slots=True)
class Text:
    """An appeal in one language; `body` and `update_body` are Markdown."""

    lang: str
    title: str
    body: str
    demands: tuple[str, ...]
    addressees: tuple[Addressee, ...]
    update_title: str | None
    update_body: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """What happened since: `kind` is "outcome" or "answer"; its day is fixed, or counted from the
    first run.
    """

    kind: str
    published_on: date | None
    published_in: timedelta | None


@dataclass(frozen=True, slots=True)
class DemoAppeal:
    """`opens_in` and `closes_in` count from the first run; negative means before it."""

    slug: str
    kind: str
    opens_in: timedelta
    closes_in: timedelta | None
    initiators: tuple[dict[str, str], ...]
    """Names by language; English is always there."""
    update: Told | None
    texts: tuple[Text, ...]

    def text(self, lang: str) -> Text:
        """The text in `lang`; KeyError where there is none."""
        return {text.lang: text for text in self.texts}[lang]


def demo_appeals() -> tuple[DemoAppeal, ...]:
    """All appeals of the demonstration, the model case first."""
    slugs = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
    return tuple(_appeal(slug) for slug in slugs)


def _appeal(slug: str) -> DemoAppeal:
    facts = tomllib.loads((FOLDER / slug / "appeal.toml").read_text(encoding="utf-8"))
    told = facts.get("update")
    return DemoAppeal(
        slug=slug,
        kind=facts["kind"],
        opens_in=timedelta(days=facts["opens_in_days"]),
        closes_in=_days(facts, "closes_in_days"),
        initiators=tuple(facts["initiators"]),
        update=_told(told) if told else None,
        texts=tuple(_text(slug, lang, bool(told)) for lang in LANGUAGES),
    )


def _told(facts: dict[str, Any]) -> Told:
    return Told(
        kind=facts["kind"],
        published_on=facts.get("published_on"),
        published_in=_days(facts, "published_in_days"),
    )


def _days(facts: dict[str, Any], name: str) -> timedelta | None:
    return timedelta(days=facts[name]) if name in facts else None


def _text(slug: str, lang: str, has_update: bool) -> Text:
    front, body = _parted(FOLDER / slug / f"{lang}.md")
    told, told_body = _parted(FOLDER / slug / f"update.{lang}.md") if has_update else ({}, None)
    return Text(
        lang=lang,
        title=front["title"],
        body=body,
        demands=tuple(front["demands"]),
        addressees=tuple(Addressee(a["name"], a["office"]) for a in front["addressees"]),
        update_title=told.get("title"),
        update_body=told_body,
    )


def _parted(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and Markdown of one file; ValueError where the fences are missing."""
    before, front, body = path.read_text(encoding="utf-8").split(_FENCE, 2)
    if before:
        raise ValueError(f"{path.name} does not open with front matter")
    return tomllib.loads(front), body.strip()
