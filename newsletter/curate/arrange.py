"""Picks moved about in an issue (pure: an Issue goes in, another comes out)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from newsletter.errors import Conflict, NotInIssue, Refused
from newsletter.models import Issue, Pick, Section


def pinned(issue: Issue, article: int, state: bool) -> Issue:
    """The issue with that article's pick pinned or unpinned, where it stands. Raises NotInIssue."""
    taken(issue, article)
    sections = (
        replace(s, picks=tuple(replace(p, pinned=state) if p.article == article else p for p in s.picks))
        for s in issue.sections
    )
    return replace(issue, sections=tuple(sections))


def taken(issue: Issue, article: int) -> tuple[Issue, Pick]:
    """The issue without that article, and its pick. Raises NotInIssue."""
    for pick in issue.picks:
        if pick.article == article:
            rest = tuple(replace(s, picks=tuple(p for p in s.picks if p is not pick)) for s in issue.sections)
            return replace(issue, sections=rest), pick
    raise absent(issue, article)


def dropped(issue: Issue, articles: Collection[int]) -> Issue:
    """The issue without those articles. Raises NotInIssue."""
    there = [pick.article for pick in issue.picks]
    for article in articles:
        if article not in there:
            raise NotInIssue(article, issue.number, there, unwanted=True)
        issue, _ = taken(issue, article)
    return issue


def moved(issue: Issue, article: int, to: int, section: str | None) -> Issue:
    """The issue with that article at a position from 1 of a section (None: its own). Raises NotInIssue, Refused."""
    home = place(issue, article)
    rest, pick = taken(issue, article)
    stays = section is None or section == issue.sections[home].title
    changed = placed(rest, [pick], home if stays else section, to)
    there = changed.sections[place(changed, article)]
    if to > len(there.picks):
        where = there.title or "its section"
        counted = f"{len(there.picks)} article{'s' if len(there.picks) > 1 else ''}"
        has = f"{where} has {counted}" if stays else f"{where} has {counted} with this one"
        places = f"1 to {len(there.picks)}" if len(there.picks) > 1 else "1"
        raise Refused(f"article {article} can't be moved to {to}: {has}; say --to {places}")
    return changed


def absent(issue: Issue, article: int) -> NotInIssue:
    """What to say of an article that the issue has not."""
    return NotInIssue(article, issue.number, [pick.article for pick in issue.picks])


def require_new(issue: Issue, articles: Collection[int]) -> None:
    """Raises Conflict for an article that the issue has already, with where it stands and what to do with it."""
    for section in issue.sections:
        for position, pick in enumerate(section.picks, 1):
            if pick.article in articles:
                at = f"{pick.article} is in issue {issue.number} already, at {position}"
                place = f"{at} of {section.title}" if section.title else at
                raise Conflict(
                    f"article {place}; `newsletter issue move {issue.number} {pick.article} --to POSITION` moves it, "
                    f"`newsletter issue pin {issue.number} {pick.article}` keeps it there, "
                    f"`newsletter issue show {issue.number}` lists what is in"
                )


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
    rest, old = taken(issue, article)
    home = place(issue, article)
    if not section or section == issue.sections[home].title:
        return placed(rest, [pick], home, issue.sections[home].picks.index(old) + 1)
    return placed(rest, [pick], section, None)


def vetoed(issue: Issue, articles: Collection[int], *, off: bool = False) -> Issue:
    """The issue with those articles vetoed, or (`off`) no longer."""
    kept = tuple(known for known in issue.vetoed if known not in articles)
    return replace(issue, vetoed=kept if off else (*kept, *dict.fromkeys(articles)))


def place(issue: Issue, article: int) -> int:
    """The index of the section that article is in. Raises NotInIssue."""
    for at, section in enumerate(issue.sections):
        if any(pick.article == article for pick in section.picks):
            return at
    raise absent(issue, article)


def placed(issue: Issue, picks: Sequence[Pick], section: str | int | None, position: int | None) -> Issue:
    """The picks put into a section at a position from 1, or its end.

    The section is named by its index, as several may have one title, or by its title (the first of that title; made if
    new); None is the last one.
    """
    sections = list(issue.sections) or ([] if isinstance(section, str) else [Section("")])
    titles = [s.title for s in sections]
    if isinstance(section, str) and section not in titles:
        sections.append(Section(section))
        titles.append(section)
    index = titles.index(section) if isinstance(section, str) else len(sections) - 1 if section is None else section
    there = list(sections[index].picks)
    at = len(there) if position is None else max(0, min(position - 1, len(there)))
    sections[index] = replace(sections[index], picks=(*there[:at], *picks, *there[at:]))
    return replace(issue, sections=tuple(sections))
