"""Picks moved about in an issue (pure: an Issue goes in, another comes out)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter.errors import NotFound
from newsletter.models import Issue, Pick, Section


def pinned(issue: Issue, article: int, state: bool) -> Issue:
    """The issue with that article's pick pinned or unpinned, where it stands. Raises NotFound."""
    taken(issue, article)
    sections = (
        replace(s, picks=tuple(replace(p, pinned=state) if p.article == article else p for p in s.picks))
        for s in issue.sections
    )
    return replace(issue, sections=tuple(sections))


def taken(issue: Issue, article: int) -> tuple[Issue, Pick]:
    """The issue without that article, and its pick. Raises NotFound."""
    for pick in issue.picks:
        if pick.article == article:
            rest = tuple(replace(s, picks=tuple(p for p in s.picks if p is not pick)) for s in issue.sections)
            return replace(issue, sections=rest), pick
    raise NotFound("article", article, f"it is not in issue {issue.number}")


def placed(issue: Issue, picks: Sequence[Pick], section: str | None, position: int | None) -> Issue:
    """The picks put into the section of that title (made if new; default the last) at a position from 1, or its end."""
    sections = list(issue.sections) or [Section("")]
    titles = [s.title for s in sections]
    if section is not None and section not in titles:
        sections.append(Section(section))
        titles.append(section)
    index = len(sections) - 1 if section is None else titles.index(section)
    there = list(sections[index].picks)
    at = len(there) if position is None else max(0, min(position - 1, len(there)))
    sections[index] = replace(sections[index], picks=(*there[:at], *picks, *there[at:]))
    return replace(issue, sections=tuple(sections))
