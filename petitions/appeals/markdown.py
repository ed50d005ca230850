"""Organisers' Markdown as HTML that cannot do anything.

markdown-it with raw HTML off, then nh3 over the result: two guards of different make.
"""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "h2", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote", "br", "hr"}
SCHEMES = frozenset({"http", "https", "mailto"})
"""To where a link may lead."""

parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")
"""Reads an appeal's text, wherever it is shown or printed."""


def to_html(text: str) -> Markup:
    """Render CommonMark. Headings begin at the second level; links may be web or mail only."""
    html = parser.render(text).replace("<h1>", "<h2>").replace("</h1>", "</h2>")
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - cleaned in the line above
