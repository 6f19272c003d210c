"""A piece of HTML that is all content (a feed item's, or one inside Markdown) → Blocks; nothing is guessed away."""

from __future__ import annotations

from newsletter.ingest.html import tree
from newsletter.ingest.html.blocks import blocks as walk
from newsletter.models import Block


def blocks(html: str) -> list[Block]:
    """The fragment's blocks; text without any markup is split at blank lines.

    Raises SourceError, with "fragment" as its source, when it is nested too deeply or has too many elements.
    """
    if "<" not in html and "&" not in html:
        return [Block("paragraph", part) for part in html.split("\n\n") if part.strip()]
    return walk(tree.parse(f"<div>{html}</div>", "fragment"))


def text(html: str) -> str:
    """The words of a fragment on one line (titles and summaries of feeds)."""
    return " ".join(" ".join(block.text for block in blocks(html)).split())
