"""Pages saved as text, with all their navigation, and plain notes: every line gets a label, the labels make an article.

`lines` measures, `features` and `model` say how likely each line is the story's, `story` finds the run of them, `head`,
`middle` and `tail` label by their tables, `bylines` settles who wrote it and when, `fields` reads off.
"""

from __future__ import annotations

from datetime import datetime

from newsletter.errors import SourceError
from newsletter.ingest.decode import MAX_PROSE
from newsletter.ingest.draft import Draft
from newsletter.ingest.dump.fields import draft
from newsletter.ingest.dump.labeller import label, labelled
from newsletter.ingest.dump.labels import Label

__all__ = ["Label", "label", "read"]


def read(text: str, source: str, now: datetime) -> Draft:
    """What a page's text says. Raises SourceError when there is far too much of it."""
    if len(text) > MAX_PROSE:
        raise SourceError(source, f"{len(text):,} characters of text; expected at most {MAX_PROSE:,}; split it")
    return draft(labelled(text), now)
