"""Volumes of a long list bound into one PDF: pages in order, tags joined, page numbers put in.

Terms of ISO 32000-1: structure tree (14.7), its parent tree (14.7.4.4), name tree (7.9.6).
"""

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, String

_PAGES_IN_METADATA = re.compile(rb"(<xmpTPg:NPages>)\d+(</xmpTPg:NPages>)")


def page_count(file: BinaryIO) -> int:
    """Return the number of pages of a PDF."""
    with pikepdf.open(file) as pdf:
        return len(pdf.pages)


def bind(
    file: BinaryIO, volumes: Sequence[BinaryIO], folios: Sequence[BinaryIO], *, tagged: bool
) -> None:
    """Write the pages of `volumes` to `file` as one PDF, each under its page of `folios`.

    Metadata and claims of conformance are those of the first volume. With `tagged`, all volumes
    are, and their structure trees become one; else what tags there are in some are left behind.
    The same volumes give the same bytes.
    """
    with pikepdf.open(volumes[0]) as book:
        for number, volume in enumerate(volumes[1:], start=1):
            with pikepdf.open(volume) as other:
                _append(book, other, number, tagged=tagged)
        _number(book, folios)
        _correct_metadata(book)
        book.save(
            file,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
        )


def _append(book: Pdf, other: Pdf, number: int, *, tagged: bool) -> None:
    first = len(book.pages)
    # Pages first: copied later, the structure tree then points at these very copies.
    book.pages.extend(other.pages)
    _append_outline(book, other, first)
    if tagged:
        _Joint(book, number).join(other, first)
        return
    for page in list(book.pages)[first:]:
        for key in ("/StructParents", "/Tabs"):
            if key in page.obj:
                del page.obj[key]


def _append_outline(book: Pdf, other: Pdf, first: int) -> None:
    page_at = {page.obj.objgen: at for at, page in enumerate(other.pages)}
    with other.open_outline() as theirs, book.open_outline() as ours:
        for item in _flat(theirs.root):
            page = item.destination[0] if isinstance(item.destination, Array) else None
            if page is not None and page.objgen in page_at:
                ours.root.append(OutlineItem(item.title, first + page_at[page.objgen]))


def _flat(items: Sequence[OutlineItem]) -> Iterator[OutlineItem]:
    for item in items:
        yield item
        yield from _flat(item.children)


class _Joint:
    """Joins the structure tree of one more volume to that of the book."""

    def __init__(self, book: Pdf, number: int) -> None:
        self._book = book
        self._root = book.Root.StructTreeRoot
        self._prefix = f"V{number:04}"

    def join(self, other: Pdf, first: int) -> None:
        theirs = self._book.copy_foreign(other.Root.StructTreeRoot)
        self._shift_parents(theirs, first)
        self._take_names(theirs)
        document = _only(self._root.K)
        for child in _several(_only(theirs.K).K):
            child.P = document
            document.K.append(child)
            if child.S == "/Table":
                self._rename_headers(child)

    def _shift_parents(self, theirs: Object, first: int) -> None:
        """Give the pages' keys into the parent tree a range of their own."""
        shift = int(self._root.ParentTreeNextKey)
        for page in list(self._book.pages)[first:]:
            if "/StructParents" in page.obj:
                page.obj.StructParents = int(page.obj.StructParents) + shift
            for annotation in _several(page.obj.get("/Annots", Array())):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + shift
        numbers = self._root.ParentTree.Nums
        for at, item in enumerate(_several(theirs.ParentTree.Nums)):
            numbers.append(item if at % 2 else int(item) + shift)
        self._root.ParentTreeNextKey = shift + int(theirs.ParentTreeNextKey)

    def _take_names(self, theirs: Object) -> None:
        """Each volume counts its tables from 1, so their names get the volume's prefix."""
        if "/IDTree" not in theirs:
            return
        if "/IDTree" not in self._root:
            self._root.IDTree = self._book.make_indirect(Dictionary(Names=Array()))
        names = self._root.IDTree.Names
        # The letter's own names begin with U as theirs do, and sort before V0001.
        for at, item in enumerate(_several(theirs.IDTree.Names)):
            names.append(item if at % 2 else self._named(item))
            if at % 2:
                item.ID = self._named(item.ID)
        if "/Limits" in self._root.IDTree:
            del self._root.IDTree["/Limits"]

    def _rename_headers(self, element: Object) -> None:
        """Let each cell name its header by the new name (attribute Headers, 14.8.5.7)."""
        for attributes in _several(element.get("/A", Array())):
            if "/Headers" in attributes:
                attributes.Headers = Array([self._named(h) for h in _several(attributes.Headers)])
        for child in _several(element.get("/K", Array())):
            if isinstance(child, Dictionary) and "/S" in child:
                self._rename_headers(child)

    def _named(self, name: object) -> String:
        return String(self._prefix + str(name))


def _several(value: Object) -> list[Object]:
    return list(value) if isinstance(value, Array) else [value]


def _only(value: Object) -> Object:
    return _several(value)[0]


def _number(book: Pdf, folios: Sequence[BinaryIO]) -> None:
    at = 0
    for volume in folios:
        with pikepdf.open(volume) as numbers:
            for folio in numbers.pages:
                _overlay(book, book.pages[at], folio)
                at += 1


def _overlay(book: Pdf, page: Page, folio: Page) -> None:
    """Draw `folio` on `page`. By hand, as pikepdf's own overlay gives its drawing a random name."""
    drawing = book.copy_foreign(folio.as_form_xobject())
    name = page.add_resource(drawing, Name.XObject, Name.Folio)
    page.contents_add(b"q %b Do Q" % str(name).encode())


def _correct_metadata(book: Pdf) -> None:
    pages = str(len(book.pages)).encode()
    metadata = book.Root.Metadata
    metadata.write(_PAGES_IN_METADATA.sub(rb"\g<1>" + pages + rb"\g<2>", metadata.read_bytes()))
