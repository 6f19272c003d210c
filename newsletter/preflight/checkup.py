"""What preflight looks at: plain data about one issue, gathered by the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.models import Article, Edition, Issue, Pick


@dataclass(frozen=True, slots=True)
class Checkup:
    """An issue and all that is known about it before it goes out. Checks read it, and nothing else."""

    issue: Issue
    #: Articles by id, at least those the issue picks.
    articles: Mapping[int, Article]
    #: The rendered edition, or None when rendering failed or was not tried.
    edition: Edition | None
    #: Bytes of a whole sample message, headers and encoded parts included; None when none was made.
    message_bytes: int | None
    #: Where the public pages answer; unsubscribe links are built on it. None or "" when not set.
    base_url: str | None
    #: The publisher's postal address as printed in the footer; None or "" when not set.
    postal_address: str | None
    #: As the From header has it: "Name <address>".
    sender: str
    #: Article id → number of the earlier issue that printed it.
    used: Mapping[int, int]
    #: UTC.
    now: datetime
    #: Why rendering failed, as the person is shown it; None when it did not.
    render_error: str | None = None
    #: Hosts of the relays that mail is handed to; empty when none is set up.
    relay_hosts: tuple[str, ...] = ()
    #: The theme's colours "#rrggbb" by name, by scheme ("light", "dark"); empty when they are not known.
    colours: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def picks(self) -> Iterator[tuple[Pick, Article | None]]:
        """The picks in printed order, each with its article (None when the store has dropped it)."""
        return ((pick, self.articles.get(pick.article)) for pick in self.issue.picks)

    def editors_words(self) -> Iterator[tuple[str, str]]:
        """Where and what the editor wrote around the picks: subject, preheader, title, intro, section titles, outro."""
        issue = self.issue
        for where in ("title", "subject", "preheader", "intro", "outro"):
            yield where, getattr(issue, where)
        yield from (("section titles", section.title) for section in issue.sections)

    def printed_words(self) -> Iterator[tuple[str, str]]:
        """Where and what every reader will read: the editor's words, and headline and summary of every pick."""
        yield from self.editors_words()
        for pick in self.issue.picks:
            yield f"article {pick.article}", f"{pick.headline}\n{pick.summary.text}"
