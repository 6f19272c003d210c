"""newsletter render · check · preview"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, Number, workspace


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    for command in (render, check, preview):
        app.command()(command)


def render(
    context: typer.Context,
    number: Number,
    folder: Annotated[Path, typer.Option("-o", "--output", metavar="DIR", help="Where the files go.")] = Path(),
    as_json: Json = False,
) -> None:
    """Render an issue: issue.html, issue.txt and issue.eml.

    Example: newsletter render 1 -o out/
    """
    files = workspace(context).press.render(number, folder)
    if as_json:
        output.print_json(
            {
                "issue.html": str(files.html),
                "issue.txt": str(files.text),
                "issue.eml": str(files.eml),
                "html_bytes": files.html_bytes,
                "slots": files.slots,
            }
        )
        return
    for path in (files.html, files.text, files.eml):
        output.line(path)
    output.note(
        f"HTML {files.html_bytes / 1024:.1f} KB of the 100 KB that Gmail shows; slots: {', '.join(files.slots)}"
    )


def check(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Preflight: what is wrong, where, and how to mend it. Exit code 1 when there are errors."""
    findings = workspace(context).press.check(number)
    if as_json:
        output.print_json({"findings": findings})
    else:
        print_findings(findings)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def preview(
    context: typer.Context,
    number: Number,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.", min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option(help="Open it in the browser.")] = True,
) -> None:
    """Show an issue as readers get it: phone and desktop, light and dark, plain text. Ctrl-C ends it."""
    from newsletter.cli import servers

    servers.run_preview(workspace(context), number, port=port, browser=browser)


def print_findings(findings: list[Any]) -> None:
    """Findings as a list for a person, errors first."""
    for finding in findings:
        output.line(f"{finding.severity:<8}{finding.where}: {finding.message}")
        output.line(f"        {finding.mend}")
    counts = {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "note")}
    output.line("preflight: " + ", ".join(f"{n} {s}{'s' if n != 1 else ''}" for s, n in counts.items()))
