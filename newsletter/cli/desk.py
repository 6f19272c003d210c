"""newsletter issue …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import editor, output
from newsletter.cli.press import counts
from newsletter.cli.session import Json, Number, reason, workspace

if TYPE_CHECKING:
    from newsletter.app.desk import Desk
    from newsletter.models import Issue

issue = typer.Typer(help="Put an issue together: new, show, edit, pick, add, move, approve …", no_args_is_help=True)

Articles = Annotated[list[int], typer.Argument(metavar="ARTICLE", help="Article numbers.", min=1)]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(issue, name="issue")


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
    note_elsewhere(workspace(context).desk, found)


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
    typed = view

    def save(text: str) -> Issue:
        nonlocal typed
        typed = text
        return desk.save_markdown(number, text, seen=seen, announce=output.note)

    saved = editor.edit(view, save, source, hint)
    slips = desk.slips(saved, typed) if saved else []
    if as_json:
        output.print_json({**as_dict(saved), "slips": slips} if saved else {"number": number, "unchanged": True})
    else:
        output.line(f"issue {number} saved" if saved else f"issue {number} unchanged")
    for slip in slips:
        output.note(f"warning: {slip}")
    if saved:
        _note_sent(saved)
        note_elsewhere(desk, saved)


@issue.command()
def add(
    context: typer.Context,
    number: Number,
    articles: Articles,
    section: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The section's title (default: the last one).")
    ] = None,
    as_json: Json = False,
) -> None:
    """Put articles into an issue."""
    desk = workspace(context).desk
    found = desk.add(number, articles, section=section, announce=output.note)
    print_changed(found, as_json)
    note_elsewhere(desk, found)


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
    section: Annotated[str | None, typer.Option(metavar="TITLE", help="Another section's title.")] = None,
    as_json: Json = False,
) -> None:
    """Move an article within an issue."""
    print_changed(workspace(context).desk.move(number, article, to=to, section=section), as_json)


@issue.command()
def discard(context: typer.Context, number: Number, as_json: Json = False) -> None:
    """Throw a draft away; what was sent stays."""
    workspace(context).desk.discard(number)
    if as_json:
        output.print_json({"discarded": number})
    else:
        output.line(f"issue {number} discarded")


@issue.command()
def headlines(
    context: typer.Context,
    number: Number,
    article: Annotated[int, typer.Argument(metavar="ARTICLE", help="Article number.", min=1)],
    as_json: Json = False,
) -> None:
    """Shorter forms of a pick's headline, each cut at a clause and never in a word.

    Example: newsletter issue headlines 1 3
    """
    found = workspace(context).desk.headlines(number, article)
    if as_json:
        output.print_json({"article": article, "variants": found})
        return
    for variant in found:
        output.line(f"≤ {variant.limit:>3}  {len(variant.text):>3}  {variant.text}  ({variant.cut})")


@issue.command()
def approve(
    context: typer.Context,
    number: Number,
    force: Annotated[
        str | None,
        typer.Option(metavar="REASON", callback=reason, help="Approve despite errors; a send will ask for it again."),
    ] = None,
    editor_name: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="NAME",
            help="Who approves: an editor's name or address, as newsletter.toml's [[editor]] has them.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Freeze the issue as it stands: this is what a send will mail.

    Example: newsletter issue approve 1 --as Ada
    """
    press = workspace(context).press
    edition = press.approve(number, forced=force, by=editor_name)
    given = press.approvals(edition)
    if as_json:
        frozen = {"number": number, "edition": edition.id, "content_hash": edition.content_hash}
        output.print_json({**frozen, "approvals": given})
        return
    who = f" by {', '.join(one.editor for one in given)}" if given else ""
    output.line(f"issue {number} approved as edition {edition.id} ({edition.content_hash[:12]}){who}")
    if found := press.check(number):
        output.note(f"{counts(found)}; `newsletter check {number}` says which")
    note_elsewhere(workspace(context).desk, workspace(context).desk.get(number))


def as_dict(found: Issue) -> dict[str, Any]:
    """An issue as `--json` prints it."""
    names = ["number", "status", "title", "subject", "preheader", "intro", "outro", "sections", "created", "edition"]
    names += ["asked", "vetoed", "theme", "sponsors"]
    return {name: getattr(found, name) for name in names}


def print_changed(found: Issue, as_json: bool) -> None:
    if as_json:
        output.print_json(as_dict(found))
    else:
        print_issue(found)
    _note_sent(found)


def _note_sent(found: Issue) -> None:
    """What was sent is frozen in its edition; only what a next send would mail has changed."""
    if found.status == "sent":
        output.note(
            f"issue {found.number} was sent already: what went out stays as edition {found.edition}; "
            f"this change is for another send, which needs a new approval"
        )


def _asked(found: Issue) -> str:
    """What it was picked with, where that is not what newsletter.toml says; the next pick of it goes by the same."""
    from newsletter import durations

    if found.asked is None:
        return ""
    parts = [f"from the last {durations.show(found.asked.since)}"] if found.asked.since else []
    parts += [f"at most {found.asked.maximum}"] if found.asked.maximum else []
    if found.asked.words:
        parts.append("preferring " + ", ".join(f"'{word}'" for word in found.asked.words))
    return " · ".join(parts)


def note_elsewhere(desk: Desk, found: Issue) -> None:
    """Which of its articles other issues have that are yet to be sent, and what to do about it."""
    for other in desk.elsewhere(found):
        which = ", ".join(str(article) for article in other.articles)
        shared = f"article {which} is" if len(other.articles) == 1 else f"articles {which} are"
        output.note(
            f"{shared} in {other.words}, too: who gets both reads the same twice; "
            f"`newsletter issue pick {found.number} --replace ARTICLE` puts another one in"
        )


def print_issue(found: Issue) -> None:
    output.heading(f"Issue {found.number} · {found.status.value} · {found.title}")
    output.line(f"subject:   {found.subject}")
    output.line(f"preheader: {found.preheader}")
    if found.theme:
        output.line(f"theme:     {found.theme}")
    if asked := _asked(found):
        output.line(f"picked:    {asked}")
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
            if item.summary.note:
                output.line(f"     note: {item.summary.note}")
    if found.outro:
        output.line(f"\n{found.outro}")
