"""Picks moved about in an issue (pure: an Issue goes in, another comes out)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def filled(issue: Issue, kept: Sequence[Section], fresh: Sequence[tuple[str, Pick]], order: Sequence[str]) -> Issue:
    """The issue with sections `kept` and `fresh` picks, each put at the end of the section of its title.

    New sections stand in `order`, behind those that are kept. Fresh picks without a section's title go to the first.
    """
    sections = [s for s in kept if s.picks]
    titles = [s.title for s in sections]
    wanted = {title for title, _ in fresh if title}
    sections += [Section(title) for title in order if title in wanted and title not in titles]
    sections = sections or [Section("")]
    titles = [s.title for s in sections]
    for title, pick in fresh:
        at = titles.index(title) if title in titles else 0
        sections[at] = replace(sections[at], picks=(*sections[at].picks, pick))
    return replace(issue, sections=tuple(sections) if fresh or any(s.picks for s in sections) else ())


def exchanged(issue: Issue, article: int, pick: Pick, section: str) -> Issue:
    """The issue with another pick in the place of that article, or at the end of the section it belongs to."""
    for home in issue.sections:
        at = next((at for at, old in enumerate(home.picks) if old.article == article), None)
        if at is not None:
            rest, _ = taken(issue, article)
            if not section or section == home.title:
                return placed(rest, [pick], home.title, at + 1)
            return placed(rest, [pick], section, None)
    raise NotFound("article", article, f"it is not in issue {issue.number}")


def vetoed(issue: Issue, articles: Collection[int], *, off: bool = False) -> Issue:
    """The issue with those articles vetoed, or (`off`) no longer."""
    kept = tuple(known for known in issue.vetoed if known not in articles)
    return replace(issue, vetoed=kept if off else (*kept, *dict.fromkeys(articles)))


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
