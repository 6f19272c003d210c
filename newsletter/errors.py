"""Every error a caller may want to catch, in one tree.

    NewsletterError                    its text is the one line shown to the person: found, expected, what to do
    ├── ConfigError                    newsletter.toml or a key file: file, key, found, expected
    ├── WorkspaceError                 no workspace here, or not a usable one
    ├── StoreError                     the database can't do what was asked
    │   ├── StoreBusy                  locked by another process; trying again later may work
    │   ├── StoreFull                  the disk is full; what was committed before is kept
    │   └── StoreTooNew                made by a newer program; never downgraded
    ├── NotFound                       no such article, issue, list, send … (carries noun and key)
    │   └── NotInIssue                 there may be such an article, but this issue has it not
    ├── Conflict                       the thing exists, but is not in a state that allows this
    ├── Refused                        a rule says no (unsubscribed, suppressed, not approved, errors in preflight …)
    ├── SourceError                    one source could not be read as an article (carries source and reason)
    ├── FetchError                     an address can't be fetched (carries url, reason, status, retry_after)
    │   ├── NoServer                   … for there was none to ask (carries what is known of its host)
    │   └── FetchRefused               … and must not be: not public, no Web address
    │       └── RobotsRefused          … closed by the site's robots.txt
    ├── PictureError                   a file that can't be shown as a picture (carries the reason)
    ├── LookupFailed                   the DNS gave no answer (carries name, kind, reason)
    ├── QueryError                     a search that can't be read (carries the piece of it and the reason)
    ├── IssueTextError                 an edited issue or article sheet does not parse (carries the line)
    ├── AddressError                   not an e-mail address one can mail to (carries the value)
    ├── ImportFileError                a subscriber file as a whole is unusable (carries file and line)
    ├── LinkError                      a signed link that is forged, expired or for another purpose
    ├── RenderError                    a template or MJML fault (carries template, line, column)
    └── DeliveryError                  the relay can't be used at all
        ├── RelayUnreachable           down, refused, timed out, name unknown
        ├── RelayTLSError              certificate or handshake
        ├── RelayLoginError            credentials refused, or no usable mechanism
        └── RelayRefused               it answers, but takes no mail from us (sender, size, quota, relaying denied)

A failure to deliver to *one* recipient is no exception but an outcome (`models.sends.Outcome`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal


class NewsletterError(Exception):
    """Anything the program refuses or can't do, said in one line that tells the reader what to do."""


class ConfigError(NewsletterError):
    """A wrong key or value in a configuration file.

    The text reads "FILE: KEY: found …, expected …".
    """

    def __init__(self, file: str, key: str, found: str, expected: str) -> None:
        self.file, self.key, self.found, self.expected = file, key, found, expected
        where = f"{file}: {key}" if key else file
        super().__init__(f"{where}: found {found}, expected {expected}")


class WorkspaceError(NewsletterError):
    """There is no workspace here, or it can't be used."""


class StoreError(NewsletterError):
    """The database can't do what was asked."""


class StoreBusy(StoreError):
    """The database is locked by another process; the same call may work a little later."""


class StoreFull(StoreError):
    """The disk is full (or a quota reached); everything committed before is kept."""


class StoreTooNew(StoreError):
    """The database was made by a newer version of the program."""


class NotFound(NewsletterError):
    """There is no such thing; `noun` and `key` say which was asked for. `text` stands in place of "no NOUN KEY"."""

    def __init__(self, noun: str, key: object, hint: str = "", *, text: str = "") -> None:
        self.noun, self.key = noun, key
        super().__init__((text or f"no {noun} {key}") + (f"; {hint}" if hint else ""))


class NotInIssue(NotFound):
    """An article that is not in an issue; `there` are those that are, in their order.

    Nobody who wants it out (`unwanted`) is told how to put it in.
    """

    def __init__(self, article: int, issue: int, there: Sequence[int], *, unwanted: bool = False) -> None:
        self.article, self.issue = article, issue
        has = f"which has {', '.join(map(str, there))}" if there else "which has none yet"
        adds = "" if unwanted else f"`newsletter issue add {issue} {article}` adds it"
        super().__init__("article", article, adds, text=f"article {article} is not in issue {issue}, {has}")


class Conflict(NewsletterError):
    """The thing exists, but its present state does not allow this."""


class Refused(NewsletterError):
    """A rule says no; the text says which, and what would change it."""


class SourceError(NewsletterError):
    """One source can't be read as an article; the others go on."""

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"{source}: {reason}")

    def __reduce__(self) -> tuple[type[SourceError], tuple[str, str]]:
        """Readers in other processes send it; an exception that can't be made again there ends them all."""
        return type(self), (self.source, self.reason)


class FetchError(NewsletterError):
    """An address can't be fetched; a later try may work.

    `status` is what the server answered (None when it did not), `retry_after` how long it asked to be left alone.
    """

    def __init__(
        self, url: str, reason: str, *, status: int | None = None, retry_after: timedelta | None = None
    ) -> None:
        self.url, self.reason, self.status, self.retry_after = url, reason, status, retry_after
        super().__init__(f"{url}: {reason}")


class NoServer(FetchError):
    """No server was there to ask.

    The DNS has "found" its `host`, which takes no connection; calls it "missing"; or it is "unknown", for nobody could
    say.
    """

    def __init__(self, url: str, reason: str, *, host: Literal["found", "missing", "unknown"]) -> None:
        self.host: Literal["found", "missing", "unknown"] = host
        super().__init__(url, reason)


class FetchRefused(FetchError):
    """An address that must not be fetched: by our own rules, or by the site's."""


class RobotsRefused(FetchRefused):
    """An address that the site's robots.txt closes to programs, or that counts as closed for it can't be read."""


class PictureError(NewsletterError):
    """A file is no picture that mail can show; the text says what it is instead, and nothing of what is in it."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class LookupFailed(NewsletterError):
    """The DNS gave no answer to a question; whether there is such a record is not known."""

    def __init__(self, name: str, kind: str, reason: str) -> None:
        self.name, self.kind, self.reason = name, kind, reason
        super().__init__(f"DNS: {name} {kind}: {reason}")


class QueryError(NewsletterError):
    """A search that can't be read; `piece` is the part of it that is at fault."""

    def __init__(self, piece: str, reason: str) -> None:
        self.piece, self.reason = piece, reason
        super().__init__(f"{piece}: {reason}")


class IssueTextError(NewsletterError):
    """A text that a person edited (an issue's Markdown, an article's sheet) does not parse; `line` from 1."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}")


class AddressError(NewsletterError):
    """Not an e-mail address that mail can be sent to."""

    def __init__(self, value: str, reason: str) -> None:
        self.value, self.reason = value, reason
        super().__init__(f"{value!r}: {reason}")


class ImportFileError(NewsletterError):
    """A file of subscribers that can't be used as a whole; nothing was imported from it. Line 0 is the whole file."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        self.file, self.line, self.reason = file, line, reason
        super().__init__(f"{file}:{line}: {reason}" if line else f"{file}: {reason}")


class LinkError(NewsletterError):
    """A signed link that is malformed, forged, or made for another purpose."""


class RenderError(NewsletterError):
    """A fault in a template or in the MJML it produced; line and column count from 1, 0 where unknown.

    `template` may also be a place in the issue ("subject"), or a file of settings; `mend` says what to do where that is
    not to mend the template or merge field named.
    """

    def __init__(self, template: str, reason: str, line: int = 0, column: int = 0, mend: str = "") -> None:
        self.template, self.reason, self.line, self.column, self.mend = template, reason, line, column, mend
        where = template + (f":{line}" if line else "") + (f":{column}" if line and column else "")
        super().__init__(f"{where}: {reason}")


class DeliveryError(NewsletterError):
    """The relay can't be used at all; no recipient is to blame. `relay` is its name."""

    def __init__(self, relay: str, reason: str) -> None:
        self.relay, self.reason = relay, reason
        super().__init__(f"relay {relay}: {reason}")


class RelayUnreachable(DeliveryError):
    """Nothing answers there (down, refused, timed out, unknown name), or what answers is not SMTP."""


class RelayTLSError(DeliveryError):
    """No TLS where it is demanded, or a certificate that does not verify."""


class RelayLoginError(DeliveryError):
    """The relay refused the login, or offers no mechanism that may be used here."""


class RelayRefused(DeliveryError):
    """The relay refuses the sender, the message's size or relaying as such; every recipient would be refused alike."""
