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

from newsletter.text.wrap import cells, wrap

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


def markdown_text(text: str, width: int = 72) -> str:
    """The same Markdown as plain text wrapped at `width` cells; a link reads `words <https://…>`."""
    return "\n\n".join(_blocks(SyntaxTreeNode(_parser().parse(text)), width))


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


def _blocks(node: SyntaxTreeNode, width: int) -> list[str]:
    return [text for child in node.children if (text := _block(child, width))]


def _block(node: SyntaxTreeNode, width: int) -> str:
    match node.type:
        case "bullet_list" | "ordered_list":
            return _list(node, width)
        case "blockquote":
            return _indent("\n\n".join(_blocks(node, max(1, width - 2))), "> ", "> ")
        case "fence" | "code_block":
            return _indent(node.content.rstrip("\n"), "    ", "    ")
        case "hr":
            return "-" * min(width, 3)
        case _:
            return wrap("".join(_inline(child) for child in node.children), width)


def _list(node: SyntaxTreeNode, width: int) -> str:
    number = int(node.attrs.get("start", 1))
    items = []
    for offset, item in enumerate(node.children):
        mark = f"{number + offset}. " if node.type == "ordered_list" else "• "
        inner = "\n".join(_blocks(item, max(1, width - cells(mark))))
        items.append(_indent(inner, mark, " " * cells(mark)))
    return "\n".join(items)


def _indent(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(((rest if at else first) + line).rstrip() for at, line in enumerate(lines))


def _inline(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
    words = "".join(_inline(child) for child in node.children)
    return _link(words, str(node.attrs.get("href", ""))) if node.type == "link" else words


def _link(words: str, href: str) -> str:
    scheme, _, address = href.partition(":")
    target = address if scheme.lower() == "mailto" else href
    return f"<{target}>" if words in ("", href, target) else f"{words} <{target}>"
