"""Past issues, as anybody may see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PastIssue:
    """An issue that was sent to a list."""

    number: int
    #: Id of the edition that was sent last.
    edition: int
    #: UTC; when that send began.
    sent: datetime


@dataclass(frozen=True, slots=True)
class Printed:
    """A past issue's line in the archive."""

    number: int
    subject: str
    preheader: str
    #: As the newsletter's language writes it.
    date: str
    #: YYYY-MM-DD, for machines.
    day: str


@dataclass(frozen=True, slots=True)
class WebVersion:
    """An edition as a page of the Web, in two pieces: what stands between them is the site's own."""

    #: Up to and with the body's start tag.
    head: str
    #: From there on.
    body: str
    #: Numbers of the archive's issues before and after it, where there are any.
    earlier: int | None = None
    later: int | None = None
    #: Whether it stands in the archive.
    public: bool = False
