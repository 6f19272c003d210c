"""newsletter issue … · render · check · preview"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import editor, output
from newsletter.cli.session import Json, Number, workspace

if TYPE_CHECKING:
    from newsletter.models import Issue

issue = typer.Typer(help="Put an issue together: new, show, edit, pick, add, move, approve …", no_args_is_help=True)

Articles = Annotated[list[int], typer.Argument(metavar="ARTICLE…", help="Article numbers.", min=1)]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(issue, name="issue")
    app.command()(render)
    app.command()(check)
    app.command()(preview)


@issue.command(name="list")
def list_issues(context: typer.Context, as_json: Json = False) -> None:
    """List all issues."""
    issues = workspace(context).desk.issues()
    if as_json:
        output.print_json([as_dict(found) for found in issues])
        return
    rows = [
        (i.number, i.status, f"{i.created:%Y-%m-%d}" if i.created else "", len(list(i.picks)), i.subject)
        for i in issues
    ]
    output.table(
        ["number", "status", "created", "articles", "subject"],
        rows,
        empty="no issues yet; `newsletter issue new --pick`",
    )


@issue.command()
def show(
    context: typer.Context,
    number: Number,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the Markdown view that `edit` opens.")] = False,
    as_json: Json = False,
) -> None:
    """Show an issue: its words, sections and picks with their reasons."""
    if markdown:
        output.line(workspace(context).desk.markdown(number).rstrip("\n"))
        return
    found = workspace(context).desk.get(number)
    if as_json:
        output.print_json(as_dict(found))
    else:
        print_issue(found)


@issue.command()
def edit(
    context: typer.Context,
    number: Number,
    source: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FILE", help="Take this Markdown (- for standard input) instead of opening an editor."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Edit an issue as Markdown in $VISUAL or $EDITOR; it is saved only if it parses."""
    desk = workspace(context).desk
    view = desk.markdown(number)
    seen = view if source is None else None
    hint = f"newsletter issue edit {number} --from"
    saved = editor.edit(view, lambda text: desk.save_markdown(number, text, seen=seen), source, hint)
    if as_json:
        output.print_json(as_dict(saved) if saved else {"number": number, "unchanged": True})
    else:
        output.line(f"issue {number} saved" if saved else f"issue {number} unchanged")


@issue.command()
def add(
    context: typer.Context,
    number: Number,
    articles: Articles,
    section: Annotated[str | None, typer.Option(help="The section's title (default: the last one).")] = None,
    as_json: Json = False,
) -> None:
    """Put articles into an issue."""
    print_changed(workspace(context).desk.add(number, articles, section=section), as_json)


@issue.command()
def drop(context: typer.Context, number: Number, articles: Articles, as_json: Json = False) -> None:
    """Take articles out of an issue."""
    print_changed(workspace(context).desk.drop(number, articles), as_json)


@issue.command()
def move(
    context: typer.Context,
    number: Number,
    article: Annotated[int, typer.Argument(metavar="ARTICLE", help="Article number.", min=1)],
    to: Annotated[int, typer.Option(metavar="POSITION", help="Position in its section, from 1.", min=1)],
    section: Annotated[str | None, typer.Option(help="Another section's title.")] = None,
    as_json: Json = False,
) -> None:
    """Move an article within an issue."""
    print_changed(workspace(context).desk.move(number, article, to=to, section=section), as_json)


@issue.command()
def approve(
    context: typer.Context,
    number: Number,
    force: Annotated[
        str | None, typer.Option(metavar="REASON", help="Approve despite errors; the reason is kept.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Freeze the issue as it stands: this is what a send will mail."""
    edition = workspace(context).press.approve(number, forced=force)
    if as_json:
        output.print_json({"number": number, "edition": edition.id, "content_hash": edition.content_hash})
    else:
        output.line(f"issue {number} approved as edition {edition.id} ({edition.content_hash[:12]})")


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


def as_dict(found: Issue) -> dict[str, Any]:
    """An issue as `--json` prints it."""
    names = ["number", "status", "title", "subject", "preheader", "intro", "outro", "sections", "created", "edition"]
    names += ["asked", "vetoed"]
    return {name: getattr(found, name) for name in names}


def print_changed(found: Issue, as_json: bool) -> None:
    if as_json:
        output.print_json(as_dict(found))
    else:
        print_issue(found)


def print_issue(found: Issue) -> None:
    output.heading(f"Issue {found.number} · {found.status.value} · {found.title}")
    output.line(f"subject:   {found.subject}")
    output.line(f"preheader: {found.preheader}")
    if found.intro:
        output.line(f"\n{found.intro}\n")
    for section in found.sections:
        if section.title:
            output.line(f"\n{section.title}")
        for position, item in enumerate(section.picks, 1):
            pinned = " (pinned)" if item.pinned else ""
            output.line(f"{position:>3}. {item.headline}{pinned}  [article {item.article}]")
            if item.why:
                output.line(f"     {item.why.sentence}")
    if found.outro:
        output.line(f"\n{found.outro}")
