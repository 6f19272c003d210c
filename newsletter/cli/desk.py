"""newsletter issue …"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import editor, output
from newsletter.cli.articles import Since, span
from newsletter.cli.session import Json, Number, reason, workspace

if TYPE_CHECKING:
    from newsletter.app.desk import Draft
    from newsletter.models import Issue

issue = typer.Typer(help="Put an issue together: new, show, edit, pick, add, move, approve …", no_args_is_help=True)

Articles = Annotated[list[int], typer.Argument(metavar="ARTICLE", help="Article numbers.", min=1)]
Maximum = Annotated[int | None, typer.Option("--max", help="At most this many articles.", min=1, max=100)]
Words = Annotated[list[str] | None, typer.Option("--word", help="Prefer articles with this word (repeatable).")]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(issue, name="issue")


@issue.command()
def new(
    context: typer.Context,
    title: Annotated[
        str | None, typer.Option(help="The issue's title (default: the newsletter's name and number).")
    ] = None,
    pick: Annotated[bool, typer.Option("--pick", help="Fill it with the best articles, and say why.")] = False,
    maximum: Maximum = None,
    since: Since = None,
    word: Words = None,
    as_json: Json = False,
) -> None:
    """Begin an issue.

    Example: newsletter issue new --pick --max 8 --since 400d
    """
    desk = workspace(context).desk
    draft = desk.new(title=title, pick=pick, maximum=maximum, since=span(since), words=word or (), announce=output.note)
    _print_draft(draft, as_json)


@issue.command()
def pick(
    context: typer.Context,
    number: Number,
    maximum: Maximum = None,
    since: Since = None,
    word: Words = None,
    as_json: Json = False,
) -> None:
    """Pick again: pinned articles stay, the others are chosen anew."""
    desk = workspace(context).desk
    draft = desk.refill(number, maximum=maximum, since=span(since), words=word or (), announce=output.note)
    _print_draft(draft, as_json)


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
        _print_issue(found)


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
    if saved:
        _note_sent(saved)


@issue.command()
def add(
    context: typer.Context,
    number: Number,
    articles: Articles,
    section: Annotated[str | None, typer.Option(help="The section's title (default: the last one).")] = None,
    as_json: Json = False,
) -> None:
    """Put articles into an issue."""
    _changed(workspace(context).desk.add(number, articles, section=section, announce=output.note), as_json)


@issue.command()
def drop(context: typer.Context, number: Number, articles: Articles, as_json: Json = False) -> None:
    """Take articles out of an issue."""
    _changed(workspace(context).desk.drop(number, articles), as_json)


@issue.command()
def pin(
    context: typer.Context,
    number: Number,
    articles: Articles,
    off: Annotated[bool, typer.Option("--off", help="Unpin.")] = False,
    as_json: Json = False,
) -> None:
    """Keep articles in place when the issue is picked again."""
    _changed(workspace(context).desk.pin(number, articles, pinned=not off), as_json)


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
    _changed(workspace(context).desk.move(number, article, to=to, section=section), as_json)


@issue.command()
def why(
    context: typer.Context,
    number: Number,
    article: Annotated[int, typer.Argument(metavar="ARTICLE", help="Article number.", min=1)],
    as_json: Json = False,
) -> None:
    """Why an article was picked, or was not."""
    reason = workspace(context).desk.why(number, article)
    if as_json:
        output.print_json({"article": article, **output.as_json(reason)})  # type: ignore[dict-item]  # a dataclass is a dict there
    else:
        output.line(reason.sentence)


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
    as_json: Json = False,
) -> None:
    """Freeze the issue as it stands: this is what a send will mail."""
    edition = workspace(context).press.approve(number, forced=force)
    if as_json:
        output.print_json({"number": number, "edition": edition.id, "content_hash": edition.content_hash})
    else:
        output.line(f"issue {number} approved as edition {edition.id} ({edition.content_hash[:12]})")


def as_dict(found: Issue) -> dict[str, Any]:
    """An issue as `--json` prints it."""
    names = ["number", "status", "title", "subject", "preheader", "intro", "outro", "sections", "created", "edition"]
    return {name: getattr(found, name) for name in names}


def _changed(found: Issue, as_json: bool) -> None:
    if as_json:
        output.print_json(as_dict(found))
    else:
        _print_issue(found)
    _note_sent(found)


def _note_sent(found: Issue) -> None:
    """What was sent is frozen in its edition; only what a next send would mail has changed."""
    if found.status == "sent":
        output.note(
            f"issue {found.number} was sent already: what went out stays as edition {found.edition}; "
            f"this change is for another send, which needs a new approval"
        )


def _print_draft(draft: Draft, as_json: bool) -> None:
    if as_json:
        left = [{"article": item.article.id, "reason": item.reason} for item in draft.left_out]
        output.print_json({**as_dict(draft.issue), "left_out": left})
        return
    _print_issue(draft.issue)
    if draft.considered:
        picked = len(list(draft.issue.picks))
        output.note(
            f"{picked} picked of {draft.considered}; "
            f"`newsletter issue why {draft.issue.number} ARTICLE` says why one was not"
        )


def _print_issue(found: Issue) -> None:
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
            if item.summary.note:
                output.line(f"     note: {item.summary.note}")
    if found.outro:
        output.line(f"\n{found.outro}")
