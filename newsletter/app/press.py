"""The press: an issue is rendered, checked, previewed and approved. Nothing is kept until it is approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter import preflight
from newsletter.app import approving, evidence, prints, spamassassin
from newsletter.app.plates import Plates
from newsletter.app.prints import Rendered, VariantFigures
from newsletter.app.variants import DEFAULT, Plan, Shape, default_shape
from newsletter.errors import Conflict, Refused, RenderError
from newsletter.models import (
    Approval,
    Edition,
    Finding,
    Issue,
    IssueStatus,
    Merged,
    PreviewPage,
    Seen,
    Subscriber,
    Values,
    Variant,
    fill,
    standing_alone,
)
from newsletter.preflight import Tried

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Checked:
    """What preflight says: findings, errors first, and how each variant fares in readers' mail clients."""

    findings: list[Finding]
    clients: dict[str, preflight.ClientReport]


class Press:
    """What becomes of the issues of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store
        self._plates = Plates(workspace)

    def render(self, number: int, folder: Path) -> Rendered:
        """Write issue.html, issue.txt and issue.eml, as a reader without a name gets them. Raises RenderError."""
        issue = self._issue(number)
        return prints.write(self._workspace.settings, issue, self.edition(issue).variants[0], folder)

    def variants(
        self, number: int, list_name: str | None = None, folder: Path | None = None
    ) -> tuple[tuple[VariantFigures, ...], Plan]:
        """Every variant of an issue for a list's active members (None: any list's), written into a folder each if any.

        Raises NotFound, RenderError.
        """
        issue = self._issue(number)
        with self._store.read() as work:
            list_id = work.audience.list_named(list_name).id if list_name else None
            everybody = sum(count for _, count in work.audience.groups(list_id, ()))
        plan = self._workspace.variants.plan(issue, list_id)
        figures = []
        for shape, variant in zip(plan.shapes, self.edition(issue, plan.shapes).variants, strict=True):
            files = (
                prints.write(self._workspace.settings, shape.issue, variant, folder / variant.name) if folder else None
            )
            articles = sum(1 for _ in shape.issue.picks)
            readers = shape.subscribers if self._workspace.variants.by else everybody
            figures.append(VariantFigures(shape.name, readers, articles, preflight.html_bytes(variant), files))
        return tuple(figures), plan

    def check(self, number: int, list_id: int | None = None) -> list[Finding]:
        """What preflight finds in the variants for a list (None: any) without asking anybody, errors first.

        What SpamAssassin has said of them is told. Raises NotFound.
        """
        return self.examine(number, list_id).findings

    def examine(
        self,
        number: int,
        list_id: int | None = None,
        *,
        links: bool = False,
        spam: spamassassin.Ask = "kept",
        dns: bool = False,
    ) -> Checked:
        """Preflight. `links` asks for every link and picture, `spam` SpamAssassin where it is installed, `dns` the DNS.

        Raises NotFound, and with `dns` ConfigError (a DKIM key that can't be read).
        """
        issue = self._issue(number)
        plan = self._workspace.variants.plan(issue, list_id)
        asked: dict[str, Tried] = {}
        try:
            edition, seen = self._plates.rendered(issue, plan.shapes)
            if links:
                asked = self._plates.ask(issue, seen)
                edition, seen = self._plates.rendered(issue, plan.shapes)
            fault = None
        except RenderError as error:
            edition, seen, fault = None, (), error
        checkup = self._checkup(issue, edition, seen, plan, fault=fault, links=links, asked=asked, spam=spam, dns=dns)
        if not fault:
            name = issue.theme or self._workspace.settings.newsletter.theme
            checkup = replace(checkup, sample_error=self._workspace.themes.sample_error(name))
        return Checked(preflight.check(checkup), preflight.client_reports(checkup))

    def preview(
        self, number: int, version: str, values: Values | None = None, reader: Subscriber | None = None
    ) -> PreviewPage:
        """The issue as a reader gets it, with its findings; `values` are what is known of the reader.

        `version` is what it was called before anything was read: what is written from then on makes another one.

        It is their variant, with the findings of that and of the default. Their links lead nowhere personal. Raises
        NotFound, RenderError.
        """
        issue = self._issue(number)
        own = self._workspace.variants.shape(issue, reader)
        edition, seen = self._plates.rendered(issue, (default_shape(issue), own) if own.name != DEFAULT else None)
        variant = edition.variants[-1]
        settings = self._workspace.settings.newsletter
        sample = {**(values or {}), **evidence.sample_values(settings.base_url)}
        html = fill(variant.html, sample)
        findings = tuple(self._findings(issue, edition, seen, Plan(())))
        return PreviewPage(
            number=issue.number,
            title=issue.title,
            subject=fill(variant.subject, sample),
            preheader=fill(variant.preheader, sample),
            sender=settings.sender,
            html=standing_alone(html, variant.pictures),
            text=fill(variant.text, sample),
            html_bytes=preflight.html_bytes(variant),
            findings=findings,
            version=version,
            merged=tuple(_merged(variant, sample)),
            variant=variant.name,
        )

    def version(self, number: int) -> str:
        """What a preview is called now: it changes with the issue, its articles or the theme.

        Settings are read once a process: a change of them shows in the next one. Raises NotFound.
        """
        return self._plates.version(self._issue(number))

    def approve(
        self, number: int, *, list_id: int | None = None, forced: str | None = None, by: str | None = None
    ) -> Edition:
        """Freeze what would be sent, and keep who approved it (`by`: an editor's name or address).

        Its variants are those of a list's active members (None: of any list's); where somebody else has approved the
        edition as it stands, it is that edition.

        Raises Refused when preflight finds errors and no reason overrides them, or when `by` is no editor of the
        settings; Conflict when the issue is changed meanwhile.
        """
        issue = self._issue(number)
        approval = approving.approval(self._workspace.settings, by, self._workspace.clock())
        plan = self._workspace.variants.plan(issue, list_id)
        edition, seen = self._plates.rendered(issue, self._agreed(issue) or plan.shapes)
        errors = [f for f in self._findings(issue, edition, seen, plan) if f.severity == "error"]
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
            if approval:
                work.editions.approve(frozen.id, approval)
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
        now = self.edition(issue, self._workspace.variants.again(issue, frozen))
        if frozen.content_hash != now.content_hash:
            raise Refused(
                f"issue {number} has changed since it was approved, so the approval has lapsed; "
                f"look at it again, then `newsletter issue approve {number}`"
            )
        return frozen

    def approvals(self, edition: Edition) -> list[Approval]:
        """Who has approved an edition, the first first."""
        with self._store.read() as work:
            return work.editions.approvals(edition.id)

    def second_person(self, number: int, edition: Edition | None) -> None:
        """Raises Refused where the settings ask for two editors' approvals of an edition, and it has fewer."""
        approving.enough(self._workspace.settings, number, self.approvals(edition) if edition else ())

    def edition(self, issue: Issue, shapes: Sequence[Shape] | None = None) -> Edition:
        """The issue rendered, its default variant or these; kept nowhere. Raises RenderError."""
        return self._plates.rendered(issue, shapes)[0]

    def _agreed(self, issue: Issue) -> tuple[Shape, ...] | None:
        """What the approved edition was rendered for, where an editor has approved it by name and it holds."""
        if not self._workspace.variants.by:
            return None
        try:
            frozen = self.approved(issue.number)
        except Refused:
            return None
        return self._workspace.variants.again(issue, frozen) if frozen and self.approvals(frozen) else None

    def _issue(self, number: int) -> Issue:
        with self._store.read() as work:
            return work.issues.get(number)

    def _findings(self, issue: Issue, edition: Edition, seen: Sequence[Seen], plan: Plan) -> list[Finding]:
        return preflight.check(self._checkup(issue, edition, seen, plan, fault=None))

    def _checkup(
        self,
        issue: Issue,
        edition: Edition | None,
        seen: Sequence[Seen],
        plan: Plan,
        *,
        fault: RenderError | None,
        links: bool = False,
        asked: Mapping[str, Tried] | None = None,
        spam: spamassassin.Ask = "kept",
        dns: bool = False,
    ) -> preflight.Checkup:
        colours = self._plates.renderer(issue).colours if edition else {}
        checkup = evidence.gather(
            self._workspace,
            issue,
            edition,
            fault=fault,
            colours=colours,
            links=links,
            asked=asked or {},
            spam=spam,
            dns=dns,
        )
        beyond = (plan.beyond, plan.beyond_subscribers) if plan.beyond else None
        return replace(checkup, pictures=tuple(seen), beyond=beyond)


def _merged(variant: Variant, values: Values) -> Iterator[Merged]:
    """What the merge fields of a variant become; a field with two defaults comes twice."""
    fields = dict.fromkeys((slot.field, slot.default) for slot in variant.slots())
    for field, default in fields:
        if field.startswith("subscriber."):
            value = (values.get(field) or "").strip()
            yield Merged(field, value or default, is_default=not value)
