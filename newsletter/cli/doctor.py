"""newsletter doctor"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, workspace

if TYPE_CHECKING:
    from newsletter.models import Diagnosis, Health


def register(app: typer.Typer) -> None:
    """Hang this command into the tree."""
    app.command()(doctor)


def doctor(
    context: typer.Context,
    dns: Annotated[
        str | None,
        typer.Option("--dns", metavar="ADDRESS[:PORT]", help="The DNS server to ask; else the system's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at all that sending depends on: workspace, database, relays, DNS, links, and what mailbox providers ask.

    Nothing is sent. Exit code 1 when something fails. Example: newsletter doctor
    """
    found = workspace(context).doctor.examine(dns)
    counts = Counter(item.health for item in found)
    if as_json:
        output.print_json({"diagnoses": found, "counts": {name: counts[name] for name in _NAMES}})
    else:
        for item in found:
            _print(item)
        output.line("doctor: " + ", ".join(f"{counts[name]} {name}" for name in _NAMES))
    if counts["fail"]:
        raise typer.Exit(1)


#: In the order of their counts.
_NAMES: tuple[Health, ...] = ("ok", "warn", "fail", "unknown")


def _print(item: Diagnosis) -> None:
    output.line(f"{item.health:<8}{item.id}: {item.found}")
    if item.health != "ok" and item.expected:
        output.line(f"        expected: {item.expected}")
    if item.mend:
        output.line(f"        {item.mend}")
