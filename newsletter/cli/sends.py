"""newsletter send · status · deliveries · pause · cancel · resume"""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from newsletter.cli import desk as desk_commands
from newsletter.cli import output
from newsletter.cli.session import Json, Number, workspace

if TYPE_CHECKING:
    from newsletter.app.dispatch import DryRun, Progress
    from newsletter.app.workspace import Workspace
    from newsletter.models import Send, Tally

#: What a person may say of an uncertain delivery.
Verdict = Literal["accepted", "failed", "resend", "leave"]
#: The states of a delivery, as `models.DeliveryState` has them (its import would cost every `--help` 25 ms).
State = Literal["pending", "claimed", "deferred", "accepted", "failed", "skipped", "uncertain"]
SendId = Annotated[int, typer.Argument(metavar="SEND", help="The send's number, as `status` lists it.", min=1)]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    for command in (send, status, deliveries, pause, cancel, resume):
        app.command()(command)


def send(
    context: typer.Context,
    number: Number,
    to: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="Send a test copy (repeatable).")] = None,
    list_name: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Send to this list.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Really send; without it, a dry run.")] = False,
    again: Annotated[
        str | None, typer.Option(metavar="REASON", help="Also to those who had this issue; the reason is kept.")
    ] = None,
    force: Annotated[
        str | None, typer.Option(metavar="REASON", help="Send despite preflight errors; the reason is kept.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send an issue: a test copy with --to, or to a list with --list (a dry run unless --yes).

    Example: newsletter send 1 --list weekly --yes
    """
    if bool(to) == bool(list_name):
        raise typer.BadParameter("say either --to ADDRESS (a test copy) or --list NAME")
    here = workspace(context)
    if to:
        _drain(here, here.dispatch.test(number, to).id, as_json)
    elif not yes:
        _print_dry_run(here.dispatch.dry_run(number, str(list_name), again=again), as_json)
    else:
        started = here.dispatch.start(number, str(list_name), again=again, forced=force)
        _drain(here, started.id, as_json)


def status(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="[SEND]", help="One send; default: all.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """How sends stand: one of them, or a list of all."""
    dispatch = workspace(context).dispatch
    if number is None:
        rows = dispatch.sends()
        if as_json:
            output.print_json([as_dict(found, tally) for found, tally in rows])
            return
        output.table(
            ["send", "kind", "issue", "list", "state", "started", "audience", "accepted", "failed", "skipped", "open"],
            [
                (
                    found.id,
                    found.kind,
                    found.issue,
                    found.list or "",
                    found.state,
                    found.created,
                    tally.audience,
                    tally.accepted,
                    tally.failed,
                    tally.skipped,
                    tally.pending + tally.claimed + tally.deferred + tally.uncertain - tally.left,
                )
                for found, tally in rows
            ],
            empty="nothing was sent yet",
        )
        return
    found, tally = dispatch.status(number)
    if as_json:
        output.print_json(as_dict(found, tally))
        return
    output.heading(f"Send {found.id} · issue {found.issue} to {found.list or 'test addresses'} · {found.state.value}")
    print_tally(tally)
    for reason, count in dispatch.failures(number):
        output.line(f"{count:>8} × {reason}")


def deliveries(
    context: typer.Context,
    number: SendId,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
    resolve: Annotated[
        Verdict | None,
        typer.Option(help="Settle the uncertain ones; resend mails them again under the same Message-ID."),
    ] = None,
    only: Annotated[list[int] | None, typer.Option("--delivery", metavar="ID", help="Settle just this one.")] = None,
    as_json: Json = False,
) -> None:
    """The ledger of a send, row by row; --resolve settles uncertain deliveries."""
    from newsletter.models import DeliveryState

    dispatch = workspace(context).dispatch
    if resolve is not None:
        settled = dispatch.settle(number, resolve, only or ())
        output.note(f"{settled} uncertain settled as {resolve}")
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


def pause(context: typer.Context, number: SendId, as_json: Json = False) -> None:
    """Stop a send for now; `resume` goes on. Works from another terminal too."""
    _acted(workspace(context), workspace(context).dispatch.pause(number), as_json)


def cancel(context: typer.Context, number: SendId, as_json: Json = False) -> None:
    """End a send for good: whoever has not been mailed is skipped."""
    _acted(workspace(context), workspace(context).dispatch.cancel(number), as_json)


def resume(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="[SEND]", help="One send; default: all unfinished.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Go on with an unfinished send, retries that are due included."""
    here = workspace(context)
    numbers = [number] if number else [found.id for found in here.dispatch.unfinished()]
    if not numbers:
        output.note("nothing to resume: every send is finished")
    worst = 0
    for each in numbers:
        here.dispatch.resume(each)
        worst = max(worst, _run(here, each, as_json))
    raise typer.Exit(worst)


def print_tally(tally: Tally) -> None:
    """The identity, always, and why people were skipped."""
    output.line(tally.identity())
    for why, count in sorted(tally.skipped_why.items()):
        output.line(f"{count:>8} skipped: {why}")


def as_dict(found: Send, tally: Tally, **more: Any) -> dict[str, Any]:
    """A send as `--json` prints it."""
    return {
        "send": found.id,
        "kind": found.kind,
        "edition": found.edition,
        "issue": found.issue,
        "list": found.list,
        "state": found.state,
        **counts(tally),
        **more,
    }


def counts(tally: Tally) -> dict[str, Any]:
    """A tally as `--json` prints it."""
    states = {state: getattr(tally, state) for state in get_args(State)}
    return {"audience": tally.audience, **states, "skipped_why": tally.skipped_why, "finished": tally.finished}


def _print_dry_run(run: DryRun, as_json: bool) -> None:
    if as_json:
        output.print_json(
            {
                "dry_run": True,
                "send": None,
                "kind": "issue",
                "edition": None,
                "issue": run.issue,
                "list": run.list,
                "state": None,
                **counts(run.tally),
                "findings": run.findings,
            }
        )
        return
    output.heading(f"Dry run · issue {run.issue} to {run.list}: nothing was sent")
    output.line(f"{run.tally.pending} would get it, {run.tally.skipped} would be skipped")
    print_tally(run.tally)
    desk_commands.print_findings(list(run.findings))
    output.note(f"`newsletter send {run.issue} --list {run.list} --yes` sends it")


def _drain(here: Workspace, number: int, as_json: bool) -> None:
    raise typer.Exit(_run(here, number, as_json))


def _run(here: Workspace, number: int, as_json: bool) -> int:
    """Drain one send with a progress bar; the exit code. Ctrl-C and SIGTERM stop it cleanly."""
    with output.Bar(f"send {number}") as bar:

        def progress(event: Progress) -> None:
            bar.update(event.done, event.total)

        stop = here.dispatch.stopper()
        previous = {which: signal.signal(which, lambda *_: stop.set()) for which in (signal.SIGINT, signal.SIGTERM)}
        try:
            result = here.dispatch.drain(number, stop=stop, progress=progress)
        finally:
            for which, handler in previous.items():
                signal.signal(which, handler)
    if as_json:
        due = {"next_due_seconds": result.next_due} if result.next_due is not None else {}
        output.print_json(as_dict(result.send, result.tally, **due))
    else:
        print_tally(result.tally)
    if result.stopped:
        output.note(f"stopped; `newsletter resume {number}` goes on")
    elif result.next_due is not None:
        output.note(
            f"{result.tally.deferred} wait for another try, the next in {result.next_due:.0f} s: "
            f"`newsletter resume {number}`"
        )
    if result.tally.uncertain > result.tally.left:
        output.note(
            f"{result.tally.uncertain - result.tally.left} uncertain: wholly handed over, and no reply came; "
            f"`newsletter deliveries {number} --state uncertain` names them"
        )
    if result.error:
        output.note(f"newsletter: {result.error}")
    return result.exit_code


def _acted(here: Workspace, found: Send, as_json: bool) -> None:
    tally = here.dispatch.status(found.id)[1]
    if as_json:
        output.print_json(as_dict(found, tally))
    else:
        output.line(f"send {found.id} {found.state.value}")
        print_tally(tally)
