"""The schedule: sends that are planned for a moment, and what happens when it comes.

A planned send holds the edition that was approved for it; its audience is frozen when it begins. When its moment comes
it begins, unless that was missed by more than an hour, or the issue was changed in between: then it is held, and a
person says whether it goes out all the same. Planned for each subscriber's own time zone it begins with the earliest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from newsletter.app import timetable
from newsletter.errors import Conflict, NewsletterError, Refused, StoreError
from newsletter.models import Finding, Send, SendState
from newsletter.store.groups import Assignment

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace

#: A moment missed by more than that is asked about instead of made up for.
MISSED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a planned send must not begin unasked."""

    kind: Literal["missed", "changed"]
    words: str


@dataclass(frozen=True, slots=True)
class Due:
    """A planned send whose moment has come: it has begun, or is held, and why."""

    send: Send
    held: str | None = None


class Schedule:
    """The planned sends of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._store = workspace.store

    @property
    def zone(self) -> ZoneInfo:
        """The newsletter's time zone."""
        return ZoneInfo(self._workspace.settings.newsletter.timezone)

    def wall_time(self, text: str) -> datetime:
        """The moment that an editor's words mean. Raises ValueError, whose text says what is expected."""
        return timetable.wall_time(text, self.zone, self._workspace.clock())

    def plan(
        self,
        number: int,
        list_name: str,
        moment: datetime,
        *,
        local: bool = False,
        again: str | None = None,
        forced: str | None = None,
        hear: Callable[[Sequence[Finding]], None] = lambda _: None,
    ) -> Send:
        """Plan an issue for a list at a moment on the wall; `local`: on the walls where its subscribers are.

        Planning approves the issue where nobody has; `hear` is told preflight's findings. Raises what `Dispatch.start`
        does (but lists may be empty still), and Refused where the moment is past in a subscriber's time zone.
        """
        edition, target = self._workspace.dispatch.ready(number, list_name, forced, again, hear)
        now = self._workspace.clock()
        with self._store.begin() as work:
            moments = timetable.by_zone(moment, work.sends.zones(target) if local else (), self.zone)
            earliest = min(moments, key=lambda name: moments[name])
            if moments[earliest] <= now:
                raise Refused(
                    f"{moment:%Y-%m-%d %H:%M} is past in {earliest}, where subscribers are; name a later moment"
                )
            return work.sends.plan(
                edition,
                target,
                now=now,
                at=moments[earliest],
                wall_time=f"{moment:%Y-%m-%dT%H:%M}" if local else None,
                again=again,
                forced=forced,
            )

    def planned(self) -> list[Send]:
        """Sends whose moment is still to come or has just come, the soonest first."""
        with self._store.read() as work:
            waiting = [send for send in work.sends.unfinished() if send.state is SendState.SCHEDULED]
        return sorted(waiting, key=lambda send: (send.planned or send.created, send.id))

    def fire(self) -> Iterator[Due]:
        """Begin what is due now, and hold what must be asked about first."""
        for send in self.planned():
            if send.planned and send.planned <= self._workspace.clock():
                try:
                    against = self.objection(send)
                    due = Due(self._hold(send), against.words) if against else Due(self.begin(send))
                except Conflict:  # somebody else was first
                    continue
                yield due

    def go_on(self, send: Send) -> Send:
        """What a person's "resume" means for a send that has not begun: begin if its moment is past, else wait for it.

        Raises NotFound, Conflict (it was cancelled).
        """
        if send.planned is None or send.planned <= self._workspace.clock():
            return self.begin(send)
        with self._store.begin() as work:
            return work.sends.set_state(send.id, SendState.SCHEDULED)

    def begin(self, send: Send) -> Send:
        """Freeze its audience and let it run. Raises NotFound, Conflict (it was cancelled)."""
        from newsletter.app.dispatch import DEADLINE

        now = self._workspace.clock()
        with self._store.begin() as work:
            moments: dict[str | None, datetime] = {}
            if send.wall_time and send.list:
                names = work.sends.zones(work.audience.list_named(send.list).id)
                moments = timetable.by_zone(datetime.fromisoformat(send.wall_time), names, self.zone)
            own = moments.pop(None, now)
            due_in = {name: at for name, at in moments.items() if name}
            work.issues.mark_sent(send.issue)
            edition = work.editions.get(send.edition)
            target = work.audience.list_named(send.list).id if send.list else None
            return work.sends.begin(
                send.id,
                edition.variants[0].name,
                now=now,
                due=max(own, now) if moments else None,
                deadline=max((*moments.values(), own, now)) + DEADLINE,
                message_id_domain=self._workspace.dispatch.domain,
                due_in=due_in,
                others=self._workspace.variants.assign(work, edition, target) if target else Assignment(),
            )

    def _hold(self, send: Send) -> Send:
        with self._store.begin() as work:
            now = work.sends.get(send.id)
            return work.sends.set_state(send.id, SendState.PAUSED) if now.state is SendState.SCHEDULED else now

    def objection(self, send: Send) -> Objection | None:
        """What speaks against beginning a planned send unasked, or None; a missed moment counts before a change."""
        late = self._workspace.clock() - (send.planned or send.created)
        if late > MISSED:
            return Objection("missed", f"its moment, {self.shown(send)}, was missed by {self.span(late)}")
        try:
            approved = self._workspace.press.approved(send.issue)
        except StoreError:
            raise
        except NewsletterError:  # it was changed, is gone, or does not render
            approved = None
        if approved is None or approved.id != send.edition:
            words = f"issue {send.issue} was changed after it was planned; what was approved then would go out"
            return Objection("changed", words)
        return None

    def shown(self, send: Send) -> str:
        """When it is to begin, in words: "Tue 24 Nov 2026 07:00 (Europe/Berlin)"."""
        if send.wall_time:
            return f"{datetime.fromisoformat(send.wall_time):%a %d %b %Y %H:%M} in each subscriber's time zone"
        moment = (send.planned or send.created).astimezone(self.zone)
        return f"{moment:%a %d %b %Y %H:%M} ({self.zone.key})"

    @staticmethod
    def span(late: timedelta) -> str:
        """How late it is: "3 hours", "2 days"."""
        hours = round(late.total_seconds() / 3600)
        if hours < 48:
            return f"{hours} hour{'s' if hours != 1 else ''}"
        return f"{hours / 24:.0f} days"
