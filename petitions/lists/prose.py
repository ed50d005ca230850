"""An appeal's Markdown as a tree of plain data, for a typesetter that must never see markup."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from markdown_it.tree import SyntaxTreeNode

from petitions.appeals.markdown import SCHEMES, parser
from petitions.lists.glyphs import printable, printable_lines

Node = dict[str, Any]
"""`{"is": kind, ...}` with a list of nodes in `of`, a text in `text`, or an address in `to`."""

HIGHEST_HEADING = 2
"""Level 1 is the title of the document."""


def prose(markdown: str) -> list[Node]:
    """Return the blocks of a CommonMark text; raw HTML in it is text like any other.

    It is read as the appeal's page reads it: what was signed is what is printed.

    Blocks: `paragraph`, `heading` (with `level`), `quote`, `bullets` and `numbers` (with `start`;
    each of `of` is a list of blocks), `code`, `rule`. Within a line: `text`, `strong`, `em`,
    `link`, `break`. A link with another scheme than `SCHEMES` leaves its words only. Every text is
    `printable`.
    """
    root = SyntaxTreeNode(parser.parse(markdown))
    return _Levels().set_right([node for child in root.children for node in _block(child)])


class _Levels:
    """Headings as a document must have them (ISO 14289-1, 7.4): no level is skipped."""

    def __init__(self) -> None:
        self._last = HIGHEST_HEADING - 1

    def set_right(self, nodes: list[Node]) -> list[Node]:
        for node in nodes:
            if node["is"] == "heading":
                wanted = node["level"] + HIGHEST_HEADING - 1
                self._last = node["level"] = min(wanted, self._last + 1)
        return nodes


def _block(node: SyntaxTreeNode, *, nested: bool = False) -> Iterator[Node]:
    match node.type:
        case "paragraph":
            yield {"is": "paragraph", "of": _lines(node.children)}
        case "heading":
            # A heading inside a quotation or a list has no place in the document's outline.
            bold: Node = {"is": "strong", "of": _lines(node.children)}
            level = int(node.tag[1:])
            heading: Node = {"is": "heading", "level": level, "of": bold["of"]}
            yield {"is": "paragraph", "of": [bold]} if nested else heading
        case "blockquote":
            yield {"is": "quote", "of": _inside(node)}
        case "bullet_list":
            yield {"is": "bullets", "of": [_inside(item) for item in node.children]}
        case "ordered_list":
            start = int(node.attrs.get("start", 1))
            items = [_inside(item) for item in node.children]
            yield {"is": "numbers", "start": start, "of": items}
        case "hr":
            yield {"is": "rule"}
        case _ if node.content:  # code, fenced code, and whatever else holds text alone
            yield {"is": "code", "text": printable_lines(node.content.rstrip("\n"))}


def _inside(node: SyntaxTreeNode) -> list[Node]:
    return [inner for child in node.children for inner in _block(child, nested=True)]


def _lines(nodes: Sequence[SyntaxTreeNode]) -> list[Node]:
    return [inner for node in nodes for inner in _inline(node)]


def _inline(node: SyntaxTreeNode) -> Iterator[Node]:
    match node.type:
        case "inline":
            yield from _lines(node.children)
        case "strong" | "em":
            yield {"is": node.type, "of": _lines(node.children)}
        case "link":
            yield from _link(node)
        case "softbreak":
            yield {"is": "text", "text": " "}
        case "hardbreak":
            yield {"is": "break"}
        case _ if node.content:
            yield {"is": "text", "text": printable(node.content, longest=None)}


def _link(node: SyntaxTreeNode) -> Iterator[Node]:
    words = _lines(node.children)
    address = str(node.attrs.get("href", ""))
    if is_safe(address):
        yield {"is": "link", "to": address, "of": words}
    else:
        yield from words


def is_safe(address: str) -> bool:
    """Whether a link to `address` may stand in a document."""
    try:
        return urlsplit(address).scheme.lower() in SCHEMES
    except ValueError:
        return False
