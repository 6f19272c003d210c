"""newsletter subscribers … · lists · suppressions …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, workspace, zone

if TYPE_CHECKING:
    from newsletter.models import ImportReport, Subscriber

subscribers = typer.Typer(help="People: import, export, add, show, unsubscribe, erase.", no_args_is_help=True)
suppressions = typer.Typer(help="Addresses that are never mailed again: list, add, lift.", no_args_is_help=True)

#: As `models.MembershipState` has them (its import would cost every `--help`).
State = Literal["pending", "active", "unsubscribed", "bounced", "complained"]
Email = Annotated[str, typer.Argument(metavar="ADDRESS", help="An e-mail address.")]
ListName = Annotated[str, typer.Option("--list", metavar="NAME", help="The list's name.")]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(subscribers, name="subscribers")
    app.add_typer(suppressions, name="suppressions")
    app.command()(lists)


@subscribers.command(name="import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A CSV file with a column email.")],
    list_name: ListName,
    as_json: Json = False,
) -> None:
    """Add and update the people in a CSV file. Nobody who left is brought back.

    Example: newsletter subscribers import subscribers/weekly.csv --list weekly
    """
    report = workspace(context).audience.import_csv(file, list_name)
    _print_report(report, as_json)


@subscribers.command()
def add(
    context: typer.Context,
    email: Email,
    list_name: ListName,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The person's name.")] = None,
    as_json: Json = False,
) -> None:
    """Put one person on a list."""
    _print_report(workspace(context).audience.add(email, list_name, name=name), as_json)


@subscribers.command(name="list")
def list_members(
    context: typer.Context,
    list_name: ListName,
    state: Annotated[State | None, typer.Option(help="Only these.")] = None,
    as_json: Json = False,
) -> None:
    """Everybody who is or was on a list, and how they stand."""
    from newsletter.models import MembershipState

    found = workspace(context).audience.members(list_name, MembershipState(state) if state else None)
    if as_json:
        output.print_json(
            [{**as_fields(person), "state": place.state, "changed": place.changed} for person, place in found]
        )
        return
    rows = [(person.email or "(erased)", person.name, place.state, place.changed) for person, place in found]
    output.table(["address", "name", "state", "since"], rows, empty=f"nobody is on {list_name}", zone=zone(context))


@subscribers.command()
def export(
    context: typer.Context,
    list_name: ListName,
    target: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here.")] = None,
) -> None:
    """The active members of a list as CSV."""
    from newsletter.app import files

    data = workspace(context).audience.export_csv(list_name)
    if target is None:
        output.data(data)
    else:
        files.write(target, data)


@subscribers.command()
def show(context: typer.Context, email: Email, as_json: Json = False) -> None:
    """All that is known of a person: fields, lists, consent."""
    person = workspace(context).audience.show(email)
    if as_json:
        output.print_json(person)
        return
    found = person.subscriber
    output.heading(found.email)
    facts = {"name": found.name, "language": found.language, "timezone": found.timezone, **found.fields}
    for name, value in facts.items():
        if value:
            output.line(f"{name + ':':<11}{value}")
    for list_name, place in person.memberships.items():
        consent = place.consent
        how = f" · {consent.method} {consent.at:%Y-%m-%d} {consent.origin}".rstrip() if consent else ""
        since = f" since {place.changed:%Y-%m-%d}" if place.changed else ""
        output.line(f"{list_name + ':':<11}{place.state.value}{since}{how}")
    if person.suppressed:
        output.line(f"suppressed: {person.suppressed}")


@subscribers.command()
def unsubscribe(
    context: typer.Context,
    email: Email,
    list_name: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Only from this list.")] = None,
    as_json: Json = False,
) -> None:
    """Take a person off a list, or off all of them."""
    ended = workspace(context).audience.unsubscribe(email, list_name)
    if as_json:
        output.print_json({"email": email, "unsubscribed": ended})
    else:
        output.line(f"{email}: off {ended} list{'s' if ended != 1 else ''}")


@subscribers.command()
def erase(
    context: typer.Context,
    email: Email,
    yes: Annotated[bool, typer.Option("--yes", help="Really erase: it can't be undone.")] = False,
    as_json: Json = False,
) -> None:
    """Forget a person, and never mail them again."""
    if not yes:
        raise typer.BadParameter("erasing can't be undone; say --yes")
    workspace(context).audience.erase(email)
    if as_json:
        output.print_json({"email": email, "erased": True})
    else:
        output.line(f"{email} erased; a keyed hash remains, so that the address is never mailed again")


def lists(context: typer.Context, as_json: Json = False) -> None:
    """The lists and how many are on each."""
    found = workspace(context).audience.lists()
    if as_json:
        output.print_json(found)
        return
    states = ("active", "pending", "unsubscribed", "bounced", "complained")
    rows = []
    for each in found:
        members = {state.value: count for state, count in each.members.items()}
        rows.append((each.name, *(members.get(state, 0) for state in states)))
    output.table(["list", *states], rows, empty="no lists yet; `newsletter subscribers import FILE --list NAME`")


@suppressions.command(name="list")
def list_suppressions(context: typer.Context, as_json: Json = False) -> None:
    """The addresses that are never mailed."""
    found = workspace(context).audience.suppressions()
    if as_json:
        output.print_json(found)
        return
    rows = [(s.email or "(erased)", s.reason, s.added) for s in found]
    output.table(["address", "reason", "since"], rows, empty="none", zone=zone(context))


@suppressions.command(name="add")
def suppress(
    context: typer.Context,
    email: Email,
    reason: Annotated[str, typer.Option(metavar="REASON", help="Why.")] = "asked",
    as_json: Json = False,
) -> None:
    """Never mail an address again."""
    workspace(context).audience.suppress(email, reason)
    if as_json:
        output.print_json({"email": email, "suppressed": True, "reason": reason})
    else:
        output.line(f"{email} is suppressed ({reason})")


@suppressions.command()
def lift(context: typer.Context, email: Email, as_json: Json = False) -> None:
    """Allow an address again."""
    workspace(context).audience.lift(email)
    if as_json:
        output.print_json({"email": email, "suppressed": False})
    else:
        output.line(f"{email} may be mailed again")


def _print_report(report: ImportReport, as_json: bool) -> None:
    if as_json:
        output.print_json(report)
    else:
        output.line(
            f"{report.read} read · {report.added} added · {report.updated} updated · {report.unchanged} unchanged · "
            f"{len(report.rejected)} rejected · {report.never_resurrected} had left and stay away"
        )
        for said in report.notes:
            output.note(said)
        for refused in report.rejected:
            output.note(f"line {refused.line}: {refused.value or 'the address'}: {refused.reason}")
    if report.rejected:
        raise typer.Exit(3 if report.read > len(report.rejected) else 1)


def as_fields(person: Subscriber) -> dict[str, Any]:
    """A subscriber as `--json` lists them."""
    names = ("id", "email", "name", "language", "timezone", "fields", "tags")
    return {name: getattr(person, name) for name in names}
