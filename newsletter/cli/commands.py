"""The tree of commands, and the options that stand before all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsletter import __version__
from newsletter.cli import (
    articles,
    audience,
    deliveries,
    desk,
    dkim,
    doctor,
    feeds,
    output,
    picks,
    press,
    runs,
    sends,
    servers,
    setup,
    status,
    stories,
    themes,
    topics,
    usage,
)
from newsletter.cli.session import Session

app = typer.Typer(
    name="newsletter",
    help="Pick articles, render a digest, and send it so that nobody is lost and nobody mailed twice.",
    epilog="In a pipe, a listing is one line a row, cells parted by tabs, without the line of headings that a terminal "
    "shows; what is said to the person goes to standard error. --json names every value.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        output.line(f"newsletter {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("-C", metavar="DIR", help="Work in the workspace that DIR is in.", show_default=False)
    ] = Path(),
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    context.obj = Session(folder)
    context.call_on_close(context.obj.close)


for part in (
    setup,
    articles,
    feeds,
    stories,
    desk,
    picks,
    topics,
    press,
    themes,
    sends,
    status,
    deliveries,
    runs,
    audience,
    servers,
    dkim,
    doctor,
):
    part.register(app)

usage.plain(app)
