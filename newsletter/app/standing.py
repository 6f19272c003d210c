"""How a send stands, in words that say what happened and what to type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.app.schedule import MISSED
from newsletter.models import Send, SendKind, SendState, Tally
from newsletter.store.ledger import HAD_ALREADY

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace
    from newsletter.store.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class SendStatus:
    """A send as people see it: how it stands, in words."""

    send: Send
    tally: Tally
    #: In a few words: "finished", "held: missed by 3 hours", "failed".
    words: str
    #: Why it is held, and what to type; "" where nothing needs a person.
    advice: str = ""
    #: Whom it would go to if it began now; None once its audience is frozen, and where it never will be.
    expected: Tally | None = None
    #: What the relay said, where all that was to be sent failed by it.
    reply: str = ""

    @property
    def with_reply(self) -> str:
        """The words where nothing stands beside them that says why: "failed: 550 no such user"."""
        return f"{self.words}: {self.reply}" if self.reply else self.words


def of(here: Workspace, send: Send, tally: Tally) -> SendStatus:
    """How it stands."""
    if send.begun is None and send.planned:
        return _planned(here, send, tally)
    if send.kind is SendKind.TEST and tally.failed and not (tally.accepted or tally.open or tally.unsettled):
        said = next((reason for reason in here.dispatch.reasons(send.id) if reason.state == "failed"), None)
        reply = " ".join(str(part) for part in (said.reply_code, said.reply) if part) if said else ""
        return SendStatus(send, tally, "failed", reply=reply)
    if send.state is not SendState.RUNNING or tally.claimed:
        return SendStatus(send, tally, send.state.value)
    if tally.pending:
        return SendStatus(send, tally, "interrupted: resume it")
    if tally.deferred:
        return SendStatus(send, tally, "retries wait: resume it")
    return SendStatus(send, tally, "uncertain ones to settle", to_settle(send.id))


def to_settle(number: int) -> str:
    """What to type where deliveries of a send are uncertain."""
    return (
        f"`newsletter deliveries {number} --resolve-from LOG` settles them by the relay's log; without one, "
        "--resolve accepted, failed, resend or leave says what is to be made of them"
    )


def _planned(here: Workspace, send: Send, tally: Tally) -> SendStatus:
    if send.state is SendState.CANCELLED or not (send.planned and send.list):
        return SendStatus(send, tally, send.state.value)
    with here.store.read() as work:
        target = work.audience.list_named(send.list).id
        expected = work.sends.audience_preview(target, send.issue, again=send.again is not None)
    moment, paused = here.schedule.shown(send), send.state is SendState.PAUSED
    late = here.clock() - send.planned
    if late.total_seconds() < 0:
        words = f"paused, planned for {moment}" if paused else f"scheduled: {moment}"
        goes_on = f"`newsletter resume {send.id}` lets it go out then" if paused else ""
        return SendStatus(send, tally, words, goes_on, expected)
    ways = f"`newsletter resume {send.id}` sends it now, `newsletter cancel {send.id}` ends it"
    if not paused and late <= MISSED:
        ways = f"its moment, {moment}, has come; `newsletter run` sends it (is it running?)"
        return SendStatus(send, tally, "due", ways, expected)
    against = here.schedule.objection(send)
    if against is None:
        word, why = "paused", f"it was paused when its moment, {moment}, came"
    elif against.kind == "missed":
        word, why = f"missed by {here.schedule.span(late)}", against.words
    else:
        word, why = "its issue was changed", against.words
    return SendStatus(send, tally, f"held: {word}", f"{why}; {ways}", expected)


def unfinished(here: Workspace, number: int, list_name: str) -> str | None:
    """Why an issue is not sent to a list once more while a send of it is open, and what to type; None where none is."""
    send = next((s for s in here.dispatch.unfinished() if s.issue == number and s.list == list_name), None)
    if send is None:
        return None
    if send.begun is not None:
        stands = "paused" if send.state is SendState.PAUSED else "not finished"
        ways = f"is {stands}; `newsletter resume {send.id}` goes on with it"
    elif send.state is SendState.SCHEDULED and send.planned and send.planned > here.clock():
        ways = (
            f"is planned for {here.schedule.shown(send)}; to have it at another time, or now, first end that one: "
            f"`newsletter cancel {send.id}`"
        )
    else:
        found = of(here, *here.dispatch.status(send.id))
        ways = f"is {found.words}; {found.advice}"
    return f"send {send.id} of issue {number} to {list_name} {ways}; --again REASON makes another one all the same"


def nobody(work: UnitOfWork, number: int, list_name: str, tally: Tally) -> str:
    """Why a send of an issue to a list would mail nobody, and what would."""
    if not tally.audience:
        return (
            f"there is nobody on {list_name} to mail; `newsletter subscribers import FILE --list {list_name}` adds some"
        )
    had = tally.skipped_why.get(HAD_ALREADY, 0)
    others = [f"{count} {why}" for why, count in tally.skipped_why.items() if why != HAD_ALREADY]
    if not had:
        return f"nobody on {list_name} may be mailed: {', '.join(others)}"
    before = [
        send
        for send in work.sends.list()
        if send.issue == number and send.kind is SendKind.ISSUE and send.begun and work.sends.tally(send.id).accepted
    ]
    which = " and ".join(f"send {send.id} of {send.begun:%Y-%m-%d}" for send in reversed(before))
    by = f", from {which} (`newsletter deliveries {before[0].id} --state accepted` names them)" if before else ""
    return (
        f"nobody on {list_name} is left to mail: {had} had issue {number} already{by}"
        f"{''.join(f', {other}' for other in others)}. Once somebody new has subscribed, the same command mails them "
        "alone; --again REASON mails those who had it once more"
    )
