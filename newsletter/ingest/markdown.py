"""Markdown, with or without front matter → Draft, by markdown-it-py's tokens.

HTML inside Markdown is read as HTML where its elements are HTML's; anything else in angle brackets is literal text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from newsletter import urls
from newsletter.errors import SourceError
from newsletter.ingest import chrome, dates, frontmatter, names
from newsletter.ingest.decode import MAX_PROSE
from newsletter.ingest.draft import Draft
from newsletter.ingest.html import fragment
from newsletter.models import Block

_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9\-]*)")
_HTML_NAMES = frozenset(
    """
    a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details
    dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe img ins kbd li main mark nav
    noscript ol p picture pre q s samp script section small source span strong strike style sub summary sup table
    tbody td tfoot th thead time tr u ul var video audio wbr
    """.split()  # noqa: SIM905 – words read better as text than as a list of literals
)


def read(text: str, source: str, now: datetime) -> Draft:
    """What a Markdown text says. Raises SourceError for front matter that does not parse, or far too much text."""
    if len(text) > MAX_PROSE:
        raise SourceError(source, f"{len(text):,} characters of text; expected at most {MAX_PROSE:,}; split it")
    matter, rest = frontmatter.split(text, source)
    draft = Draft(has_files=urls.canonical(source) is None)
    frontmatter.fill(draft, matter, now)
    draft.blocks = _without_head(list(blocks(rest)), draft, now)
    if not draft.image and (first := next((block for block in draft.blocks if block.type == "image"), None)):
        draft.image, draft.image_alt = first.url or "", first.text
    return draft


def blocks(text: str) -> Iterator[Block]:
    """The text's blocks, in reading order."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for node in SyntaxTreeNode(parser.parse(text)).children:
        yield from _block(node)


def _block(node: SyntaxTreeNode) -> Iterator[Block]:
    match node.type:
        case "heading":
            yield Block("heading", _text(node), level=int(node.tag[1]))
        case "paragraph":
            yield from _paragraph(node)
        case "bullet_list" | "ordered_list":
            yield Block("list", "\n".join(_items(node)))
        case "blockquote":
            yield _quote(node)
        case "fence" | "code_block":
            yield Block("code", node.content)
        case "table":
            rows = (row for part in node.children for row in part.children)
            yield Block("table", "\n".join("\t".join(" ".join(_text(c).split()) for c in row.children) for row in rows))
        case "html_block":
            yield from _html(node.content)


def _paragraph(node: SyntaxTreeNode) -> Iterator[Block]:
    """A paragraph; images that stand alone in it are blocks of their own."""
    inline = [child for part in node.children for child in part.children]
    images = [child for child in inline if child.type == "image"]
    images += [child for link in inline if link.type == "link" for child in link.children if child.type == "image"]
    for image in images:
        yield Block("image", image.content, url=str(image.attrs.get("src", "")))
    text = _text(node, images=not images)
    if text.strip():
        yield Block("paragraph", text)


def _text(node: SyntaxTreeNode, *, images: bool = True) -> str:
    if node.type in {"text", "code_inline"}:
        return node.content
    if node.type in {"softbreak", "hardbreak"}:
        return "\n"
    if node.type == "html_inline":
        return "" if _is_html(node.content) else node.content
    if node.type == "image":
        return node.content if images else ""
    return "".join(_text(child, images=images) for child in node.children)


def _items(node: SyntaxTreeNode) -> Iterator[str]:
    for item in node.children:
        parts: list[str] = []
        nested: list[str] = []
        for child in item.children:
            if child.type in {"bullet_list", "ordered_list"}:
                nested += _items(child)
            else:
                parts.append(" ".join((_text(child) or child.content).split()))
        yield " ".join(parts)
        yield from nested


def _quote(node: SyntaxTreeNode) -> Block:
    lines = [" ".join(line.split()) for child in node.children for line in _flat(child).split("\n") if line.strip()]
    if len(lines) > 1 and lines[-1].startswith(("—", "–", "--")) and len(lines[-1].split()) <= 15:
        return Block("quote", "\n".join(lines[:-1]), attribution=lines[-1].lstrip("—–- "))
    return Block("quote", "\n".join(lines))


def _flat(node: SyntaxTreeNode) -> str:
    return "\n".join(block.text for block in _block(node))


def _html(content: str) -> Iterator[Block]:
    if content.lstrip().startswith("<!--"):
        return
    if _is_html(content):
        yield from fragment.blocks(content)
    else:
        yield Block("paragraph", content)


def _is_html(content: str) -> bool:
    tags = _TAG.findall(content)
    return content.startswith("<!--") or (bool(tags) and all(name.lower() in _HTML_NAMES for name in tags))


def _without_head(found: list[Block], draft: Draft, now: datetime) -> list[Block]:
    """Title, byline and date that stand above the text go into their fields; what front matter says has precedence."""
    rest = list(found)
    if rest and rest[0].type == "heading" and (not draft.title or _same(rest[0].text, draft.title)):
        draft.title = draft.title or rest[0].text
        rest = rest[1:]
    while rest and rest[0].type == "paragraph" and len(rest[0].text.split()) <= 15 and len(rest) > 1:
        if not _take(rest[0].text.strip(), draft, now):
            break
        rest = rest[1:]
    return [block for block in rest if not (block.type == "paragraph" and chrome.meaning(block.text) == "copyright")]


def _take(line: str, draft: Draft, now: datetime) -> bool:
    """Whether a line above the text is a byline or date line, which then fills the draft."""
    date = dates.find(line)
    words_left = len(line.split()) - len((date or "").split())
    is_byline = names.has_lead(line)
    if not is_byline and not (date and words_left <= 6):
        return False
    line_names = names.byline(line)
    if (is_byline or date) and not draft.authors:
        draft.authors += line_names.names
        draft.role = draft.role or line_names.role
    draft.published = draft.published or dates.parse(date, now)
    return True


def _same(one: str, two: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(two.split()).casefold()
