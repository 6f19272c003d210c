"""Variants: what an issue is rendered for, by the language its readers read and the topics they follow.

    subscribers' rows ─ counted by group ─▶ readings ─ the issue for them ─▶ shapes ─ press ─▶ an edition's variants

A group is what a subscriber's row says; a shape is what the issue becomes for it: the newsletter's own words in a
language that has a catalogue, and the picks left. Groups that come to the same shape share it, the smallest beyond the
limit get the nearest. The first shape is always the default: the whole issue in the newsletter's language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from newsletter.errors import NotFound
from newsletter.models import Article, Edition, Issue, Subscriber, Variant
from newsletter.store.groups import FIELD, Assignment, Axis, Raw
from newsletter.text import catalogue

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace
    from newsletter.store import UnitOfWork

DEFAULT = "default"
#: The name of what is left for readers who follow none of an issue's topics.
_GENERAL = "general"

#: What a topic's part of a name is spelled without.
_SPECIAL = re.compile(r"[\x00-\x1f/+%\\:]|^\.")

#: Language ("" the newsletter's own) and topics (None: all articles): what a reader's group comes to in one issue.
Reading = tuple[str, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is rendered once."""

    name: str
    language: str
    topics: tuple[str, ...] | None
    #: Without the picks that are left out.
    issue: Issue
    #: Who gets it: active members of the list, or of any.
    subscribers: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """All shapes of an issue, the default first, then by name."""

    shapes: tuple[Shape, ...]
    #: Variants that would be beyond the limit, and how many subscribers get the nearest instead.
    beyond: int = 0
    beyond_subscribers: int = 0


def default_shape(issue: Issue) -> Shape:
    """The whole issue in the newsletter's language."""
    return Shape(DEFAULT, "", None, issue)


class Variants:
    """The variants of one workspace's issues."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    @property
    def by(self) -> tuple[Axis, ...]:
        """What they differ by; empty when there are none."""
        return self._workspace.settings.variants.by

    def plan(self, issue: Issue, list_id: int | None = None) -> Plan:
        """What an issue is to be rendered for, for a list's active members (None: those of any list)."""
        return self._planned(issue, list_id)[0] if self.by else Plan((default_shape(issue),))

    def _planned(self, issue: Issue, list_id: int | None) -> tuple[Plan, _Readers]:
        with self._workspace.store.read() as work:
            readers = self._readers(work, issue)
            counted: Counter[Reading] = Counter()
            for raw, count in work.audience.groups(list_id, self.by):
                counted[readers.reading(raw)] += count
        return _plan(readers, counted, self._workspace.settings.variants.most), readers

    def shape(self, issue: Issue, person: Subscriber | None) -> Shape:
        """What the issue is for one person (None: for nobody in particular), as the limit of variants leaves it."""
        if person is None or not self.by:
            return default_shape(issue)
        plan, readers = self._planned(issue, None)
        reading = readers.reading(_raw(person, self.by))
        if not plan.beyond:  # whoever is on no list now would have room, too
            return readers.shape(reading)
        names = {readers.key((shape.language, shape.topics)): shape.name for shape in plan.shapes}
        name = _nearest(names, readers, reading)
        return next(shape for shape in plan.shapes if shape.name == name)

    def named(self, issue: Issue, name: str) -> Shape:
        """The variant of that name. Raises NotFound."""
        shapes = self.plan(issue).shapes
        for shape in shapes:
            if shape.name == name:
                return shape
        there = ", ".join(shape.name for shape in shapes[:12])
        raise NotFound("variant", name, f"issue {issue.number} has {there}{' …' if len(shapes) > 12 else ''}")

    def again(self, issue: Issue, frozen: Edition) -> tuple[Shape, ...]:
        """The shapes of a frozen edition, as they would be now; without those that the settings no longer ask for."""
        if len(frozen.variants) == 1:
            return (default_shape(issue),)
        with self._workspace.store.read() as work:
            readers = self._readers(work, issue)
        wanted = [v for v in frozen.variants if all(axis in self.by for axis in _axes(v))]
        return tuple(replace(readers.shape((v.language, v.topics)), name=v.name) for v in wanted)

    def assign(self, work: UnitOfWork, edition: Edition, list_id: int) -> Assignment:
        """Which of an edition's variants each group on a list gets: its own, else its language's, else the default."""
        if len(edition.variants) == 1:
            return Assignment()
        readers = self._readers(work, work.issues.get(edition.issue))
        by = tuple(dict.fromkeys(axis for variant in edition.variants for axis in _axes(variant)))
        frozen = {readers.key((v.language, v.topics)): v.name for v in reversed(edition.variants)}
        names: dict[Raw, str] = {}
        for raw, _ in work.audience.groups(list_id, by):
            reading = readers.reading(raw)
            name = _nearest(frozen, readers, reading)
            if name != edition.variants[0].name:
                names[raw] = name
        return Assignment(by, names)

    def _readers(self, work: UnitOfWork, issue: Issue) -> _Readers:
        articles = work.articles.many([pick.article for pick in issue.picks]) if "topics" in self.by else {}
        return _Readers(self._workspace, issue, articles)


class _Readers:
    """What groups of readers come to in one issue."""

    def __init__(self, workspace: Workspace, issue: Issue, articles: Mapping[int, Article]) -> None:
        from newsletter.curate import following
        from newsletter.curate.selection import Topic

        settings, folders = workspace.settings, workspace.theme_folders
        self.issue = issue
        self._by = settings.variants.by
        self._least = settings.variants.min_articles
        topics = {
            name: Topic(t.weight, t.words, t.articles, t.section, t.max) for name, t in settings.curate.topics.items()
        }
        self._about = following.about(issue, articles, topics) if "topics" in self._by else {}
        printed = frozenset().union(*self._about.values())
        self._known = {name.casefold(): name for name in sorted(topics) if name in printed}
        self._narrow = following.narrowed
        self._left: dict[tuple[str, ...], Issue] = {}
        self._folders = folders
        self._own = catalogue.nearest(folders, settings.newsletter.language)
        self._spoken: dict[str, str] = {}

    def reading(self, raw: Raw) -> Reading:
        """What a group's row says, read: known languages, topics that the issue has."""
        language, topics = raw
        spoken = self._language(language) if language and "language" in self._by else ""
        named = {name.strip().casefold() for name in re.split("[,;\n]", topics or "")} - {""}
        if not named or "topics" not in self._by:
            return spoken, None
        wanted = tuple(sorted(self._known[name] for name in named & self._known.keys()))
        left = self._narrowed(wanted)
        enough = left is not self.issue and sum(1 for _ in left.picks) >= self._least
        return spoken, wanted if enough else None

    def _language(self, tag: str) -> str:
        """The catalogue's tag for a subscriber's language; "" where it is the newsletter's own, or there is none."""
        if tag not in self._spoken:
            found = catalogue.nearest(self._folders, tag)
            self._spoken[tag] = found if found and found != self._own else ""
        return self._spoken[tag]

    def key(self, reading: Reading) -> tuple[str, tuple[int, ...]]:
        """What makes two readings the same: language, and the articles left."""
        return reading[0], tuple(pick.article for pick in self._issue(reading).picks)

    def shape(self, reading: Reading, subscribers: int = 0) -> Shape:
        return Shape(self._name(reading), *reading, self._issue(reading), subscribers)

    def _issue(self, reading: Reading) -> Issue:
        topics = reading[1]
        if topics is None:
            return self.issue
        known = set(topics) & set(self._known.values())
        left = self._narrowed(tuple(sorted(known)))
        return left if sum(1 for _ in left.picks) >= self._least else self.issue

    def _narrowed(self, topics: tuple[str, ...]) -> Issue:
        if topics not in self._left:
            self._left[topics] = self._narrow(self.issue, self._about, topics)
        return self._left[topics]

    def _name(self, reading: Reading) -> str:
        language, topics = reading
        if topics is None:
            return language or DEFAULT
        followed = "+".join(map(_plain, topics)) or _GENERAL
        return f"{language or DEFAULT}/{followed}" if "language" in self._by else followed


def _plan(readers: _Readers, counted: Mapping[Reading, int], most: int) -> Plan:
    alike: dict[tuple[str, tuple[int, ...]], list[Reading]] = {}
    for reading in sorted(counted, key=lambda r: (r[0], len(r[1] or ()), r[1] or ())):
        alike.setdefault(readers.key(reading), []).append(reading)
    whole = readers.key(("", None))
    totals = {key: sum(counted[reading] for reading in same) for key, same in alike.items() if key != whole}
    largest = sorted(totals, key=lambda key: (-totals[key], readers.shape(alike[key][0]).name))
    chosen, beyond = largest[: most - 1], largest[most - 1 :]
    names = {whole: DEFAULT} | {key: readers.shape(alike[key][0]).name for key in chosen}
    shares: Counter[str] = Counter()
    for reading, count in counted.items():
        shares[_nearest(names, readers, reading)] += count
    shapes = [readers.shape(alike[key][0]) for key in chosen]
    shapes = [default_shape(readers.issue), *sorted(shapes, key=lambda shape: shape.name)]
    return Plan(
        tuple(replace(shape, subscribers=shares[shape.name]) for shape in shapes),
        len(beyond),
        sum(totals[key] for key in beyond),
    )


def _nearest(names: Mapping[tuple[str, tuple[int, ...]], str], readers: _Readers, reading: Reading) -> str:
    """The variant of a reading: its own, else the whole issue in its language, else the default."""
    for candidate in (reading, (reading[0], None)):
        if found := names.get(readers.key(candidate)):
            return found
    return DEFAULT


def _axes(variant: Variant) -> Iterable[Axis]:
    if variant.language:
        yield "language"
    if variant.topics is not None:
        yield "topics"


def _raw(person: Subscriber, by: Sequence[Axis]) -> Raw:
    language = person.language if "language" in by else None
    return language, person.fields.get(FIELD) if "topics" in by else None


def _plain(topic: str) -> str:
    """A topic's name as part of a variant's: "/" and "+" would be read otherwise, and it may name a folder."""
    name = _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", topic)
    return f"topic-{name}" if name in (DEFAULT, _GENERAL) else name
