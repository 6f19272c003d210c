"""The editor's desk: an issue is drafted, arranged, edited, rendered, checked, previewed and approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from newsletter import durations
from newsletter.curate import arrange, issue_text
from newsletter.curate.headlines import Variant, variants
from newsletter.curate.pick import pick as select
from newsletter.curate.selection import Criteria, LeftOut, Selection
from newsletter.errors import Conflict, NotFound, Refused
from newsletter.models import Article, Issue, IssueStatus, Pick, Section, Why
from newsletter.text.clean import one_line

if TYPE_CHECKING:
    from newsletter.app.summaries import Announce
    from newsletter.app.workspace import Workspace

_PREHEADER_CHARACTERS = 110
#: Numbers of the articles that a Markdown view may ask for.
_MENTIONED = re.compile(r"article[ \t]+(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A new issue and how it came about: what was picked, what was left out and why."""

    issue: Issue
    considered: int
    left_out: tuple[LeftOut, ...] = ()


class Desk:
    """Issues of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store

    def new(
        self,
        *,
        title: str | None = None,
        pick: bool = False,
        maximum: int | None = None,
        since: timedelta | None = None,
        words: Sequence[str] = (),
        announce: Announce = lambda _: None,
    ) -> Draft:
        """A draft with the next number; `pick` fills it; `announce` hears what a language model costs.

        Raises Refused, and makes nothing, when there is nothing to pick.
        """
        settings = self._workspace.settings
        selection = self._select(maximum, since, words) if pick else None
        picks = self._picks([(p.article, p.why) for p in selection.picks], announce) if selection else ()
        draft = Issue(
            number=0,
            title="",
            subject="",
            sections=(Section("", picks),) if picks else (),
            created=self._workspace.clock(),
        )
        with self._store.begin() as work:
            issue = work.issues.create(draft)
            issue = replace(issue, title=one_line(title or "") or f"{settings.newsletter.name} #{issue.number}")
            issue = replace(issue, subject=_subject(issue), preheader=_preheader(issue))
            work.issues.save(issue)
        considered = len(selection.picks) + len(selection.left_out) if selection else 0
        return Draft(issue, considered, selection.left_out if selection else ())

    def refill(
        self,
        number: int,
        *,
        maximum: int | None = None,
        since: timedelta | None = None,
        words: Sequence[str] = (),
        announce: Announce = lambda _: None,
    ) -> Draft:
        """Pick again: pinned picks stay where they are, the others are replaced. Raises NotFound, Refused.

        Subject and preheader follow the picks, where they are still what this program suggested.
        """
        issue = self.get(number)
        kept = [replace(s, picks=tuple(p for p in s.picks if p.pinned)) for s in issue.sections]
        pinned = [pick.article for section in kept for pick in section.picks]
        selection = self._select(maximum, since, words, pinned=pinned)
        fresh = self._picks([(p.article, p.why) for p in selection.picks if p.article.id not in pinned], announce)
        sections = [s for s in kept if s.picks] or [Section("")]
        sections[0] = replace(sections[0], picks=sections[0].picks + fresh)
        filled = replace(issue, sections=tuple(sections))
        filled = replace(
            filled,
            subject=_subject(filled) if issue.subject == _subject(issue) else issue.subject,
            preheader=_preheader(filled) if issue.preheader == _preheader(issue) else issue.preheader,
        )
        return Draft(
            self._change(number, lambda _: filled), len(selection.picks) + len(selection.left_out), selection.left_out
        )

    def get(self, number: int) -> Issue:
        """An issue. Raises NotFound."""
        with self._store.read() as work:
            return work.issues.get(number)

    def discard(self, number: int) -> None:
        """Remove a draft. Raises NotFound, Conflict when it was sent."""
        with self._store.begin() as work:
            work.issues.delete(number)

    def issues(self) -> list[Issue]:
        with self._store.read() as work:
            return work.issues.list()

    def add(
        self,
        number: int,
        articles: Iterable[int],
        *,
        section: str | None = None,
        announce: Announce = lambda _: None,
    ) -> Issue:
        """Put articles at the end of a section (default: the last). Raises NotFound, Conflict."""
        with self._store.read() as work:
            chosen = [work.articles.get(article) for article in articles]
        picks = self._picks([(article, Why("chosen by the editor")) for article in chosen], announce)

        def with_picks(issue: Issue) -> Issue:
            present = {pick.article for pick in issue.picks}
            for pick in picks:
                if pick.article in present:
                    raise Conflict(f"article {pick.article} is in issue {number} already")
                present.add(pick.article)
            return arrange.placed(issue, picks, section, None)

        return self._change(number, with_picks)

    def drop(self, number: int, articles: Iterable[int]) -> Issue:
        """Take articles out of an issue; sections left empty go too. Raises NotFound."""

        def without(issue: Issue) -> Issue:
            for article in articles:
                issue, _ = arrange.taken(issue, article)
            return _without_empty(issue)

        return self._change(number, without)

    def pin(self, number: int, articles: Iterable[int], *, pinned: bool = True) -> Issue:
        """Mark picks that a new pick leaves in place. Raises NotFound."""

        def marked(issue: Issue) -> Issue:
            for article in articles:
                issue = arrange.pinned(issue, article, pinned)
            return issue

        return self._change(number, marked)

    def move(self, number: int, article: int, *, to: int, section: str | None = None) -> Issue:
        """Put a pick at a position (from 1) of a section (default: its own). Raises NotFound."""

        def moved(issue: Issue) -> Issue:
            home = next((s.title for s in issue.sections if any(p.article == article for p in s.picks)), None)
            rest, pick = arrange.taken(issue, article)
            return _without_empty(arrange.placed(rest, [pick], home if section is None else section, to))

        return self._change(number, moved)

    def why(self, number: int, article: int) -> Why:
        """Why an article was picked, or why it would not be. Raises NotFound."""
        issue = self.get(number)
        for pick in issue.picks:
            if pick.article == article:
                return pick.why or Why("chosen by the editor")
        selection = self._select(None, None, (), everything=True)
        for left in selection.left_out:
            if left.article.id == article:
                return Why(f"not picked: {left.reason}")
        with self._store.read() as work:
            work.articles.get(article)
        return Why(f"not in issue {number}, and a new pick would take it: `newsletter issue add {number} {article}`")

    def headlines(self, number: int, article: int) -> tuple[Variant, ...]:
        """Shorter forms of a pick's headline. Raises NotFound."""
        for pick in self.get(number).picks:
            if pick.article == article:
                return variants(pick.headline)
        raise NotFound("article", article, f"it is not in issue {number}")

    # -- as Markdown

    def markdown(self, number: int) -> str:
        """The Markdown view of an issue. Raises NotFound."""
        return issue_text.to_markdown(self.get(number))

    def save_markdown(self, number: int, text: str, *, seen: str | None = None) -> Issue:
        """Take an edited Markdown view back; `seen` is the view the edit began with, where that is known.

        Raises IssueTextError (with the line), and Conflict when the issue has changed since it was `seen`; nothing is
        saved then.
        """
        with self._store.read() as work:
            articles = work.articles.many({int(number) for number in _MENTIONED.findall(text)})

        def edited(issue: Issue) -> Issue:
            if seen is not None and issue_text.to_markdown(issue) != seen:
                raise Conflict(f"issue {number} was changed by somebody else while you edited it; look at it first")
            return issue_text.from_markdown(text, issue, articles)

        return self._change(number, edited)

    def _select(
        self,
        maximum: int | None,
        since: timedelta | None,
        words: Sequence[str],
        *,
        pinned: Sequence[int] = (),
        everything: bool = False,
    ) -> Selection:
        settings = self._workspace.settings.curate
        criteria = Criteria(
            max_articles=maximum or settings.max_articles,
            max_per_source=settings.max_per_source,
            window=since or settings.window,
            half_life=settings.half_life,
            words=tuple(words),
            topics=settings.topics,
        )
        now = self._workspace.clock()
        with self._store.read() as work:
            candidates = work.articles.list()
            history = work.articles.used()
        selection = select(candidates, criteria, history=history, now=now, pinned=pinned)
        if not selection.picks and not everything:
            raise Refused(_nothing_to_pick(candidates, criteria, selection))
        return selection

    def _picks(self, chosen: Sequence[tuple[Article, Why | None]], announce: Announce) -> tuple[Pick, ...]:
        """Picks of the articles, with their summaries. Raises what `Summaries.make` does."""
        summaries = self._workspace.summaries.make([article for article, _ in chosen], announce=announce)
        return tuple(
            Pick(article.id, article.title, summary, why=why)
            for (article, why), summary in zip(chosen, summaries, strict=True)
        )

    def _change(self, number: int, change: Callable[[Issue], Issue]) -> Issue:
        """The issue after a change, saved in one transaction; what was approved is a draft again once it differs."""
        with self._store.begin() as work:
            before = work.issues.get(number)
            issue = change(before)
            if issue != before and issue.status is IssueStatus.APPROVED:
                issue = replace(issue, status=IssueStatus.DRAFT)
            work.issues.save(issue)
        return issue


def _without_empty(issue: Issue) -> Issue:
    return replace(issue, sections=tuple(s for s in issue.sections if s.picks))


def _nothing_to_pick(candidates: Sequence[Article], criteria: Criteria, selection: Selection) -> str:
    window = durations.show(criteria.window)
    if not candidates:
        return "there are no articles yet; `newsletter add` takes them in"
    reasons = "; ".join(dict.fromkeys(left.reason for left in selection.left_out[:3]))
    return f"nothing to pick from {len(candidates)} articles in the last {window}: {reasons}"


def _subject(issue: Issue) -> str:
    """What is suggested as the subject: the first headline, else the title."""
    return _literal(next((pick.headline for pick in issue.picks), issue.title))


def _preheader(issue: Issue) -> str:
    """What is suggested as the preheader: the second to fourth headline, as far as inboxes show them."""
    text = ""
    for pick in islice(issue.picks, 1, 4):
        longer = f"{text} · {pick.headline}" if text else pick.headline
        if len(longer) > _PREHEADER_CHARACTERS and text:
            break
        text = longer
    return _literal(text)


def _literal(headline: str) -> str:
    """An article's words where merge fields may stand: its braces begin none (see render.merge)."""
    return headline.replace("{{", r"\{{")
