"""newsletter render · check · preview"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, Number, workspace

if TYPE_CHECKING:
    from newsletter.app.press import Checked, Press

Spam = Annotated[bool, typer.Option(help="Let SpamAssassin read it, where it is installed.")]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    for command in (render, check, preview):
        app.command()(command)


def render(
    context: typer.Context,
    number: Number,
    folder: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="DIR", help="Where the files go (default: here).")
    ] = None,
    variants: Annotated[
        bool, typer.Option("--variants", help="Show every variant and who gets it; -o writes each into its own folder.")
    ] = False,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="With --variants: of this list (default: of all).")
    ] = None,
    spam: Spam = True,
    as_json: Json = False,
) -> None:
    """Render an issue: issue.html, issue.txt and issue.eml. Preflight looks at it; exit code 1 when it finds errors.

    Example: newsletter render 1 -o out/
    """
    if list_name and not variants:
        raise typer.BadParameter("--list says whose variants to show, so it needs --variants")
    press = workspace(context).press
    if variants:
        found = _variants(context, number, list_name, folder, spam=spam, as_json=as_json)
        _tell(found, number, as_json=as_json)
        return
    files, found = press.render(number, folder or Path()), _examined(press, number, spam=spam).findings
    if as_json:
        output.print_json(
            {
                "issue.html": str(files.html),
                "issue.txt": str(files.text),
                "issue.eml": str(files.eml),
                "html_bytes": files.html_bytes,
                "slots": files.slots,
                "findings": found,
            }
        )
    else:
        for path in (files.html, files.text, files.eml):
            output.line(path)
        output.note(
            f"HTML {output.size(files.html_bytes)} of the 100 KB that Gmail shows; slots: {', '.join(files.slots)}"
        )
    _tell(found, number, as_json=as_json)


def _examined(press: Press, number: int, *, spam: bool, links: bool = False, dns: bool = False) -> Checked:
    """Preflight as all three commands run it, so that they count the same findings."""
    return press.examine(number, links=links, spam="ask" if spam else "never", dns=dns)


def _tell(found: list[Any], number: int, *, as_json: bool) -> None:
    """How many findings preflight has; ends the command where there are errors among them."""
    if not as_json:
        output.note(f"{counts(found)}; `newsletter check {number}` says which" if found else counts(found))
    if any(finding.severity == "error" for finding in found):
        raise typer.Exit(1)


def _variants(
    context: typer.Context, number: int, list_name: str | None, folder: Path | None, *, spam: bool, as_json: bool
) -> list[Any]:
    """Shows the variants, and answers with what preflight finds in them."""
    here = workspace(context)
    rendered, plan = here.press.variants(number, list_name, folder)
    found = _examined(here.press, number, spam=spam).findings
    if as_json:
        shown = [
            {
                "name": one.name,
                "subscribers": one.subscribers,
                "articles": one.articles,
                "html_bytes": one.html_bytes,
                "files": one.files
                and {"html": str(one.files.html), "txt": str(one.files.text), "eml": str(one.files.eml)},
            }
            for one in rendered
        ]
        beyond = {"variants": plan.beyond, "subscribers": plan.beyond_subscribers}
        output.print_json({"by": here.variants.by, "variants": shown, "beyond": beyond, "findings": found})
        return found
    columns = ["variant", "subscribers", "articles", "HTML", *(["folder"] if folder else [])]
    output.table(
        columns,
        [
            (
                one.name,
                one.subscribers,
                one.articles,
                output.size(one.html_bytes),
                *([str(one.files.html.parent)] if one.files else []),
            )
            for one in rendered
        ],
        empty="",
    )
    if not here.variants.by:
        output.note("everybody gets the same; [variants] in newsletter.toml says what to differ by")
    if plan.beyond:
        output.note(
            f"{plan.beyond} more are beyond the limit of {here.settings.variants.most}; their "
            f"{plan.beyond_subscribers} subscribers are counted with the nearest"
        )
    return found


def check(
    context: typer.Context,
    number: Number,
    links: Annotated[bool, typer.Option("--links", help="Ask for every link and picture, politely.")] = False,
    clients: Annotated[bool, typer.Option("--clients", help="Show what each mail client makes of it.")] = False,
    dns: Annotated[bool, typer.Option("--dns", help="Look up the sender's SPF, DKIM and DMARC records.")] = False,
    spam: Spam = True,
    as_json: Json = False,
) -> None:
    """Preflight: what is wrong, where, and how to mend it. Exit code 1 when there are errors.

    Example: newsletter check 1 --links
    """
    if links:
        output.note("asking for every link and picture …")
    found = _examined(workspace(context).press, number, links=links, spam=spam, dns=dns)
    if as_json:
        output.print_json({"findings": found.findings, "clients": found.clients})
    else:
        if clients:
            print_clients(found.clients)
        print_findings(found.findings)
        scores = [f"{name}: {int(report.score)}" for name, report in found.clients.items()]
        if scores:
            of = scores[0].partition(": ")[2] if len(scores) == 1 else ", ".join(scores)
            output.line(f"mail clients: {of} of 100 points")
    if any(finding.severity == "error" for finding in found.findings):
        raise typer.Exit(1)


def print_clients(reports: dict[str, Any]) -> None:
    """What each mail client loses of each variant, and what it is not shown of the extras."""
    for name, report in reports.items():
        if len(reports) > 1:
            output.heading(name)
        for client in report.clients:
            output.line(f"{client.score:>5.0f}  {client.name} ({client.share:.0f}% of readers)")
            for loss in client.losses:
                part = f": {loss.part}" if loss.part else ""
                output.line(f"       -{loss.points:g} {loss.feature}{part}")
            if client.enhancements:
                output.line(f"        0 without {', '.join(client.enhancements)}")
        output.line("")


def preview(
    context: typer.Context,
    number: Number,
    port: Annotated[
        int, typer.Option(metavar="PORT", help="Port on this machine; 0 takes a free one.", min=0, max=65535)
    ] = 0,
    browser: Annotated[bool, typer.Option(help="Open it in the browser.")] = True,
) -> None:
    """Show an issue as readers get it, live: phone, tablet and desktop, light, dark and forced dark, images off, plain
    text and source, as any subscriber. Nothing is sent. Ctrl-C ends it.

    Example: newsletter preview 1
    """
    from newsletter.cli import servers

    servers.run_preview(workspace(context), number, port=port, browser=browser)


def print_findings(findings: list[Any]) -> None:
    """Findings as a list for a person, errors first; how to mend what is wrong in several places is said once."""
    for (severity, _, mend), alike in groupby(findings, key=lambda one: (one.severity, one.id, one.mend)):
        places: dict[str, list[str]] = {}
        for finding in alike:
            places.setdefault(finding.message, []).append(finding.where)
        for message, where in places.items():
            output.line(f"{severity:<8}{', '.join(where)}: {message}")
        output.line(f"        {mend}")
    output.line(counts(findings))


def counts(findings: list[Any]) -> str:
    """How many of each severity, in a line."""
    found = {s: sum(f.severity == s for f in findings) for s in ("error", "warning", "note")}
    return "preflight: " + ", ".join(f"{n} {s}{'s' if n != 1 else ''}" for s, n in found.items())
