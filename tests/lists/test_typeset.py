"""The printed list: real typst, read back by poppler and pikepdf."""

import io
import os
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitions.lists import typeset
from petitions.lists.rows import ListedSignature, ListHead, Roll
from petitions.lists.rules import TypesettingFailed
from petitions.lists.typeset import direction_of, in_volumes, write_pdf
from petitions.lists.wording import Wording
from petitions.signatures.models import Visibility
from tests.lists.samples import SCRIPTS, head, organisation, person, signatures
from tests.lists.strategies import NASTY, registers, texts

TextOf = Callable[..., str]


def printed(
    rows: Iterable[ListedSignature], wording: Wording, above: ListHead | None = None
) -> bytes:
    """Return the list as PDF."""
    roll, file = Roll(), io.BytesIO()
    write_pdf(file, above or head(), roll.listed(rows), lambda: roll.totals, wording)
    return file.getvalue()


def flat(text: str) -> str:
    """Return a text with its spaces folded, as lines break where the typesetter likes."""
    return re.sub(r"\s+", " ", text)


@pytest.fixture(scope="module")
def sample(english: Wording) -> bytes:
    """The letter with a hundred names, every script among them."""
    return printed(signatures(100), english)


@pytest.fixture(scope="module")
def volumes(english: Wording) -> bytes:
    """A list that is bound of three volumes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typeset, "ROWS_A_VOLUME", 60)
        return printed(signatures(180), english)


def test_the_letter_says_to_whom_it_is_put_and_what_it_asks(sample: bytes, text_of: TextOf) -> None:
    text = flat(text_of(sample))
    for words in (
        "Investigate the interference by",
        "David Sassoli",
        "President of the European Parliament",
        "We are citizens of Kazakhstan",
        "Publish its findings",
        "100 8",
        "Drawn 22 November 2026, 14:05 UTC",
        "does not prove their identity",
        "4b5f4b5f",
    ):
        assert words in text


@pytest.mark.parametrize(
    "name", [row[0] for row in SCRIPTS if direction_of(row[0]) == "ltr" and row[3] != "KZ"]
)
def test_names_of_every_script_can_be_copied_from_the_document(
    name: str, sample: bytes, text_of: TextOf
) -> None:
    assert name in text_of(sample)


@pytest.mark.parametrize("name", [row[0] for row in SCRIPTS if direction_of(row[0]) == "rtl"])
def test_words_of_right_to_left_names_can_be_copied(
    name: str, sample: bytes, text_of: TextOf
) -> None:
    text = text_of(sample)
    # Poppler may break at the joints of Arabic; half of the words stand for all.
    words = name.split()
    assert sum(word in text for word in words) * 2 >= len(words)


def test_organisations_stand_before_people_and_numbers_go_on(
    sample: bytes, text_of: TextOf
) -> None:
    text = text_of(sample)
    assert text.index("Bostandyq Kz") < text.index("Nino Chkheidze")
    assert re.search(r"^\s*7\s+Bostandyq Kz", text, re.MULTILINE)
    assert re.search(r"^\s*○ +11\s+ნინო ჩხეიძე\s+Nino Chkheidze", text, re.MULTILINE)


def test_each_page_says_which_of_how_many_it_is(sample: bytes, text_of: TextOf) -> None:
    pages = text_of(sample).rstrip("\f").split("\f")
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page


def test_each_page_of_a_demonstration_says_so(
    sample: bytes, english: Wording, text_of: TextOf
) -> None:
    pages = text_of(sample).rstrip("\f").split("\f")
    assert all(english.demonstration in page for page in pages)
    real = text_of(printed([person()], english, head(demonstration=False)))
    assert english.demonstration not in real


def test_who_is_counted_only_is_not_printed(english: Wording, text_of: TextOf) -> None:
    rows = [person("Hidden Name", visibility=Visibility.COUNT), person("Seen Name")]
    text = text_of(printed(rows, english))
    assert "Hidden" not in text
    assert "Seen Name" in text
    assert "counted without a name" in text


def test_a_list_without_names_is_the_letter_alone(english: Wording, text_of: TextOf) -> None:
    text = text_of(printed([], english))
    assert "Signatories" not in text
    assert "David Sassoli" in text


def test_the_document_is_tagged_and_says_what_it_was_made_as(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "en"
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3A"
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == head().title
        tables = [e for e in pdf.Root.StructTreeRoot.K[0].K if e.S == "/Table"]
        assert len(tables) == 2


def test_every_font_of_the_document_is_inside_it(sample: bytes) -> None:
    with pikepdf.open(io.BytesIO(sample)) as pdf:
        fonts = [obj for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary)]
        descriptors = [obj for obj in fonts if obj.get("/Type") == "/FontDescriptor"]
        assert len(descriptors) > 8
        assert all("/FontFile2" in descriptor for descriptor in descriptors)


def test_the_same_list_gives_the_same_bytes(english: Wording) -> None:
    rows = list(signatures(30))
    assert printed(rows, english) == printed(rows, english)


# -- what people may type ---------------------------------------------------------------------


def test_hostile_names_are_printed_as_text(english: Wording, text_of: TextOf) -> None:
    rows = [person(name, organisation=name, town=name[:60]) for name in NASTY]
    text = flat(text_of(printed(rows, english)))
    for words in ('#panic("x")', "*bold* _it_ `c` $x$ <label> @ref", "]]>", "</script>", "=cmd|"):
        assert words in text


def test_hostile_letters_are_printed_as_text(english: Wording, text_of: TextOf) -> None:
    above = head(
        title='#panic("t") *T* $x$',
        body_markdown='#panic("b") #import "x.typ" @ref <label> $x$ [a](javascript:alert(1))',
        demands=('#panic("d")',),
        addressees=(('#panic("n")', "*office*"),),
        initiators=("#sys.inputs",),
        operator_name='#read("/etc/passwd")',
    )
    pdf = printed([person()], english, above)
    text = flat(text_of(pdf))
    for words in ('#panic("t") *T* $x$', '#import "x.typ" @ref <label>', "#sys.inputs", "*office*"):
        assert words in text
    assert b"javascript" not in pdf


def test_a_direction_override_does_not_turn_the_line(english: Wording, text_of: TextOf) -> None:
    text = text_of(printed([person("\u202eIvanova\u202c", latin_name="Olga")], english))
    assert "Ivanova" in text
    assert "\u202e" not in text


def test_no_text_runs_out_of_the_page(english: Wording) -> None:
    pdf = printed([person("W" * 5_000, latin_name="M" * 5_000, town="Q" * 5_000)], english)
    for right_edge in right_edges(pdf):
        assert right_edge <= 595 - 50


def right_edges(pdf: bytes) -> list[float]:
    """Return where each word of a document ends, in points from the left (poppler's boxes)."""
    command = ["pdftotext", "-bbox", "-", "-"]
    boxes = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return [float(edge) for edge in re.findall(rb'xMax="([\d.]+)"', boxes.stdout)]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(registers, texts, st.lists(texts, max_size=3))
def test_whatever_is_typed_can_be_printed(
    english: Wording, register: list[ListedSignature], body: str, demands: list[str]
) -> None:
    above = head(body_markdown=body, demands=tuple(demands), title=body[:80] or "x")
    assert printed(register, english, above).startswith(b"%PDF-1.7")


@settings(max_examples=5, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=40, max_size=60))
def test_any_letters_in_any_order_can_be_printed(english: Wording, names: list[str]) -> None:
    assert printed(map(person, names), english).startswith(b"%PDF-1.7")


def test_a_right_to_left_letter_is_set_from_the_right(english: Wording, text_of: TextOf) -> None:
    above = head(lang="ar", dir="rtl", title="رسالة مفتوحة", demands=(), initiators=())
    pdf = printed([person("Olga Kim", town="", country="")], english, above)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert str(document.Root.Lang) == "ar"
    row = next(line for line in text_of(pdf).splitlines() if "Olga Kim" in line)
    assert row.index("2026-11-02") < row.index("Olga Kim")


@pytest.mark.parametrize(
    ("text", "direction"),
    [("Ким", "ltr"), ("أمينة", "rtl"), ("405 נועה", "rtl"), ("405", None), ("", None)],
)
def test_the_first_letter_tells_the_direction(text: str, direction: str | None) -> None:
    assert direction_of(text) == direction


# -- long lists -------------------------------------------------------------------------------


@given(st.lists(st.integers(), max_size=60), st.integers(4, 20))
def test_volumes_hold_everything_in_order(items: list[int], size: int) -> None:
    volumes = list(in_volumes(items, size))
    assert [item for volume in volumes for item in volume] == items
    assert all(len(volume) >= size for volume in volumes[:-1])
    assert len(volumes) < 2 or len(volumes[-1]) >= size // 4


def test_volumes_are_bound_into_one_document(volumes: bytes, text_of: TextOf) -> None:
    pages = text_of(volumes).rstrip("\f").split("\f")
    assert len(pages) > 6
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
    roll = "\n".join(pages)[text_of(volumes).index("Organisations") :]
    numbers = [int(n) for n in re.findall(r"^\s*(?:○ *)?(\d+)\b", roll, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 150


def test_volumes_say_each_heading_once(volumes: bytes, text_of: TextOf) -> None:
    lines = [line.strip() for line in text_of(volumes).splitlines()]
    assert (lines.count("Organisations"), lines.count("People")) == (1, 1)


def test_tags_of_volumes_are_joined(volumes: bytes) -> None:
    with pikepdf.open(io.BytesIO(volumes)) as pdf:
        root = pdf.Root.StructTreeRoot
        (document,) = root.K
        tables = [element for element in document.K if element.S == "/Table"]
        assert len(tables) == 4  # organisations, then people in three volumes
        assert all(document == element.P for element in document.K)
        keys = [int(key) for key in list(root.ParentTree.Nums)[::2]]
        assert keys == list(range(int(root.ParentTreeNextKey)))
        names = [str(name) for name in list(root.IDTree.Names)[::2]]
        assert names == sorted(set(names))
        in_use = {str(h) for table in tables for h in headers_of(table)}
        assert in_use <= set(names)


def test_each_page_of_joined_volumes_points_at_its_own_tags(volumes: bytes) -> None:
    with pikepdf.open(io.BytesIO(volumes)) as pdf:
        numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        elements_by_key = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        seen = set()
        for page in pdf.pages:
            key = int(page.obj.StructParents)
            seen.add(key)
            for element in elements_by_key[key]:
                assert element.Pg.objgen == page.obj.objgen
        assert len(seen) == len(pdf.pages)


def headers_of(element: pikepdf.Object) -> list[pikepdf.Object]:
    """Return the names of headers that the cells below an element point at."""
    found: list[pikepdf.Object] = []
    for attributes in element.get("/A", []):
        found += list(attributes.get("/Headers", []))
    for child in element.get("/K", []):
        if isinstance(child, pikepdf.Dictionary):
            found += headers_of(child)
    return found


def test_volumes_have_one_outline(volumes: bytes) -> None:
    with pikepdf.open(io.BytesIO(volumes)) as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles == [head().title, "Signatories", "Organisations", "People"]


def test_metadata_of_volumes_counts_all_pages(volumes: bytes) -> None:
    with pikepdf.open(io.BytesIO(volumes)) as pdf:
        metadata = pdf.Root.Metadata.read_bytes().decode()
        assert f"<xmpTPg:NPages>{len(pdf.pages)}</xmpTPg:NPages>" in metadata
        with pdf.open_metadata() as opened:
            assert opened.pdfa_status == "3A"


def test_volumes_give_the_same_bytes_again(
    english: Wording, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(typeset, "ROWS_A_VOLUME", 20)
    rows = list(signatures(60))
    assert printed(rows, english) == printed(rows, english)


def test_a_very_long_list_is_untagged_and_says_so(
    english: Wording, monkeypatch: pytest.MonkeyPatch, text_of: TextOf
) -> None:
    monkeypatch.setattr(typeset, "ROWS_A_VOLUME", 30)
    monkeypatch.setattr(typeset, "MOST_TAGGED_ROWS", 60)
    made = printed(signatures(120), english)
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
        assert not [page for page in pdf.pages if "/StructParents" in page.obj]
        with pdf.open_metadata() as metadata:
            assert metadata.pdfa_status == "3B"
        pages = len(pdf.pages)
    assert f"Page {pages} of {pages}" in text_of(made)


# -- when the typesetter fails ----------------------------------------------------------------


def test_a_document_that_cannot_be_made_is_an_error_in_words() -> None:
    with pytest.raises(TypesettingFailed, match="dictionary does not contain key"):
        typeset.run("{}", typeset.TAGGED, 0)


def test_a_typesetter_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sleeper = tmp_path / "sleeper.py"
    sleeper.write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr(typeset, "COMPOSITOR", sleeper)
    with pytest.raises(TypesettingFailed, match="more than 1 second"):
        typeset.run("{}", typeset.TAGGED, 0, seconds=1)


def test_a_typesetter_that_is_killed_is_an_error_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    killed = tmp_path / "killed.py"
    killed.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    monkeypatch.setattr(typeset, "COMPOSITOR", killed)
    with pytest.raises(TypesettingFailed, match="signal 9"):
        typeset.run("{}", typeset.TAGGED, 0)


def test_the_typesetter_gets_no_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spy = tmp_path / "spy.py"
    spy.write_text("import os, sys\nsys.stdout.write(','.join(sorted(os.environ)))\n")
    monkeypatch.setattr(typeset, "COMPOSITOR", spy)
    monkeypatch.setitem(os.environ, "MASTER_KEY", "secret")
    assert b"MASTER_KEY" not in typeset.run("{}", typeset.TAGGED, 0)


def test_an_organisation_is_listed_by_its_own_name(english: Wording, text_of: TextOf) -> None:
    signer = {"signer": "Олжас Ким", "latin_name": "Olzhas Kim", "role": "director"}
    text = flat(text_of(printed([organisation("Elimay", **signer)], english)))
    assert "1 Elimay" in text
    assert "Олжас Ким (Olzhas Kim), director" in text


def test_initials_are_printed_without_anything_else(english: Wording, text_of: TextOf) -> None:
    shy = replace(
        person("Айгүл Сәрсенова", latin_name="Aigul", town="Алматы", organisation="Elimay"),
        visibility=Visibility.INITIALS,
    )
    text = text_of(printed([shy], english, head(initiators=())))
    assert "А. С." in text
    for hidden in ("Айгүл", "Aigul", "Алматы", "Elimay"):
        assert hidden not in text
