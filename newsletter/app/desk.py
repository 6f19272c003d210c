"""The editor's desk: an issue is drafted, arranged, edited, rendered, checked, previewed and approved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.app import proofreading
from newsletter.app.picking import Caught, Choice, Elsewhere, Picking
from newsletter.curate import arrange, issue_places, issue_text, suggest
from newsletter.curate.headlines import Variant, variants
from newsletter.curate.selection import LeftOut, Picked, Selection
from newsletter.errors import Conflict, IssueTextError, NotFound, NotInIssue
from newsletter.models import Article, Asked, Issue, IssueStatus, Pick, Summary, Why
from newsletter.render.merge import STANDARD
from newsletter.text.clean import one_line

__all__ = ["Desk", "Draft", "Elsewhere", "Picked"]

if TYPE_CHECKING:
    from newsletter.app.summaries import Announce
    from newsletter.app.workspace import Workspace

#: Numbers of the articles that a Markdown view may ask for.
_MENTIONED = re.compile(r"article[ \t]+(\d{1,18})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Draft:
    """A new issue and how it came about: what was picked, what was left out and why."""

    issue: Issue
    considered: int
    left_out: tuple[LeftOut, ...] = ()
    #: Articles that stayed because the editor wrote on them.
    written_on: tuple[int, ...] = ()


class Desk:
    """Issues of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self._picking = Picking(workspace)

    def new(
        self,
        *,
        title: str | None = None,
        pick: bool = False,
        maximum: int | None = None,
        since: timedelta | None = None,
        words: Sequence[str] = (),
        theme: str = "",
        announce: Announce = lambda _: None,
    ) -> Draft:
        """A draft with the next number; `pick` fills it; `announce` hears what a language model costs.

        Raises Refused, and makes nothing, when there is nothing to pick; NotFound for a theme that there is not.
        """
        if theme:
            self._workspace.themes.require(theme)
        settings = self._workspace.settings
        asked = Asked(self._workspace.clock(), maximum, since, tuple(words)) if pick else None
        draft = Issue(number=0, title="", subject="", created=self._workspace.clock(), asked=asked, theme=theme)
        choice = self._choose(asked) if asked else Choice(Selection())
        draft = arrange.filled(draft, (), self._fresh(choice.selection, announce), self._picking.sections())
        with self._store.begin() as work:
            issue = work.issues.create(draft)
            issue = replace(issue, title=one_line(title or "") or f"{settings.newsletter.name} #{issue.number}")
            issue = replace(issue, subject=suggest.subject(issue), preheader=suggest.preheader(issue))
            work.issues.save(issue)
        return Draft(issue, choice.considered, choice.selection.left_out)

    def refill(
        self,
        number: int,
        *,
        maximum: int | None = None,
        since: timedelta | None = None,
        words: Sequence[str] = (),
        reset: bool = False,
        announce: Announce = lambda _: None,
    ) -> Draft:
        """Pick again: picks that are pinned, or that the editor wrote on, stay; the others are replaced.

        What is not asked for now is as it was when the issue was picked last, or (`reset`) as the settings have it.
        Subject and preheader follow the picks, where they are still what this program suggested. Raises
        NotFound, Refused.
        """
        issue = self.get(number)
        written = self._written_on(issue)
        before = (None if reset else issue.asked) or Asked(self._workspace.clock())
        asked = Asked(
            self._workspace.clock(), maximum or before.maximum, since or before.since, tuple(words) or before.words
        )
        kept = [replace(s, picks=tuple(p for p in s.picks if p.pinned or p.article in written)) for s in issue.sections]
        pinned = [pick.article for section in kept for pick in section.picks]
        choice = self._choose(asked, number=number, pinned=pinned, vetoed=issue.vetoed)
        fresh = self._fresh(choice.selection, announce, pinned)
        filled = suggest.followed(
            issue, arrange.filled(replace(issue, asked=asked), kept, fresh, self._picking.sections())
        )
        changed = self._change(number, lambda _: filled)
        return Draft(changed, choice.considered, choice.selection.left_out, tuple(written))

    def _written_on(self, issue: Issue) -> list[int]:
        """The articles, not pinned, whose headline, summary or note in the issue is the editor's.

        A headline is not, that is the article's title or was before the article changed.
        """
        loose = [pick for pick in issue.picks if not pick.pinned]
        with self._store.read() as work:
            titles = {
                number: {*map(one_line, (article.title, *(old.title for old in work.articles.history(number))))}
                for number, article in work.articles.many(pick.article for pick in loose).items()
            }
        return [
            pick.article
            for pick in loose
            if pick.note
            or pick.summary.engine == "editor"
            or one_line(pick.headline) not in titles.get(pick.article, {one_line(pick.headline)})
        ]

    def offers(self, number: int, article: int, count: int = 3) -> list[Picked]:
        """What could stand in an article's place, best first: each the next best beside the issue's other picks.

        Raises NotFound, Refused when there is nothing.
        """
        issue = self.get(number)
        with self._told_apart():
            return self._picking.offers(issue, article, count)

    def replace(self, number: int, article: int, *, announce: Announce = lambda _: None) -> Issue:
        """Put the next best in an article's place, and veto the article. Raises NotFound, Refused."""
        best = self.offers(number, article, 1)[0]
        (pick,) = self._picks([(best.article, best.why)], announce)

        def replaced(issue: Issue) -> Issue:
            changed = arrange.exchanged(issue, article, pick, best.section)
            return _without_empty(arrange.vetoed(changed, [article]))

        return self._arrange(number, replaced)

    def veto(self, number: int, articles: Sequence[int], *, off: bool = False) -> Issue:
        """Take articles out, and let no pick bring them in again; or let it (`off`). Raises NotFound."""
        self._require(articles)

        def vetoed(issue: Issue) -> Issue:
            if off:
                return arrange.vetoed(issue, articles, off=True)
            for article in {pick.article for pick in issue.picks} & set(articles):
                issue, _ = arrange.taken(issue, article)
            return _without_empty(arrange.vetoed(issue, articles))

        return self._arrange(number, vetoed)

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
        wanted = list(dict.fromkeys(articles))
        with self._store.read() as work:
            arrange.require_new(work.issues.get(number), wanted)
            chosen = [work.articles.get(article) for article in wanted]
        picks = self._picks([(article, Why("chosen by the editor")) for article in chosen], announce)

        def with_picks(issue: Issue) -> Issue:
            arrange.require_new(issue, wanted)  # again: somebody may have put one in meanwhile
            return arrange.placed(arrange.vetoed(issue, wanted, off=True), picks, section, None)

        return self._arrange(number, with_picks)

    def drop(self, number: int, articles: Iterable[int]) -> Issue:
        """Take articles out of an issue; sections left empty go too. Raises NotFound."""
        unwanted = list(dict.fromkeys(articles))
        return self._arrange(number, lambda issue: _without_empty(arrange.dropped(issue, unwanted)))

    def pin(
        self, number: int, articles: Sequence[int], *, pinned: bool = True, announce: Announce = lambda _: None
    ) -> Issue:
        """Mark picks that a new pick leaves in place; what is not in the issue is put in. Raises NotFound."""
        issue = self.get(number)
        missing = [article for article in articles if pinned and article not in {pick.article for pick in issue.picks}]
        fresh: list[tuple[str, Pick]] = []
        if missing:
            self._require(missing)
            asked = issue.asked or Asked(self._workspace.clock())
            chosen = self._picking.choose(asked, number=number, pinned=missing).selection.picks[: len(missing)]
            fresh = self._fresh(Selection(chosen), announce)

        def marked(issue: Issue) -> Issue:
            present = {pick.article for pick in issue.picks}
            for section, pick in (each for each in fresh if each[1].article not in present):
                issue = arrange.placed(arrange.vetoed(issue, [pick.article], off=True), [pick], section or None, None)
            for article in articles:
                issue = arrange.pinned(issue, article, pinned)
            return issue

        return self._arrange(number, marked)

    def move(self, number: int, article: int, *, to: int, section: str | None = None) -> Issue:
        """Put a pick at a position (from 1) of a section (default: its own). Raises NotFound, Refused (no such one)."""
        return self._arrange(number, lambda issue: _without_empty(arrange.moved(issue, article, to, section)))

    def why(self, number: int, article: int) -> Why:
        """Why an article was picked, or why it would not be. Raises NotFound."""
        issue = self.get(number)
        for pick in issue.picks:
            if pick.article == article:
                why = pick.why or Why("chosen by the editor")
                shared = [f"also in {other.words}" for other in self.elsewhere(issue) if article in other.articles]
                return replace(why, sentence=" · ".join((why.sentence, *shared)))
        with self._store.read() as work:
            found = work.articles.get(article)
        return self._picking.why_not(issue, found)

    def elsewhere(self, issue: Issue) -> list[Elsewhere]:
        """The other issues that are yet to be sent and have articles of this one."""
        return self._picking.elsewhere(issue)

    def topics(self, since: timedelta | None = None) -> tuple[timedelta, Caught]:
        """The window looked at (default: the settings'), and what each topic catches in it."""
        return self._picking.topics(since)

    def headlines(self, number: int, article: int) -> tuple[Variant, ...]:
        """Shorter forms of a pick's headline. Raises NotFound."""
        issue = self.get(number)
        for pick in issue.picks:
            if pick.article == article:
                return variants(pick.headline)
        with self._told_apart():
            raise arrange.absent(issue, article)

    # -- as Markdown

    def markdown(self, number: int) -> str:
        """The Markdown view of an issue. Raises NotFound."""
        return issue_text.to_markdown(self.get(number))

    def save_markdown(
        self, number: int, text: str, *, seen: str | None = None, announce: Announce = lambda _: None
    ) -> Issue:
        """Take an edited Markdown view back; `seen` is the view the edit began with, where that is known.

        Articles added without a summary get one as the settings ask for. Raises IssueTextError (with the line; for a
        theme that there is not, too), what `Summaries.make` does, and Conflict when the issue has changed since it was
        `seen`; nothing is saved then.
        """
        with self._store.read() as work:
            articles = work.articles.many({int(number) for number in _MENTIONED.findall(text)})
        added: dict[int, Article] = {}

        def wanted(article: Article) -> Summary:
            added[article.id] = article
            return Summary("", "editor")

        # Read twice: a model's answers are not waited for with the database held.
        issue_text.from_markdown(text, self.get(number), articles, wanted)
        made = dict(zip(added, self._workspace.summaries.make([*added.values()], announce=announce), strict=True))

        def edited(issue: Issue) -> Issue:
            if seen is not None and issue_text.to_markdown(issue) != seen:
                raise Conflict(f"issue {number} was changed by somebody else while you edited it; look at it first")
            summaries = self._workspace.summaries
            changed = issue_text.from_markdown(text, issue, articles, lambda a: made.get(a.id) or summaries.extract(a))
            if changed.theme and changed.theme != issue.theme:
                try:
                    self._workspace.themes.require(changed.theme)
                except NotFound as missing:
                    raise IssueTextError(issue_places.first(text, "theme"), str(missing)) from missing
            return changed

        return self._change(number, edited)

    def slips(self, issue: Issue, text: str) -> list[str]:
        """What was hardly meant in the Markdown that an issue was read from, a line each with its line in the text."""
        with self._store.read() as work:
            known = STANDARD | frozenset(work.audience.field_names())
        return proofreading.slips(issue, text, known, self._picking.sections())

    def _choose(
        self, asked: Asked, *, number: int | None = None, pinned: Sequence[int] = (), vetoed: Sequence[int] = ()
    ) -> Choice:
        choice = self._picking.choose(asked, number=number, pinned=pinned, vetoed=vetoed)
        if not choice.selection.picks:
            raise self._picking.refusal(asked, choice)
        return choice

    def _fresh(self, selection: Selection, announce: Announce, pinned: Sequence[int] = ()) -> list[tuple[str, Pick]]:
        """What was picked, but for the pinned, with their sections."""
        fresh = [picked for picked in selection.picks if picked.article.id not in pinned]
        picks = self._picks([(picked.article, picked.why) for picked in fresh], announce)
        return [(picked.section, pick) for picked, pick in zip(fresh, picks, strict=True)]

    def _picks(self, chosen: Sequence[tuple[Article, Why | None]], announce: Announce) -> tuple[Pick, ...]:
        """Picks of the articles, with their summaries. Raises what `Summaries.make` does."""
        summaries = self._workspace.summaries.make([article for article, _ in chosen], announce=announce)
        return tuple(
            Pick(article.id, article.title, summary, why=why)
            for (article, why), summary in zip(chosen, summaries, strict=True)
        )

    def _require(self, articles: Iterable[int]) -> None:
        """Raises NotFound for an article that there is not."""
        with self._store.read() as work:
            for article in articles:
                work.articles.get(article)

    def _arrange(self, number: int, change: Callable[[Issue], Issue]) -> Issue:
        """As `_change`; a suggested subject and preheader follow the picks."""
        return self._change(number, lambda issue: suggest.followed(issue, change(issue)))

    def _change(self, number: int, change: Callable[[Issue], Issue]) -> Issue:
        """The issue after a change, saved in one transaction; what was approved is a draft again once it differs."""
        with self._told_apart(), self._store.begin() as work:
            before = work.issues.get(number)
            issue = change(before)
            if issue != before and issue.status is IssueStatus.APPROVED:
                issue = replace(issue, status=IssueStatus.DRAFT)
            work.issues.save(issue)
        return issue

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """An article that is not in an issue may be none at all: NotFound says so then, NotInIssue else."""
        try:
            yield
        except NotInIssue as absent:
            with self._store.read() as work:
                work.articles.get(absent.article)
            raise


def _without_empty(issue: Issue) -> Issue:
    return replace(issue, sections=tuple(s for s in issue.sections if s.picks))
