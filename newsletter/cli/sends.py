"""newsletter send · pause · cancel · resume"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.press import print_findings
from newsletter.cli.relays import print_reasons, relay_notes, span
from newsletter.cli.session import Json, Number, reason, workspace
from newsletter.cli.status import (
    SendId,
    as_dict,
    as_shown,
    counts,
    print_expected,
    print_plan,
    print_tally,
    show_again,
    standing,
)
from newsletter.errors import Conflict

if TYPE_CHECKING:
    from newsletter.app.dispatch import DryRun
    from newsletter.app.draining import Drained, Stopper
    from newsletter.app.workspace import Workspace
    from newsletter.models import Finding


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    for command in (send, pause, cancel, resume):
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


def pause(context: typer.Context, number: SendId, as_json: Json = False) -> None:
    """Stop a send for now; `resume` goes on. Works from another terminal too."""
    show_again(workspace(context), workspace(context).dispatch.pause(number), as_json)


def cancel(context: typer.Context, number: SendId, as_json: Json = False) -> None:
    """End a send for good: whoever has not been mailed is skipped."""
    show_again(workspace(context), workspace(context).dispatch.cancel(number), as_json)


def resume(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="[SEND]", help="One send; default: all unfinished.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Go on with an unfinished send, retries that are due included."""
    here = workspace(context)
    waiting = here.dispatch.unfinished()
    numbers = [number] if number else [found.id for found in waiting if found.begun]
    if not numbers:
        output.note(_nothing_to_resume([found.id for found in waiting]))
    results: list[tuple[dict[str, Any], int]] = []
    with stopper(here) as stop:
        for each in numbers:
            if stop.is_set:
                break
            try:
                resumed = here.dispatch.resume(each)
            except Conflict as over:
                if number:
                    raise
                output.note(over)  # another process has finished or cancelled it since it was listed
                continue
            if resumed.begun is None:
                plan = standing(here, resumed)
                results.append((as_shown(plan), 0))
                if not as_json:
                    print_plan(here, plan)
                continue
            done = _drain(here, each, stop, as_json)
            results.append((_drained(done), done.exit_code))
    if as_json:
        found = [shown for shown, _ in results]
        output.print_json(found[0] if number else found)
    raise typer.Exit(max((code for _, code in results), default=0))


def _nothing_to_resume(planned: list[int]) -> str:
    if not planned:
        return "nothing to resume: no send is unfinished"
    which = f"send {planned[0]} is" if len(planned) == 1 else f"sends {', '.join(map(str, planned))} are"
    return f"nothing to resume: {which} planned, and not begun; `newsletter status` says when"


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
    print_expected(run.tally)
    print_tally(run.tally)
    print_findings(list(run.findings))
    if run.refusal:
        output.note(f"--yes would be refused: {run.refusal}")
    else:
        command = f"newsletter send {run.issue} --list {run.list}"
        output.note(f'`{command} --yes` sends it now, `{command} --at "Tue 07:00"` plans it')


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
    findings: list[Finding] = []
    planned = here.schedule.plan(
        number, list_name, moment, local=local, again=again, forced=force, hear=findings.extend
    )
    plan = standing(here, planned)
    if as_json:
        output.print_json({**as_shown(plan), "findings": findings})
        return
    print_plan(here, plan)
    print_findings(findings)
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
        if result.send.kind == "test" and not result.error:
            print_reasons(here.dispatch.reasons(number))
    for note in notes(result):
        output.note(note)
    return result


def _drained(result: Drained) -> dict[str, Any]:
    due = {"next_due_seconds": result.next_due} if result.next_due is not None else {}
    return as_dict(result.send, result.tally, **due)


def notes(result: Drained) -> Iterator[str]:
    """What the person should know beside the numbers, and what to do about it."""
    from newsletter.app.standing import to_settle

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
        yield to_settle(number)
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
