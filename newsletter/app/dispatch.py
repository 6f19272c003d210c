"""Dispatch: sends are planned, started, drained by a process of their own, paused, cancelled, resumed and settled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from newsletter import addresses
from newsletter.app import draining, reasons, relays, resolving, signing, standing
from newsletter.app.draining import Drained, Progress, Stopper
from newsletter.errors import ConfigError, Conflict, NotFound, Refused
from newsletter.models import Delivery, DeliveryState, Edition, Finding, Reason, Send, SendKind, SendState, Tally
from newsletter.store import Claims

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.app.resolving import Resolved
    from newsletter.app.workspace import Workspace

#: How long deferred mail is tried before it has failed (RFC 5321, 4.5.4.1 asks for four to five days).
DEADLINE = timedelta(days=4)

#: What a person may say of an uncertain delivery.
Verdict = Literal["accepted", "failed", "resend", "leave"]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a send would do: the audience counted, and what preflight says."""

    issue: int
    list: str
    #: `pending` would get it, `skipped` would not.
    tally: Tally
    findings: tuple[Finding, ...]
    #: Why a send would be refused as things stand; None when it would not.
    refusal: str | None = None


class Dispatch:
    """Sends of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store

    def dry_run(self, number: int, list_name: str, *, again: str | None = None, forced: str | None = None) -> DryRun:
        """Who would get the issue, and what preflight says. Nothing is kept. Raises NotFound."""
        with self._store.read() as work:
            target = work.audience.list_named(list_name)
        findings = self._workspace.press.check(number, target.id)
        with self._store.read() as work:
            tally = work.sends.audience_preview(target.id, number, again=again is not None)
            nobody = None if tally.pending else standing.nobody(work, number, list_name, tally)
        refusal = self._refusal(number, list_name, findings, again, forced) or nobody
        return DryRun(number, list_name, tally, tuple(findings), refusal)

    def _refusal(
        self, number: int, list_name: str, findings: Sequence[Finding], again: str | None, forced: str | None
    ) -> str | None:
        if not again and (still_open := standing.unfinished(self._workspace, number, list_name)):
            return still_open
        errors = sum(finding.severity == "error" for finding in findings)
        if errors and not forced:
            return f"preflight found {errors} error{'s' if errors != 1 else ''}; mend them, or --force REASON"
        try:
            self._workspace.press.second_person(number, self._workspace.press.approved(number))
            self._equipped()
        except (Refused, ConfigError) as refused:
            return str(refused)
        return None

    def test(self, number: int, to: Sequence[str], variant: str | None = None) -> Send:
        """A send of the issue as it stands (or of one of its variants) to the given addresses.

        Raises AddressError, RenderError, NotFound, Refused.
        """
        self._equipped()
        emails = [addresses.parse(address).email for address in to]
        now = self._workspace.clock()
        issue = self._workspace.desk.get(number)
        shapes = [self._workspace.variants.named(issue, variant)] if variant else None
        edition = self._workspace.press.edition(issue, shapes)
        with self._store.begin() as work:
            frozen = work.editions.freeze(edition, now)
            return work.sends.start(
                frozen,
                kind=SendKind.TEST,
                addresses=emails,
                now=now,
                deadline=now + DEADLINE,
                message_id_domain=self.domain,
            )

    def start(self, number: int, list_name: str, *, again: str | None = None, forced: str | None = None) -> Send:
        """Freeze the audience of a list: a delivery for everyone on it.

        Starting approves the issue where nobody has. Raises NotFound, Refused (no relay, errors in preflight, an
        approval that has lapsed, or one of two that is missing; nobody who would get it), ConfigError (a secret of the
        relay or a DKIM key is missing), Conflict (an unfinished send of it to that list). No send is made then.
        """
        edition, target = self.ready(number, list_name, forced, again)
        now = self._workspace.clock()
        with self._store.begin() as work:
            send = work.sends.start(
                edition,
                kind=SendKind.ISSUE,
                list_id=target,
                now=now,
                deadline=now + DEADLINE,
                again=again,
                forced=forced,
                message_id_domain=self.domain,
                others=self._workspace.variants.assign(work, edition, target),
            )
            tally = work.sends.tally(send.id)
            if not tally.pending:
                raise Refused(standing.nobody(work, number, list_name, tally))
            work.issues.mark_sent(number)
        return send

    def ready(
        self,
        number: int,
        list_name: str,
        forced: str | None,
        again: str | None,
        hear: Callable[[Sequence[Finding]], None] = lambda _: None,
    ) -> tuple[Edition, int]:
        """The approved edition and the list's id, once nothing stands against a send; `hear` is told the findings.

        Raises as `start` does.
        """
        self._equipped()
        with self._store.read() as work:
            target = work.audience.list_named(list_name)
        if not again and (still_open := standing.unfinished(self._workspace, number, list_name)):
            raise Conflict(still_open)
        press = self._workspace.press
        edition = press.approved(number)
        press.second_person(number, edition)
        findings = press.check(number, target.id)
        hear(findings)
        errors = [finding for finding in findings if finding.severity == "error"]
        if edition is None or errors:
            edition = press.approve(number, list_id=target.id, forced=forced)
        return edition, target.id

    def drain(self, number: int, *, stop: Stopper, progress: Callable[[Progress], None], wait: float = 0) -> Drained:
        """Send what is pending or due, in a process of its own, until nothing can be done now or `stop` is set.

        `wait` is how many seconds it may wait for retries. Raises NotFound, Refused (no relay), ConfigError.
        """
        return draining.drain(self._workspace, number, stop=stop, progress=progress, wait=wait)

    def stopper(self) -> Stopper:
        """Something to stop a drain with."""
        return Stopper()

    def sends(self) -> list[tuple[Send, Tally]]:
        """All sends, newest first."""
        with self._store.read() as work:
            return [(send, work.sends.tally(send.id)) for send in work.sends.list()]

    def unfinished(self) -> list[Send]:
        """Sends with something left to do, oldest first; paused ones included."""
        with self._store.read() as work:
            return work.sends.unfinished()

    def status(self, number: int) -> tuple[Send, Tally]:
        """One send and its ledger, counted. Raises NotFound."""
        with self._store.read() as work:
            return work.sends.get(number), work.sends.tally(number)

    def deliveries(self, number: int, state: DeliveryState | None = None) -> Sequence[Delivery]:
        """The ledger of a send, row by row. Raises NotFound."""
        with self._store.read() as work:
            work.sends.get(number)
            return work.sends.deliveries(number, state)

    def reasons(self, number: int) -> list[Reason]:
        """What was said to those who failed, wait or are uncertain, and by which relay; the most frequent first."""
        with self._store.read() as work:
            return reasons.gathered(work.sends.reasons(number))

    def by_relay(self, number: int) -> dict[str, dict[str, int]]:
        """By relay, the deliveries whose last word is its own, counted by state."""
        with self._store.read() as work:
            return work.sends.by_relay(number)

    def pause(self, number: int) -> Send:
        """Stop claiming. Raises NotFound, Conflict (finished or cancelled)."""
        return self._set_state(number, SendState.PAUSED)

    def cancel(self, number: int) -> Send:
        """End it for good; whoever waits is skipped. Raises NotFound, Conflict."""
        return self._set_state(number, SendState.CANCELLED)

    def resume(self, number: int) -> Send:
        """Let a paused send go on; a running one is left as it is. Raises NotFound, Conflict.

        One that was planned and has not begun: see `Schedule.go_on`.
        """
        send = self.status(number)[0]
        if send.begun is None and send.state in (SendState.SCHEDULED, SendState.PAUSED):
            return self._workspace.schedule.go_on(send)
        return self._set_state(number, SendState.RUNNING)

    def uncertain(self, number: int) -> Sequence[Delivery]:
        """Deliveries that may have been made; claims that nobody holds any more are among them. Raises NotFound."""
        self.expire(number)
        return self.deliveries(number, DeliveryState.UNCERTAIN)

    def settle_by_log(self, number: int, logs: Sequence[Path]) -> Resolved:
        """Settle what a relay's logs tell of. Raises NotFound, SourceError (a log that can't be read)."""
        return resolving.from_logs(self._workspace, number, logs)

    def settle(self, number: int, how: Verdict, only: Iterable[int] = ()) -> int:
        """Settle uncertain deliveries: accepted, failed, resend or leave. Answers how many.

        Those named, or all but those that were left as they stand before. Raises NotFound, also for a delivery named
        that is not an uncertain one of this send.
        """
        wanted = set(only)
        rows = self.uncertain(number)
        if missing := wanted - {row.id for row in rows}:
            raise NotFound("uncertain delivery", min(missing), f"`newsletter deliveries {number}` shows its state")
        with self._store.begin() as work:
            chosen = [row.id for row in rows if (row.id in wanted if wanted else row.resolution != "leave")]
            for delivery in chosen:
                work.sends.settle(delivery, how)
        return len(chosen)

    def _set_state(self, number: int, state: SendState) -> Send:
        with self._store.begin() as work:
            work.sends.set_state(number, state)
        self.expire(number)
        return self.status(number)[0]

    def expire(self, number: int) -> None:
        """Make claims that nobody holds any more uncertain. A drain does so, but not every send gets another one."""
        claims = Claims(self._workspace.database_url, number)
        try:
            claims.exchange((), 0)
        finally:
            claims.close()

    def next_due(self, number: int) -> float | None:
        """Seconds until something of a send can be done; None when another process is at it, or nothing will be."""
        claims = Claims(self._workspace.database_url, number)
        try:
            return None if claims.others() else claims.next_due()
        finally:
            claims.close()

    @property
    def domain(self) -> str:
        """The sender's domain, which Message-IDs end with."""
        return addresses.mailbox(self._workspace.settings.newsletter.sender)[1].domain

    def _equipped(self) -> None:
        """Raises Refused where there is no relay, ConfigError where a secret of one or a DKIM key is missing."""
        relays.fields(self._workspace.settings, self._workspace.root)
        signing.keys(self._workspace.settings, self._workspace.root)
