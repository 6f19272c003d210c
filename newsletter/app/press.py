"""The press: an issue is rendered, checked, previewed and approved. Nothing is kept until it is approved."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import preflight
from newsletter.app import files, letterhead
from newsletter.app.renderers import Renderers, stamp
from newsletter.deliver import message
from newsletter.errors import Conflict, Refused, RenderError
from newsletter.models import (
    Edition,
    Finding,
    Issue,
    IssueStatus,
    Merged,
    PreviewPage,
    SendKind,
    Values,
    Variant,
    fill,
)
from newsletter.render import Masthead
from newsletter.text import catalogue

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files `render` wrote."""

    html: Path
    text: Path
    eml: Path
    #: Bytes of the HTML part in UTF-8.
    html_bytes: int
    #: Fields that are filled in for each subscriber.
    slots: tuple[str, ...]


class Press:
    """What becomes of the issues of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self._renderers = Renderers()

    def render(self, number: int, folder: Path) -> Rendered:
        """Write issue.html, issue.txt and issue.eml, as a reader without a name gets them. Raises RenderError."""
        issue = self._issue(number)
        edition = self.edition(issue)
        variant = edition.variants[0]
        sample = _sample(self._workspace.settings.newsletter.base_url)
        html = fill(variant.html, sample)
        eml = self._sample(issue, variant)
        paths = [folder / f"issue.{suffix}" for suffix in ("html", "txt", "eml")]
        for path, data in zip(paths, (html.encode(), fill(variant.text, sample).encode(), eml), strict=True):
            files.write(path, data)
        fields = dict.fromkeys(slot.field for slot in variant.slots())
        return Rendered(paths[0], paths[1], paths[2], html_bytes=len(html.encode()), slots=tuple(fields))

    def check(self, number: int) -> list[Finding]:
        """Preflight: errors first. Raises NotFound."""
        issue = self._issue(number)
        try:
            return self._findings(issue, self.edition(issue), None)
        except RenderError as error:
            return self._findings(issue, None, str(error))

    def preview(self, number: int, values: Values | None = None) -> PreviewPage:
        """The issue as a reader gets it, with its findings; `values` are what is known of the reader.

        Their links lead nowhere personal. Raises NotFound, RenderError.
        """
        issue = self._issue(number)
        version = self._version(issue)  # before anything is read: what is written from now on makes another one
        edition = self.edition(issue)
        variant = edition.variants[0]
        settings = self._workspace.settings.newsletter
        sample = {**(values or {}), **_sample(settings.base_url)}
        html = fill(variant.html, sample)
        findings = tuple(self._findings(issue, edition, None))
        return PreviewPage(
            number=issue.number,
            title=issue.title,
            subject=fill(variant.subject, sample),
            preheader=fill(variant.preheader, sample),
            sender=settings.sender,
            html=html,
            text=fill(variant.text, sample),
            html_bytes=preflight.html_bytes(variant),
            findings=findings,
            version=version,
            merged=tuple(_merged(variant, sample)),
        )

    def version(self, number: int) -> str:
        """What `preview(number).version` would be: it changes with the issue, its articles, the theme or the settings.

        Raises NotFound.
        """
        return self._version(self._issue(number))

    def approve(self, number: int, *, forced: str | None = None) -> Edition:
        """Freeze what would be sent. Raises Refused when preflight finds errors and no reason overrides them.

        Raises Conflict when the issue is changed meanwhile.
        """
        issue = self._issue(number)
        edition = self.edition(issue)
        errors = [f for f in self._findings(issue, edition, None) if f.severity == "error"]
        if errors and not forced:
            first = errors[0]
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            raise Refused(
                f"issue {number} has errors: {first.message}{more}; "
                f"`newsletter check {number}` lists them, --force REASON overrides"
            )
        with self._store.begin() as work:
            if work.issues.get(number) != issue:
                raise Conflict(
                    f"issue {number} was changed by somebody else at this moment; look at it, then approve it"
                )
            frozen = work.editions.freeze(edition, self._workspace.clock())
            if issue.status is not IssueStatus.SENT:
                issue = replace(issue, status=IssueStatus.APPROVED)
            work.issues.save(replace(issue, edition=frozen.id))
        return frozen

    def approved(self, number: int) -> Edition | None:
        """The approved edition, or None if there is no approval.

        Raises Refused when the issue has changed since: the approval has lapsed.
        """
        issue = self._issue(number)
        if issue.edition is None:
            return None
        with self._store.read() as work:
            frozen = work.editions.get(issue.edition)
        if frozen.content_hash != self.edition(issue).content_hash:
            raise Refused(
                f"issue {number} has changed since it was approved, so the approval has lapsed; "
                f"look at it again, then `newsletter issue approve {number}`"
            )
        return frozen

    def edition(self, issue: Issue) -> Edition:
        """The issue rendered, kept nowhere. Raises RenderError."""
        settings = self._workspace.settings.newsletter
        renderer = self._renderers.get(self._workspace.theme_folders, settings.theme)
        with self._store.read() as work:
            articles = work.articles.many([pick.article for pick in issue.picks])
            fields = work.audience.field_names()
        masthead = Masthead(
            name=settings.name,
            sender=settings.sender,
            base_url=settings.base_url,
            postal_address=settings.postal_address,
            language=settings.language,
            timezone=settings.timezone,
            reply_to=settings.reply_to,
        )
        date = issue.created or self._workspace.clock()
        return renderer.render(issue, articles, masthead, secret=self._workspace.keys.slots, date=date, fields=fields)

    def _version(self, issue: Issue) -> str:
        with self._store.read() as work:
            articles = work.articles.many([pick.article for pick in issue.picks])
        seen = repr((issue, articles, stamp(self._workspace.theme_folders), self._workspace.settings.newsletter))
        return hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:16]

    def _untranslated(self) -> str | None:
        """The newsletter's language, where its themes have no words in it."""
        language = self._workspace.settings.newsletter.language
        return None if catalogue.covers(self._workspace.theme_folders, language) else language

    def _sample(self, issue: Issue, variant: Variant) -> bytes:
        """The whole message as a reader of whom nothing is known gets it."""
        settings = self._workspace.settings
        values = _sample(settings.newsletter.base_url)
        head = letterhead.make(settings, issue.number, kind=SendKind.ISSUE)
        return message.as_eml(variant, head, date=issue.created, values=values)

    def _issue(self, number: int) -> Issue:
        with self._store.read() as work:
            return work.issues.get(number)

    def _findings(self, issue: Issue, edition: Edition | None, fault: str | None) -> list[Finding]:
        settings = self._workspace.settings
        with self._store.read() as work:
            articles = work.articles.many([pick.article for pick in issue.picks])
        variant: Variant | None = edition.variants[0] if edition else None
        size = len(self._sample(issue, variant)) if variant else None
        checkup = preflight.Checkup(
            issue=issue,
            articles=articles,
            edition=edition,
            message_bytes=size,
            base_url=settings.newsletter.base_url,
            postal_address=settings.newsletter.postal_address,
            sender=settings.newsletter.sender,
            used={a.id: a.used_in for a in articles.values() if a.used_in and a.used_in != issue.number},
            now=self._workspace.clock(),
            render_error=fault,
            relay_hosts=tuple(relay.host for relay in settings.relay),
            untranslated=self._untranslated(),
        )
        return preflight.check(checkup)


def _merged(variant: Variant, values: Values) -> Iterator[Merged]:
    """What the merge fields of a variant become; a field with two defaults comes twice."""
    for slot in dict.fromkeys((s.field, s.default) for s in variant.slots() if s.field.startswith("subscriber.")):
        field, default = slot
        value = values.get(field)
        known = bool(value and value.strip())
        yield Merged(field, (value or "").strip() if known else default, is_default=not known)


def _sample(base_url: str) -> dict[str, str | None]:
    """Slot values of a reader of whom nothing is known; the links lead nowhere personal."""
    base = base_url or "https://example.org"
    return {"unsubscribe_url": f"{base}/u/sample", "view_url": f"{base}/v/sample"}
