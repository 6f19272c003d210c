"""newsletter deliveries: the ledger row by row, and what is uncertain settled by a person or by a relay's log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, workspace
from newsletter.cli.status import SendId, State

if TYPE_CHECKING:
    from newsletter.app.dispatch import Dispatch
    from newsletter.app.resolving import Resolved

#: How a person may settle what is uncertain.
Verdict = Literal["accepted", "failed", "resend", "leave"]

#: The log's words, as a person says them.
_WORDS = {
    "sent": "handed on by the relay",
    "queued": "with the relay",
    "deferred": "with the relay, which tries again",
    "bounced": "bounced",
    "rejected": "never taken by the relay",
}


def register(app: typer.Typer) -> None:
    """Hang this command into the tree."""
    app.command()(deliveries)


def deliveries(
    context: typer.Context,
    number: SendId,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
    resolve: Annotated[
        Verdict | None,
        typer.Option(help="Settle the uncertain ones; resend mails them again under the same Message-ID."),
    ] = None,
    only: Annotated[list[int] | None, typer.Option("--delivery", metavar="ID", help="Settle just this one.")] = None,
    logs: Annotated[
        list[Path] | None,
        typer.Option("--resolve-from", metavar="LOG", help="Settle those that the relay's log tells of (Postfix's)."),
    ] = None,
    as_json: Json = False,
) -> None:
    """The ledger of a send, row by row; --resolve and --resolve-from settle uncertain deliveries.

    Example: newsletter deliveries 3 --state uncertain --resolve-from /var/log/mail.log
    """
    from newsletter.models import DeliveryState

    dispatch = workspace(context).dispatch
    if logs:
        if resolve is not None or only or state not in (None, "uncertain"):
            raise typer.BadParameter("--resolve-from says itself what to settle, and how")
        _print_resolved(dispatch.settle_by_log(number, logs), as_json=as_json)
        return
    if resolve is not None:
        settled = dispatch.settle(number, resolve, only or ())
        goes_on = f"; `newsletter resume {number}` sends them" if settled and resolve == "resend" else ""
        if as_json:
            output.print_json({"send": number, "settled": settled, "as": resolve})
        else:
            output.line(
                f"{settled} uncertain settled as {resolve}{goes_on}" if settled else _unsettled(dispatch, number)
            )
        return
    rows = dispatch.deliveries(number, DeliveryState(state) if state else None)
    if as_json:
        output.print_json(
            [
                {
                    "id": row.id,
                    "subscriber": row.subscriber,
                    "email": row.email,
                    "state": row.state,
                    "attempts": row.attempts,
                    "reply_code": row.reply_code,
                    "enhanced_code": row.enhanced_code,
                    "reply": row.reply,
                    "message_id": row.message_id,
                    "relay": row.relay,
                    "due": row.due,
                    "updated": row.updated,
                }
                for row in rows
            ]
        )
        return
    output.table(
        ["id", "address", "state", "tries", "code", "reply", "message id"],
        [(r.id, r.email or "(erased)", r.state, r.attempts, r.reply_code, r.reply, r.message_id) for r in rows],
        empty="no such deliveries",
    )


def _unsettled(dispatch: Dispatch, number: int) -> str:
    """Why nothing was settled."""
    left = len(dispatch.uncertain(number))
    return (
        f"all uncertain were left as they stand ({left}); --delivery ID settles one" if left else "nothing is uncertain"
    )


def _print_resolved(found: Resolved, *, as_json: bool) -> None:
    """One line a delivery, and a sum. Exit code 4 when some are still uncertain."""
    left = found.uncertain - len(found.settled)
    if as_json:
        output.print_json(
            {
                "send": found.send,
                "settled": [
                    {"delivery": row.id, "email": row.email, "as": how, "log": status, "reply": words}
                    for row, how, status, words in found.settled
                ],
                "uncertain": left,
                "lines": found.lines,
                "other_lines": found.other_lines,
            }
        )
    else:
        output.table(
            ["id", "address", "settled as", "the log says"],
            [(row.id, row.email, how, f"{_WORDS[log]} {words}".strip()) for row, how, log, words in found.settled],
            empty="the log tells of none of them" if found.uncertain else "nothing is uncertain",
        )
        counts = Counter(how for _, how, _, _ in found.settled)
        said = ", ".join(f"{count} {how}" for how, count in counts.items()) or "none settled"
        output.line(
            f"{said}; {left} uncertain still ({found.lines} lines of Postfix's read, {found.other_lines} others)"
        )
        if found.uncertain and not found.lines:
            output.note("no line was Postfix's: is it the log of the relay that the mail was handed to?")
    if left:
        raise typer.Exit(4)
