"""A saved page → Draft."""

from __future__ import annotations

import re
from datetime import datetime

from newsletter.ingest.draft import Draft
from newsletter.ingest.html import body, finishing, metadata, tree

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")


def read(text: str, source: str, now: datetime) -> Draft:
    """What a page says. Raises SourceError when it is no HTML or nested too deeply."""
    root = tree.parse(text, source)
    found = metadata.read(root, now)
    saved = _SAVED_FROM.search(text[:5000])
    address = found.url or (saved[1] if saved else "") or (source if source.startswith(("http://", "https://")) else "")
    base = next((node.get("href", "") for node in root.iter("base") if node.get("href")), "") or address
    chosen = body.body(root)
    blocks = finishing.strip(chosen.blocks, (found.title, found.category, *found.authors))
    return Draft(
        title=found.title,
        url=address,
        base=base,
        deck=found.deck,
        category=found.category,
        authors=found.authors,
        role=found.role,
        site=found.site,
        published=found.published,
        language=found.language,
        image=found.image,
        image_alt=found.image_alt,
        modified=found.modified,
        truncated=chosen.gated or found.closed,
        blocks=finishing.takeaways(blocks),
        references=finishing.references(blocks),
        tags=found.tags,
    )
