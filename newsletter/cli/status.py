"""newsletter status, and how every command shows a send: its state, its ledger counted, its plan"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

import typer

from newsletter.cli import output
from newsletter.cli.relays import print_reasons, print_relays
from newsletter.cli.session import Json, workspace

if TYPE_CHECKING:
    from newsletter.app.standing import SendStatus
    from newsletter.app.workspace import Workspace
    from newsletter.models import Send, Tally

#: The states of a delivery, as `models.DeliveryState` has them (its import would cost every `--help` 25 ms).
State = Literal["pending", "claimed", "deferred", "accepted", "failed", "skipped", "uncertain"]
SendId = Annotated[int, typer.Argument(metavar="SEND", help="The send's number, as `status` lists it.", min=1)]
_COLUMNS = ["send", "kind", "issue", "list", "state", "started", "audience", "accepted", "failed", "skipped", "open"]


def register(app: typer.Typer) -> None:
    """Hang this command into the tree."""
    app.command()(status)


def status(
    context: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="[SEND]", help="One send; default: all.", min=1)] = None,
    as_json: Json = False,
) -> None:
    """How sends stand: one of them, or a list of all.

    A planned send's audience is counted when it begins; until then it is what the list has "now".
    """
    here = workspace(context)
    if number is None:
        _print_all(here, as_json)
        return
    found = standing(here, here.dispatch.status(number)[0])
    by_relay, reasons = here.dispatch.by_relay(number), here.dispatch.reasons(number)
    if as_json:
        output.print_json(as_shown(found, relays=by_relay, reasons=reasons))
        return
    send = found.send
    output.heading(f"Send {send.id} · issue {send.issue} to {send.list or 'test addresses'} · {found.words}")
    if found.advice:
        output.line(found.advice)
    for what, why in (("to those who had it, too", send.again), ("despite errors", send.forced)):
        if why:
            output.line(f"{what}: {why}")
    _print_counted(found)
    print_relays(by_relay)
    print_reasons(reasons)


def standing(here: Workspace, send: Send) -> SendStatus:
    """How a send stands now."""
    from newsletter.app import standing as stands

    return stands.of(here, *here.dispatch.status(send.id))


def _print_all(here: Workspace, as_json: bool) -> None:
    from newsletter.app import standing as stands

    found = [stands.of(here, send, tally) for send, tally in here.dispatch.sends()]
    if as_json:
        output.print_json([as_shown(one) for one in found])
        return
    output.table(_COLUMNS, [_row(one) for one in found], empty="nothing was sent yet", zone=here.schedule.zone)
    for one in found:
        if one.advice:
            output.note(f"send {one.send.id}: {one.advice}")


def _row(one: SendStatus) -> tuple[object, ...]:
    send, tally = one.send, one.tally
    audience = f"about {one.expected.audience:,} now" if one.expected else tally.audience
    counted = (audience, tally.accepted, tally.failed, tally.skipped, tally.open + tally.unsettled)
    return (send.id, send.kind, send.issue, send.list or "", one.with_reply, send.begun, *counted)


def print_plan(here: Workspace, plan: SendStatus) -> None:
    """A send that is still to begin: when, and whom it would go to now."""
    send = plan.send
    output.line(f"send {send.id} of issue {send.issue} to {send.list} is planned for {here.schedule.shown(send)}")
    _print_counted(plan)


def show_again(here: Workspace, found: Send, as_json: bool) -> None:
    """A send whose state was changed."""
    now = standing(here, found)
    if as_json:
        output.print_json(as_shown(now))
        return
    output.line(f"send {found.id} {now.with_reply}")
    if now.advice:
        output.line(now.advice)
    _print_counted(now)


def _print_counted(found: SendStatus) -> None:
    if found.expected:
        print_expected(found.expected, now=True)
    elif found.send.begun is None:
        output.line("it had not begun: nobody was mailed")
    else:
        print_tally(found.tally)


def print_expected(tally: Tally, *, now: bool = False) -> None:
    """Whom a send would go to; `now`: its audience is counted only when it begins, so that this is about what it is."""
    if not now:
        output.line(f"{tally.pending:,} would get it, {tally.skipped:,} would be skipped")
        return
    output.line(f"audience about {tally.audience:,} now: {tally.pending:,} would get it, {tally.skipped:,} would not")
    _print_skipped(tally)


def print_tally(tally: Tally) -> None:
    """The identity, always, and why people were skipped."""
    output.line(tally.identity())
    _print_skipped(tally)


def _print_skipped(tally: Tally) -> None:
    for why, count in sorted(tally.skipped_why.items()):
        output.line(f"{count:>8} skipped: {why}")


def as_shown(found: SendStatus, **more: Any) -> dict[str, Any]:
    """A send and how it stands, as `--json` prints it; `expected` is null once the audience is counted."""
    tally = found.expected
    expected = tally and {
        "audience": tally.audience,
        "would_get_it": tally.pending,
        "skipped": tally.skipped,
        "skipped_why": tally.skipped_why,
    }
    return as_dict(found.send, found.tally, standing=found.with_reply, advice=found.advice, expected=expected, **more)


def as_dict(found: Send, tally: Tally, **more: Any) -> dict[str, Any]:
    """A send's fields and its tally, as `--json` prints them."""
    counted = counts(tally)
    waits = found.begun is None and found.state != "cancelled"
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
        **counted,
        "finished": counted["finished"] and not waits,
        **more,
    }


def counts(tally: Tally) -> dict[str, Any]:
    """A tally as `--json` prints it."""
    states = {state: getattr(tally, state) for state in get_args(State)}
    return {"audience": tally.audience, **states, "skipped_why": tally.skipped_why, "finished": tally.finished}
