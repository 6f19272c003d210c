"""Picking for the desk: settings and store become criteria and candidates, the picker decides, nothing is changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsletter import durations
from newsletter.curate import arrange, reasons
from newsletter.curate.catch import Caught, catch
from newsletter.curate.pick import pick
from newsletter.curate.selection import LEFTOVERS, Criteria, Picked, Selection, Topic
from newsletter.errors import Refused
from newsletter.models import Article, Asked, Issue, IssueStatus, Why

__all__ = ["Caught", "Choice", "Elsewhere", "Picking"]

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace
    from newsletter.store.store import UnitOfWork

_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the picker answered, and how many articles of the window it had no need to read."""

    selection: Selection
    unread: int = 0

    @property
    def considered(self) -> int:
        return len(self.selection.picks) + len(self.selection.left_out) + self.unread


@dataclass(frozen=True, slots=True)
class _Material:
    candidates: tuple[Article, ...]
    unread: int
    history: list[Article]
    examples: dict[int, Article]
    recent_outlets: frozenset[str] | None
    #: Articles of other issues that are approved, marked as used in them.
    promised: list[Article]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another issue that is yet to be sent, and what it has of this one's articles."""

    issue: int
    status: IssueStatus
    articles: tuple[int, ...]

    @property
    def words(self) -> str:
        """ "issue 2, a draft"."""
        return f"issue {self.issue}, " + ("a draft" if self.status is IssueStatus.DRAFT else "which is approved")


class Picking:
    """Asks the picker, for one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def criteria(self, asked: Asked) -> Criteria:
        """What is wanted: what was asked for, the settings for the rest."""
        settings = self._workspace.settings.curate
        return Criteria(
            max_articles=asked.maximum or settings.max_articles,
            max_per_source=settings.max_per_source,
            window=asked.since or settings.window,
            half_life=settings.half_life,
            words=asked.words,
            topics={
                name: Topic(topic.weight, topic.words, topic.articles, topic.section, topic.max)
                for name, topic in settings.topics.items()
            },
            learn=settings.learn_weight if settings.learn else 0.0,
            languages=settings.languages,
            min_words=settings.min_words,
            max_words=settings.max_words,
            blocked=settings.block,
        )

    def choose(
        self,
        asked: Asked,
        *,
        number: int | None = None,
        pinned: Sequence[int] = (),
        vetoed: Collection[int] = (),
        also: Collection[int] = (),
        maximum: int | None = None,
    ) -> Choice:
        """Ask for the articles of an issue as of `asked.at`.

        `number` is the issue's, where it exists: what it and later ones printed is free. `also` are judged whatever
        their date; `maximum` overrules what was asked. Raises NotFound for a pin that is gone.
        """
        criteria = self.criteria(asked)
        if maximum is not None:
            criteria = replace(criteria, max_articles=maximum)
        with self._workspace.store.read() as work:
            material = self._material(work, asked.at, criteria, number, {*pinned, *also})
        selection = pick(
            material.candidates,
            criteria,
            history=material.history,
            now=asked.at,
            pinned=pinned,
            vetoed=vetoed,
            examples=material.examples,
            recent_outlets=material.recent_outlets,
            promised=material.promised,
        )
        return Choice(selection, material.unread)

    def offers(self, issue: Issue, article: int, count: int) -> list[Picked]:
        """What could stand in an article's place, best first: each the next best beside the issue's other picks.

        Raises NotFound, Refused when there is nothing.
        """
        others = [pick.article for pick in arrange.taken(issue, article)[0].picks]
        now = self._workspace.clock()
        asked = replace(issue.asked or Asked(now), at=now)
        vetoed = [*issue.vetoed, article]
        found: list[Picked] = []
        while len(found) < count:
            choice = self.choose(asked, number=issue.number, pinned=others, vetoed=vetoed, maximum=len(others) + 1)
            fresh = [picked for picked in choice.selection.picks if picked.article.id not in others]
            if not fresh:
                break
            found += fresh
            vetoed += [picked.article.id for picked in fresh]
        if not found:
            raise Refused(
                f"nothing of the last {durations.show(self.criteria(asked).window)} is left to stand in the place of "
                f"article {article}; `newsletter issue why {issue.number} ARTICLE` says why another is not, "
                f"`newsletter issue add {issue.number} ARTICLE` takes it all the same"
            )
        return found

    def elsewhere(self, issue: Issue) -> list[Elsewhere]:
        """The other issues that are yet to be sent and have articles of this one; none once it is sent itself."""
        if issue.status is IssueStatus.SENT:
            return []
        mine = [pick.article for pick in issue.picks]
        with self._workspace.store.read() as work:
            others = [other for other in work.issues.unsent() if other.number != issue.number]
        theirs = [(other, {pick.article for pick in other.picks}) for other in others]
        found = [(other, tuple(article for article in mine if article in has)) for other, has in theirs]
        return [Elsewhere(other.number, other.status, shared) for other, shared in found if shared]

    def why_not(self, issue: Issue, article: Article) -> Why:
        """Why an article that is not in an issue was not picked, by what the issue was picked with."""
        asked = issue.asked or Asked(self._workspace.clock())
        if article.added is not None and article.added > asked.at:
            return Why(
                f"not picked: it came in after issue {issue.number} was picked; `newsletter issue pick {issue.number}` "
                "would consider it"
            )
        pinned = [chosen.article for chosen in issue.picks if chosen.pinned]
        choice = self.choose(asked, number=issue.number, pinned=pinned, vetoed=issue.vetoed, also=[article.id])
        as_picked = {picked.article.id for picked in choice.selection.picks} == {pick.article for pick in issue.picks}
        left_out = "not picked" if as_picked else f"a new pick of issue {issue.number} would not take it"
        for left in choice.selection.left_out:
            if left.article.id == article.id:
                return Why(f"{left_out}: {left.reason.replace('issue veto N', f'issue veto {issue.number}')}")
        return Why(
            f"not in issue {issue.number}, and a new pick would take it: "
            f"`newsletter issue add {issue.number} {article.id}`"
        )

    def topics(self, since: timedelta | None = None) -> tuple[timedelta, Caught]:
        """The window looked at, and what each topic catches in it."""
        asked = Asked(self._workspace.clock(), since=since)
        criteria = self.criteria(asked)
        with self._workspace.store.read() as work:
            material = self._material(work, asked.at, criteria, None, ())
        within = [article for article in material.candidates if article.id not in material.examples]
        return criteria.window, catch(within, criteria, material.history, material.examples)

    def sections(self) -> list[str]:
        """The sections an issue may have, in the order of the topics; what is left over comes last."""
        topics = self._workspace.settings.curate.topics.values()
        return list(dict.fromkeys([*(topic.section for topic in topics if topic.section), LEFTOVERS]))

    def refusal(self, asked: Asked, choice: Choice) -> Refused:
        """What to say when there is nothing to pick: how many are out for which reason, and what would widen it."""
        criteria = self.criteria(asked)
        start = asked.at - criteria.window
        with self._workspace.store.read() as work:
            older, newest = work.candidates.count_before(start), work.candidates.newest(start)
        if not choice.considered and not older:
            return Refused("there are no articles yet; `newsletter add` takes them in")
        span = None if newest is None else max(1, -((newest - asked.at) // _DAY))
        return Refused(
            f"nothing to pick in the last {durations.show(criteria.window)}: "
            + reasons.nothing(choice.selection.left_out, older, span)
        )

    def _material(
        self, work: UnitOfWork, at: datetime, criteria: Criteria, number: int | None, also: Collection[int]
    ) -> _Material:
        interests = criteria.interests()
        words = {*criteria.words, *(word for topic in interests.values() for word in topic.words)}
        history = [a for a in work.candidates.printed() if number is None or (a.used_in or 0) < number]
        wanted = {number for topic in interests.values() for number in topic.articles}
        examples = {article.id: article for article in work.candidates.many(wanted)}
        window = work.candidates.window(at - criteria.window, words, also)
        candidates = window.articles
        if number is not None:
            candidates = tuple(
                replace(a, used_in=None) if a.used_in is not None and a.used_in >= number else a for a in candidates
            )
        recent = work.candidates.sent_since(at - _MONTH)
        outlets = frozenset(article.outlet for article in history if article.used_in in recent)
        approved = [i for i in work.issues.unsent() if i.status is IssueStatus.APPROVED and i.number != number]
        homes = {chosen.article: issue.number for issue in approved for chosen in issue.picks}
        promised = [replace(article, used_in=homes[article.id]) for article in work.candidates.many(homes)]
        return _Material(candidates, window.unread, history, examples, outlets if history else None, promised)
