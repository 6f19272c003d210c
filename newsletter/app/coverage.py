"""Who else covers a story, as far as the editor could know: what came in after the issue was drafted is not printed.

Otherwise a feed that brings one more report between approval and sending would change the issue, and the approval with
it would lapse.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from newsletter.models import Article, Issue

if TYPE_CHECKING:
    from newsletter.store.store import UnitOfWork


def others(work: UnitOfWork, issue: Issue, articles: Mapping[int, Article]) -> dict[int, tuple[Article, ...]]:
    """By article, the other articles of its story that were there when it was picked or the issue begun."""
    begun = [moment for moment in (issue.created, issue.asked.at if issue.asked else None) if moment is not None]
    found: dict[int, tuple[Article, ...]] = {}
    for article in articles.values():
        if article.story is None:
            continue
        known = max([*begun, *([article.added] if article.added else [])], default=None)
        found[article.id] = tuple(
            other
            for other in work.stories.get(article.story).articles
            if other.id != article.id and (known is None or other.added is None or other.added <= known)
        )
    return found
