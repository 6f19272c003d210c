"""The editor's Markdown as safe HTML and as plain text.

Raw HTML is not read (it shows as written), and nh3 keeps only a handful of tags and http, https and mailto links.
Tables are GitHub's, with pipes. Headings all become h3, since an intro stands below the issue's own headings; images
become their alternative text.

Most intros and notes are words alone. `words_alone` tells them, so that they need neither parser nor sanitiser.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from newsletter.bidi import Direction
from newsletter.text.binding import bound
from newsletter.text.letter import letter, paragraph

_TAGS = {"p", "a", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "br", "hr", "h3"} | {
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_SCHEMES = {"http", "https", "mailto"}
#: A line that begins with a letter, ends in no blank, and has nothing that Markdown or HTML could mean anything by.
_WORDS = re.compile(r"[^\W\d_][^\\`*_\[\]<>&\n]*(?<! )")


def words_alone(text: str, language: str = "") -> list[str] | None:
    """The paragraphs of a Markdown text that is nothing but words, a line each; None where it may be more."""
    paragraphs = text.strip("\n").split("\n\n")
    if not all(line.isprintable() and _WORDS.fullmatch(line) for line in paragraphs):
        return None
    return [bound(line, language) for line in paragraphs]


def markdown(text: str, language: str = "") -> str:
    """Markdown, in a language by its tag, as sanitised HTML of `_TAGS`, ending in "\\n".

    Code runs from left to right wherever it stands.
    """
    parser = _parser()
    tokens = _read(text, language)
    for token in _flat(tokens):
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3"
        elif token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"align": str(token.attrs["style"]).removeprefix("text-align:")}
        elif token.type == "image":
            token.type, token.content = "text", "".join(child.content for child in token.children or ())
    return nh3.clean(
        parser.renderer.render(tokens, parser.options, {}),
        tags=_TAGS,
        attributes={"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}},
        set_tag_attribute_values={"code": {"dir": "ltr"}, "pre": {"dir": "ltr"}},
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel=None,
    )


def markdown_text(text: str, width: int = 72, direction: Direction = "ltr", language: str = "") -> str:
    """The same Markdown as plain text wrapped at `width` cells (see `letter`)."""
    paragraphs = words_alone(text, language)
    if paragraphs is not None:
        return "\n\n".join([paragraph(words, width, direction) for words in paragraphs])
    return letter(SyntaxTreeNode(_read(text, language)), width, direction)


def pictures(text: str) -> list[tuple[str, bool]]:
    """The pictures that a Markdown text asks for: the words of each, and whether these are what is printed of it.

    Any other, whose address no mail could lead to, is printed as it was typed.
    """
    if "![" not in text:
        return []
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - as in _parser; it names it
    images = [token for token in _flat(parser.parse(text)) if token.type == "image"]
    return [(token.content, _is_allowed(str(token.attrs["src"]))) for token in images]


def _read(text: str, language: str) -> list[Token]:
    tokens = _parser().parse(text)
    for token in _flat(tokens):
        if token.type == "text":
            token.content = bound(token.content, language)
    return tokens


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    parser.validateLink = _is_allowed  # type: ignore[method-assign]  # the library's documented way to restrict links
    return parser


def _is_allowed(url: str) -> bool:
    """A link elsewhere (javascript:, a path without a host) stays as it was typed, where its author sees it."""
    return url.partition(":")[0].lower() in _SCHEMES


def _flat(tokens: Sequence[Token]) -> list[Token]:
    return [t for token in tokens for t in (token, *_flat(token.children or ()))]
