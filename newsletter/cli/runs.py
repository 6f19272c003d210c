"""newsletter run"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.sends import notes, stopper
from newsletter.cli.session import Json, workspace
from newsletter.cli.status import as_dict

if TYPE_CHECKING:
    from newsletter.app.runner import Event
    from newsletter.app.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Hang this command into the tree."""
    app.command()(run)


def run(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then end (for cron).")] = False,
    as_json: Json = False,
) -> None:
    """Do what is due: planned sends, retries, what an interrupted process left; until Ctrl-C, or once.

    Example: newsletter run --once
    """
    from newsletter.app.runner import Runner

    here = workspace(context)
    worst, done = 0, 0

    def announce(event: Event) -> None:
        nonlocal worst, done
        done += 1
        worst = max(worst, _exit_code(event))
        if as_json:
            output.print_json(_as_dict(event))
        else:
            for text in _lines(here, event):
                output.line(text)

    runner = Runner(here, announce)
    with stopper(here) as stop:
        if once:
            runner.once(stop)
            if not done and output.is_terminal():  # cron mails whatever is said
                output.note("nothing is due")
        else:
            output.note("doing what is due; Ctrl-C ends it")
            runner.forever(stop)
    raise typer.Exit(worst if once else 0)


def _exit_code(event: Event) -> int:
    from newsletter.app.draining import Drained
    from newsletter.app.schedule import Due

    if isinstance(event, Drained):
        return event.exit_code
    return (3 if event.held else 0) if isinstance(event, Due) else 1


def _lines(here: Workspace, event: Event) -> list[str]:
    from newsletter.app.draining import Drained
    from newsletter.app.schedule import Due

    moment = here.clock().astimezone(here.schedule.zone)
    head = f"{moment:%Y-%m-%d %H:%M:%S %Z}"
    if isinstance(event, Drained):
        return [f"{head} send {event.send.id}: {event.tally.identity()}", *(f"{head} {note}" for note in notes(event))]
    if isinstance(event, Due) and event.held:
        number = event.send.id
        ways = f"`newsletter resume {number}` sends it now, `newsletter cancel {number}` ends it"
        return [f"{head} send {number} is held: {event.held}; {ways}"]
    if isinstance(event, Due):
        return [f"{head} send {event.send.id} begins: issue {event.send.issue} to {event.send.list}"]
    return [f"{head} send {event.send}: {event.reason}; it is tried again later"]


def _as_dict(event: Event) -> dict[str, Any]:
    from newsletter.app.draining import Drained
    from newsletter.app.schedule import Due

    if isinstance(event, Drained):
        return {"event": "drained", **as_dict(event.send, event.tally), "error": event.error}
    if isinstance(event, Due):
        return {"event": "held" if event.held else "begun", "send": event.send.id, "held": event.held}
    return {"event": "failed", "send": event.send, "error": event.reason}
