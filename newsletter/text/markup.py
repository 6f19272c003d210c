"""The editor's Markdown as safe HTML and as plain text.

Raw HTML is not read (it shows as written), and nh3 keeps only a handful of tags and http, https and mailto links.
Headings all become h3, since an intro stands below the issue's own headings; images become their alternative text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from newsletter.bidi import Direction
from newsletter.text.letter import letter

_TAGS = {"p", "a", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "br", "hr", "h3"}
_SCHEMES = {"http", "https", "mailto"}


def markdown(text: str) -> str:
    """Markdown as sanitised HTML (p, a, strong, em, ul, ol, li, blockquote, code, pre, br, hr, h3), ending in "\\n"."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in _flat(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"
        elif token.type == "image":
            token.type, token.content = "text", "".join(child.content for child in token.children or ())
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )


def markdown_text(text: str, width: int = 72, direction: Direction = "ltr") -> str:
    """The same Markdown as plain text wrapped at `width` cells (see `letter`)."""
    return letter(SyntaxTreeNode(_parser().parse(text)), width, direction)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.validateLink = _is_allowed  # type: ignore[method-assign]  # the library's documented way to restrict links
    return parser


def _is_allowed(url: str) -> bool:
    """A link elsewhere (javascript:, a path without a host) stays as it was typed, where its author sees it."""
    return url.partition(":")[0].lower() in _SCHEMES


def _flat(tokens: Sequence[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *_flat(token.children or ()))]
