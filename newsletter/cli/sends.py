"""newsletter send · status · pause · cancel · resume"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from newsletter.cli import output
from newsletter.cli.press import print_findings
from newsletter.cli.relays import print_reasons, print_relays, relay_notes, span
from newsletter.cli.session import Json, Number, reason, workspace
from newsletter.errors import Conflict

if TYPE_CHECKING:
    from newsletter.app.dispatch import DryRun
    from newsletter.app.draining import Drained, Stopper
    from newsletter.app.workspace import Workspace
    from newsletter.models import Send, Tally

#: What a person may say of an uncertain delivery.
#: The states of a delivery, as `models.DeliveryState` has them (its import would cost every `--help` 25 ms).
State = Literal["pending", "claimed", "deferred", "accepted", "failed", "skipped", "uncertain"]
SendId = Annotated[int, typer.Argument(metavar="SEND", help="The send's number, as `status` lists it.", min=1)]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    for command in (send, status, pause, cancel, resume):
        app.command()(command)


def send(
    context: typer.Context,
    number: Number,
    to: Annotated[list[str] | None, typer.Option(metavar="ADDRESS", help="Send a test copy (repeatable).")] = None,
    list_name: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Send to this list.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Really send; without it, a dry run.")] = False,
    again: Annotated[
        str | None,
        typer.Option(metavar="REASON", callback=reason, help="Also to those who had this issue; the reason is kept."),
    ] = None,
    force: Annotated[
        str | None,
        typer.Option(metavar="REASON", callback=reason, help="Send despite preflight errors; the reason is kept."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="WHEN", help='Plan it: "Tue 07:00", "2026-11-24 07:00"; `newsletter run` sends it then.'),
    ] = None,
    local: Annotated[bool, typer.Option("--local", help="With --at: in each subscriber's own time zone.")] = False,
    variant: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --to: this variant (`render N --variants` lists them).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send an issue: a test copy with --to, or to a list with --list (a dry run unless --yes or --at).

    Example: newsletter send 1 --list weekly --yes
    """
    if bool(to) == bool(list_name):
        raise typer.BadParameter("say either --to ADDRESS (a test copy) or --list NAME")
    if (at or local) and not (at and list_name):
        raise typer.BadParameter("--at plans a send to a list, so it needs --list NAME, and --local needs --at")
    if variant and not to:
        raise typer.BadParameter("--variant chooses what a test copy shows, so it needs --to ADDRESS")
    here = workspace(context)
    if at and list_name:
        _plan(here, number, list_name, at, local=local, again=again, force=force, as_json=as_json)
        return
    if list_name and not yes:
        _print_dry_run(here.dispatch.dry_run(number, list_name, again=again, forced=force), as_json)
        return
    with stopper(here) as stop:
        if list_name:
            started = here.dispatch.start(number, list_name, again=again, forced=force)
        else:
            started = here.dispatch.test(number, to or (), variant)
        result = _drain(here, started.id, stop, as_json)
    if as_json:
        output.print_json(_drained(result))
    raise typer.Exit(result.exit_code)


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
                    standing(found, tally),
                    found.begun or found.created,
                    tally.audience,
                    tally.accepted,
                    tally.failed,
                    tally.skipped,
                    tally.open + tally.unsettled,
                )
                for found, tally in rows
            ],
            empty="nothing was sent yet",
        )
        return
    found, tally = dispatch.status(number)
    if as_json:
        output.print_json(as_dict(found, tally, relays=dispatch.by_relay(number), reasons=dispatch.reasons(number)))
        return
    whom = found.list or "test addresses"
    output.heading(f"Send {found.id} · issue {found.issue} to {whom} · {standing(found, tally)}")
    for what, why in (("to those who had it, too", found.again), ("despite errors", found.forced)):
        if why:
            output.line(f"{what}: {why}")
    print_tally(tally)
    print_relays(dispatch.by_relay(number))
    print_reasons(dispatch.reasons(number))


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
    numbers = [number] if number else [found.id for found in here.dispatch.unfinished() if found.begun]
    if not numbers:
        output.note("nothing to resume: every send is finished")
    results = []
    with stopper(here) as stop:
        for each in numbers:
            if stop.is_set:
                break
            try:
                here.dispatch.resume(each)
            except Conflict as over:
                if number:
                    raise
                output.note(over)  # another process has finished or cancelled it since it was listed
                continue
            results.append(_drain(here, each, stop, as_json))
    if as_json:
        found = [_drained(result) for result in results]
        output.print_json(found[0] if number else found)
    raise typer.Exit(max((result.exit_code for result in results), default=0))


def standing(found: Send, tally: Tally) -> str:
    """A send's state in words that say what to do: one that runs holds claims whenever it can."""
    if found.begun is None and found.planned:
        return f"{found.state.value}: {found.planned:%Y-%m-%d %H:%M} UTC"
    if found.state != "running" or tally.claimed:
        return str(found.state.value)
    if tally.pending:
        return "interrupted: resume it"
    return "retries wait: resume it" if tally.deferred else "uncertain ones to settle"


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
        "again": found.again,
        "forced": found.forced,
        "planned": found.planned,
        "wall_time": found.wall_time,
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
                "again": None,
                "forced": None,
                **counts(run.tally),
                "findings": run.findings,
                "refusal": run.refusal,
            }
        )
        return
    output.heading(f"Dry run · issue {run.issue} to {run.list}: nothing was sent")
    output.line(f"{run.tally.pending} would get it, {run.tally.skipped} would be skipped")
    print_tally(run.tally)
    print_findings(list(run.findings))
    if run.refusal:
        output.note(f"--yes would be refused: {run.refusal}")
    else:
        output.note(f"`newsletter send {run.issue} --list {run.list} --yes` sends it")


def _plan(
    here: Workspace,
    number: int,
    list_name: str,
    at: str,
    *,
    local: bool,
    again: str | None,
    force: str | None,
    as_json: bool,
) -> None:
    try:
        moment = here.schedule.wall_time(at)
    except ValueError as error:
        raise typer.BadParameter(f"--at: {error}") from None
    planned = here.schedule.plan(number, list_name, moment, local=local, again=again, forced=force)
    if as_json:
        output.print_json(as_dict(planned, here.dispatch.status(planned.id)[1]))
        return
    output.line(f"send {planned.id} of issue {number} to {list_name} is planned for {here.schedule.shown(planned)}")
    output.note(
        "`newsletter run` has to be running then, or `newsletter run --once` from cron; it asks when it is late"
    )
    output.note(f"`newsletter pause {planned.id}` or `cancel {planned.id}` holds or ends it")


def _drain(here: Workspace, number: int, stop: Stopper, as_json: bool) -> Drained:
    """Drain one send with a progress bar, and say what came of it; as JSON, whoever called prints the result."""
    with output.Bar(f"send {number}") as bar:
        result = here.dispatch.drain(number, stop=stop, progress=lambda event: bar.update(event.done, event.total))
    if not as_json:
        print_tally(result.tally)
    for note in notes(result):
        output.note(note)
    return result


def _drained(result: Drained) -> dict[str, Any]:
    due = {"next_due_seconds": result.next_due} if result.next_due is not None else {}
    return as_dict(result.send, result.tally, **due)


def notes(result: Drained) -> Iterator[str]:
    """What the person should know beside the numbers, and what to do about it."""
    number, tally = result.send.id, result.tally
    goes_on = f"`newsletter resume {number}` goes on"
    if result.send.begun is None:
        yield f"send {number} is {result.send.state.value}; `newsletter run` sends it when its moment comes"
    elif result.send.state in ("paused", "cancelled"):
        yield f"send {number} is {result.send.state.value}" + (f"; {goes_on}" if result.send.state == "paused" else "")
    elif result.stopped and tally.open:
        yield f"stopped; {goes_on}"
    elif result.next_due is not None and result.next_due >= 1 and tally.pending:
        yield f"{tally.open} wait for their turn, the next in {span(result.next_due)}: `newsletter resume {number}`"
    elif result.next_due is not None and tally.deferred:
        yield (
            f"{tally.deferred} wait for another try, the next in {result.next_due:.0f} s: `newsletter resume {number}`"
        )
    elif tally.claimed:
        yield f"{tally.claimed} are with another process that is sending, or was within the last half minute; {goes_on}"
    if tally.unsettled:
        yield (
            f"{tally.unsettled} uncertain: they may have the message, and no reply says so; "
            f"`newsletter deliveries {number} --state uncertain` names them"
        )
    for relay in result.relays:
        yield from relay_notes(relay)
    if result.error:
        yield f"newsletter: {result.error}"


@contextmanager
def stopper(here: Workspace) -> Iterator[Stopper]:
    """Stops drains when Ctrl-C, SIGTERM or a closed terminal asks for it."""
    stop = here.dispatch.stopper()
    wanted = [
        each for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(each) != signal.SIG_IGN
    ]
    previous = {each: signal.signal(each, lambda *_: stop.set()) for each in wanted}
    try:
        yield stop
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


def _acted(here: Workspace, found: Send, as_json: bool) -> None:
    tally = here.dispatch.status(found.id)[1]
    if as_json:
        output.print_json(as_dict(found, tally))
    else:
        output.line(f"send {found.id} {found.state.value}")
        print_tally(tally)
