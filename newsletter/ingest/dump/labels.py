"""The labels that a line of a page's text can have. The table is what `fields` reads and what tests compare."""

from __future__ import annotations

from typing import Literal

Label = Literal[
    "blank",
    # around the story
    "nav", "site", "category", "title", "deck", "deck_duplicate", "cta", "comment", "copyright", "disclaimer",
    # who wrote it, and when
    "byline", "date_readtime", "author_header", "author_initials", "author_name", "author_role", "author_bio",
    # the story
    "body", "heading", "list_item", "image_caption", "image_credit", "takeaways_header", "key_takeaway", "pull_quote",
    "quote_attribution",
    # behind it
    "sources_header", "source", "related_header", "related_title", "related_date",
]  # fmt: skip

#: Labels of a story's own lines; everything else stands around it.
STORY: frozenset[Label] = frozenset(
    {
        "body",
        "heading",
        "list_item",
        "image_caption",
        "takeaways_header",
        "key_takeaway",
        "pull_quote",
        "quote_attribution",
    }
)

#: Labels that say no more of a line than that it is text of the story.
PLAIN: frozenset[Label] = frozenset({"body", "heading", "list_item", "image_caption"})
