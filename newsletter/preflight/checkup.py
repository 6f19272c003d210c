"""What preflight looks at: plain data about one issue, gathered by the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from newsletter.models import CLIENT_SHARES, Article, Edition, Issue, Pick, Seen


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a request for a link or picture."""

    #: Where it was in the end; None when nothing answered.
    url: str | None
    #: The server's last answer; None when there was none.
    status: int | None
    #: Why it can't be had, in words; None when it can.
    fault: str | None = None
    #: Bytes of the body; None when it was not had.
    size: int | None = None
    #: Where it has moved for good; None where it has not.
    moved: str | None = None
    #: What the DNS said of its host; "unknown" where nobody could say, and so nobody was asked for the page.
    host: Literal["found", "missing", "unknown"] = "found"


@dataclass(frozen=True, slots=True)
class Dns:
    """What the sender's domain says in DNS. None stands for "no such record"."""

    #: Its SPF record (RFC 7208), as published.
    spf: str | None = None
    #: The DMARC record that holds for it (RFC 7489), as published.
    dmarc: str | None = None
    #: The name that record was found at, without "_dmarc."; the organisation's domain where it is not the sender's.
    dmarc_domain: str | None = None
    #: "selector._domainkey.domain" of every signature set up → whether its key is published.
    dkim_keys: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spam:
    """What a spam filter makes of the sample message."""

    #: "SpamAssassin 4.0.1".
    filter: str
    score: float = 0.0
    #: From how many points on it calls mail spam.
    limit: float = 0.0
    #: (points, rule, what it is about), heaviest first.
    rules: tuple[tuple[float, str, str], ...] = ()
    #: Why it gave no score, in words; None when it did.
    fault: str | None = None


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
    #: The template that it is in, or the place in the issue, as `editors_words` names it; "" where unknown.
    render_place: str = ""
    #: What to do about it, where it is known better than by the template's name.
    render_mend: str = ""
    #: Why the sample issue, which has every block, does not render in the issue's theme; "" where it does.
    sample_error: str = ""
    #: Hosts of the relays that mail is handed to; empty when none is set up.
    relay_hosts: tuple[str, ...] = ()
    #: The newsletter's language, where the theme has no words in it; None where it has.
    untranslated: str | None = None
    #: Percent of readers by mail client (see models.clients).
    clients: Mapping[str, float] = field(default_factory=lambda: CLIENT_SHARES)
    #: Links and pictures that were asked for, by address; None when none was.
    tried: Mapping[str, Tried] | None = None
    #: Headers of a message to a list, names in lower case; None when none was made.
    headers: Mapping[str, str] | None = None
    #: (domain, selector) of every DKIM signature that mail gets; None when that is not known.
    dkim: tuple[tuple[str, str], ...] | None = None
    #: Domain of the envelope sender, which SPF is about; None when that is not known.
    envelope_domain: str | None = None
    #: None when it was not looked up.
    dns: Dns | None = None
    #: None when no filter is installed, or none was asked.
    spam: Spam | None = None
    #: Article id → (number of the earlier issue, headline there) of another article of the same story.
    told: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    #: Merge fields that exist; None when that is not known.
    fields: frozenset[str] | None = None
    #: Older articles are stale.
    fresh_for: timedelta = timedelta(days=30)
    #: The theme's colours "#rrggbb" by name, by scheme ("light", "dark"); empty when they are not known.
    colours: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    #: Variants beyond the settings' limit, and how many subscribers get another one for it; None where none is.
    beyond: tuple[int, int] | None = None
    #: The pictures that the theme asked for, and what became of them.
    pictures: tuple[Seen, ...] = ()

    def picks(self) -> Iterator[tuple[Pick, Article | None]]:
        """The picks in printed order, each with its article (None when the store has dropped it)."""
        return ((pick, self.articles.get(pick.article)) for pick in self.issue.picks)

    def editors_words(self) -> Iterator[tuple[str, str]]:
        """Where and what the editor wrote around the picks, notes and sponsors included."""
        yield "title", self.issue.title
        yield from with_fields(self.issue)
        yield from (("section titles", section.title) for section in self.issue.sections)

    def printed_words(self) -> Iterator[tuple[str, str]]:
        """Where and what every reader will read: the editor's words, and headline and summary of every pick."""
        yield from self.editors_words()
        for pick in self.issue.picks:
            yield f"article {pick.article}", f"{pick.headline}\n{pick.summary.text}"


def with_fields(issue: Issue) -> Iterator[tuple[str, str]]:
    """Where and what the editor wrote that may have merge fields; places are called as rendering calls them."""
    for where in ("subject", "preheader", "intro", "outro"):
        yield where, getattr(issue, where)
    yield from ((f"note on article {pick.article}", pick.note) for pick in issue.picks if pick.note)
    yield from (("sponsor", sponsor.text) for sponsor in issue.sponsors)
