"""An issue while it is put together: sections of picks, with the editor's words around them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.models.articles import Summary


class IssueStatus(StrEnum):
    """`approved` until the issue is changed; `sent` once a list send of it has started."""

    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class Why:
    """Why an article was picked: a sentence for the editor and the score's terms (each 0 to 1, "score" their sum)."""

    sentence: str
    terms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pick:
    """An article in an issue: headline and summary are copies, free to differ from the article's own."""

    #: Article id.
    article: int
    headline: str
    summary: Summary
    pinned: bool = False
    why: Why | None = None
    #: The editor's note below it, Markdown; "" for none. It moves with the pick.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A block that somebody paid for. It keeps its place, whichever articles stand around it."""

    #: Markdown.
    text: str
    #: After so many picks; 0 is below the intro, and what is more than there are is after the last.
    after: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """A titled run of picks; the title may be empty (one unnamed section)."""

    title: str
    picks: tuple[Pick, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What an issue was picked with; None where the settings decided."""

    #: UTC; when it was picked.
    at: datetime
    maximum: int | None = None
    since: timedelta | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """One number of the newsletter.

    intro, outro, notes and sponsors' texts are Markdown; merge fields may stand in these, in subject and in preheader.
    """

    number: int
    title: str
    subject: str
    preheader: str = ""
    intro: str = ""
    outro: str = ""
    sections: tuple[Section, ...] = ()
    status: IssueStatus = IssueStatus.DRAFT
    #: UTC.
    created: datetime | None = None
    #: Id of the edition that was approved last; None before.
    edition: int | None = None
    #: How it was picked last; None when it never was.
    asked: Asked | None = None
    #: Ids of articles that no pick may bring in.
    vetoed: tuple[int, ...] = ()
    #: The theme it is printed in; "" for the newsletter's.
    theme: str = ""
    #: In printed order.
    sponsors: tuple[Sponsor, ...] = ()

    @property
    def picks(self) -> Iterator[Pick]:
        """All picks in printed order."""
        return (pick for section in self.sections for pick in section.picks)
