"""An appeal's Markdown as data."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.lists.prose import Node, is_safe, prose


def text_in(nodes: list[Any]) -> str:
    """Return all text of a tree."""
    found = ""
    for node in nodes:
        if isinstance(node, list):
            found += text_in(node)
        else:
            found += node.get("text", "") + text_in(node.get("of", []))
    return found


def all_nodes(nodes: list[Any]) -> list[Node]:
    """Return every node of a tree."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, list):
            found += all_nodes(node)
        else:
            found += [node, *all_nodes(node.get("of", []))]
    return found


def test_paragraphs_and_emphasis_become_nodes() -> None:
    assert prose("We **ask** for *facts*.") == [
        {
            "is": "paragraph",
            "of": [
                {"is": "text", "text": "We "},
                {"is": "strong", "of": [{"is": "text", "text": "ask"}]},
                {"is": "text", "text": " for "},
                {"is": "em", "of": [{"is": "text", "text": "facts"}]},
                {"is": "text", "text": "."},
            ],
        }
    ]


def test_lists_keep_their_items_and_their_first_number() -> None:
    (numbers,) = prose("3. three\n4. four")
    assert (numbers["is"], numbers["start"], len(numbers["of"])) == ("numbers", 3, 2)


def test_heading_levels_are_never_skipped() -> None:
    levels = [node["level"] for node in prose("### deep\n\n# high\n\n###### deepest")]
    assert levels == [2, 2, 3]


def test_a_heading_in_a_quotation_is_only_bold() -> None:
    kinds = {node["is"] for node in all_nodes(prose("> # loud"))}
    assert kinds == {"quote", "paragraph", "strong", "text"}


def test_html_is_text_like_any_other() -> None:
    assert text_in(prose("<b>bold</b> <script>x</script>")) == "<b>bold</b> <script>x</script>"


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/", True),
        ("HTTP://example.org/", True),
        ("mailto:a@example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("/relative", False),
        ("http://[", False),
        ("", False),
    ],
)
def test_only_web_and_mail_addresses_become_links(address: str, safe: bool) -> None:
    assert is_safe(address) is safe


def test_an_unsafe_link_leaves_its_words() -> None:
    nodes = all_nodes(prose("[words](ftp://example.org/)"))
    assert not [node for node in nodes if node["is"] == "link"]
    assert text_in(nodes[:1]) == "words"


@given(st.text())
def test_no_text_breaks_the_tree(markdown: str) -> None:
    kinds = {node["is"] for node in all_nodes(prose(markdown))}
    assert kinds <= {
        "paragraph", "heading", "quote", "bullets", "numbers", "code", "rule",
        "text", "strong", "em", "link", "break",
    }  # fmt: skip


@given(st.text(st.characters(categories=["L"], max_codepoint=0x24F), min_size=1, max_size=15))
def test_no_word_of_a_plain_paragraph_is_lost(word: str) -> None:
    assert text_in(prose(f"before {word} after")) == f"before {word} after"
