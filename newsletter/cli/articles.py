"""newsletter add · articles · article show|edit|summarize|tag|drop|export"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter import durations
from newsletter.cli import editor, output
from newsletter.cli.session import Json, workspace, zone

if TYPE_CHECKING:
    from datetime import datetime, timedelta, tzinfo

    from newsletter.models import Article, Version

article = typer.Typer(help="One article: show, edit, summarize, tag, drop, export.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ID", help="The article's number, as `articles` lists it.", min=1)]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.command()(add)
    app.command(name="articles")(list_articles)
    app.add_typer(article, name="article")


def span(text: str | None) -> timedelta | None:
    """A length of time from the command line. Raises typer.BadParameter."""
    if text is None:
        return None
    try:
        return durations.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--since") from None


Since = Annotated[
    str | None, typer.Option("--since", metavar="SPAN", help="Only what is not older than this: 36h, 7d, 2w.")
]


def add(
    context: typer.Context,
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE", help="Files, folders, addresses, or -.")],
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Fetch pages although the site's robots.txt asks programs not to.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take articles in: page text, HTML, Markdown, feeds, folders of them, or the page at an address.

    A list of feeds (OPML) is followed from now on. Of a workspace's folder, what is the program's own (cache, outbox,
    subscribers, templates, and what `render` wrote) is left out.

    Example: newsletter add pages/*.txt feed.xml articles/ https://example.org/post
    """
    with output.Bar("reading") as bar:
        report = workspace(context).library.add(
            sources, stdin=sys.stdin.buffer.read, progress=bar.update, ignore_robots=ignore_robots
        )
    if as_json:
        output.print_json(report)
    else:
        counts = ((name, getattr(report, name)) for name in ("added", "updated", "duplicate", "rejected"))
        output.line(" · ".join(f"{len(found)} {name}" for name, found in counts))
        if report.followed:
            output.line(f"{len(report.followed)} feeds followed; `newsletter feeds fetch` asks them")
        for refused in report.rejected:
            output.note(f"rejected {refused.source}: {refused.reason}")
    if report.rejected:
        raise typer.Exit(3 if report.added or report.updated or report.duplicate or report.followed else 1)


def list_articles(
    context: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="QUERY", help="Words and filters, as described above.")
    ] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(metavar="COUNT", help="At most this many.", min=1)] = 50,
    as_json: Json = False,
) -> None:
    """List articles, or search them: all words must occur, best match first.

    "two words" is a phrase, rus* any word that begins so, rust OR zig either; and filters, which a minus reverses:
    title: source: author: tag: category:WORD · lang:de · after:2026-11-01 · before:2026-12 · used:no · story:12.
    After -- a word may begin with a minus.

    Example: newsletter articles rust --since 400d
    """
    library, asked = workspace(context).library, " ".join(query or ())
    hits = library.search(asked, since=span(since), limit=limit)
    if not hits and (better := library.suggest(asked)):
        output.note(f"did you mean: {better}")
    if as_json:
        output.print_json([{**_short(hit.article), "snippet": _marked(hit.snippet, "**", "**")} for hit in hits])
        return
    rows = [
        (
            hit.article.id,
            _date(hit.article),
            hit.article.title,
            hit.article.site or "",
            hit.article.word_count,
            _marked(hit.snippet, "«", "»") if query else "",
        )
        for hit in hits
    ]
    columns = ["id", "date", "title", "site", "words", "found in"]
    width = None if query else 5
    none = f"no articles{f' with {asked!r}' if asked else ''}{f' from the last {since}' if since else ''}"
    empty = none if asked or since else f"{none} yet; `newsletter add FILES…` takes them in"
    output.table(columns[:width], [row[:width] for row in rows], empty=empty)


@article.command()
def show(
    context: typer.Context,
    number: Id,
    history: Annotated[bool, typer.Option("--history", help="What its words were before they changed.")] = False,
    as_json: Json = False,
) -> None:
    """Show an article whole: what is known of it, its text, takeaways, quotes and sources."""
    if history:
        _print_history(number, workspace(context).library.history(number), zone(context), as_json)
        return
    found = workspace(context).library.get(number)
    if as_json:
        output.print_json(whole(found))
        return
    output.heading(found.title)
    facts = {
        "deck": found.deck,
        "by": ", ".join(filter(None, [*found.authors, found.author_role])),
        "site": found.site,
        "published": _stated(found.published_local or found.published, with_time=found.published_precision == "time"),
        "modified": _stated(found.modified_local or found.modified),
        "category": found.category,
        "url": found.url,
        "read": f"{found.word_count} words, {found.reading_minutes} min",
        "tags": ", ".join(found.tags),
        "story": found.story,
        "source": found.source,
    }
    for name, value in facts.items():
        if value:
            output.line(f"{name + ':':<11}{value}")
    if found.summary:
        output.line(f"\nSummary ({found.summary.engine}): {found.summary.text}")
    for block in found.blocks:
        output.line()
        said = f" – {block.attribution}" if block.attribution else ""
        output.line(f"[{block.type}] {block.text}{said}" if block.type != "paragraph" else block.text)
    if found.references:
        output.line("\nSources: " + "; ".join(found.references))


@article.command()
def summarize(
    context: typer.Context,
    numbers: Annotated[list[int], typer.Argument(metavar="ID…", help="Article numbers.", min=1)],
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Say what a language model would cost, and send nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Summarize articles as [summaries] says: by their own sentences, or by a language model, checked.

    Example: newsletter article summarize 1 2
    """
    opened = workspace(context)
    found = [opened.library.get(number) for number in numbers]
    if estimate:
        about = opened.summaries.estimate(found)
        if as_json:
            output.print_json(about)
        else:
            output.line(about or "extractive: nothing is sent, nothing costs anything")
        return
    with output.Bar("summarizing") as bar:
        made = opened.summaries.make(found, announce=output.note, progress=bar.update)
    if as_json:
        output.print_json([{"id": n, "summary": summary} for n, summary in zip(numbers, made, strict=True)])
        return
    for it, summary in zip(found, made, strict=True):
        output.heading(f"{it.id}. {it.title}  [{summary.engine}]")
        output.line(summary.text)
        if summary.note:
            output.line(f"note: {summary.note}")


@article.command()
def edit(
    context: typer.Context,
    number: Id,
    source: Annotated[
        str | None, typer.Option("--from", metavar="FILE", help="Take this sheet (- for standard input) instead.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Correct what is known of an article (title, address, authors, date …) in $VISUAL or $EDITOR."""
    library = workspace(context).library
    hint = f"newsletter article edit {number} --from"
    saved = editor.edit(library.sheet(number), lambda text: library.save_sheet(number, text), source, hint)
    if as_json:
        output.print_json(_short(saved) if saved else {"id": number, "unchanged": True})
    else:
        output.line(f"article {number} {'saved' if saved else 'unchanged'}")


@article.command()
def tag(
    context: typer.Context,
    number: Id,
    tags: Annotated[list[str] | None, typer.Argument(metavar="TAG", help="The new tags; none removes them.")] = None,
    as_json: Json = False,
) -> None:
    """Replace an article's tags."""
    found = workspace(context).library.tag(number, tags or ())
    if as_json:
        output.print_json(_short(found))
    else:
        output.line(f"article {number}: {', '.join(found.tags) or 'no tags'}")


@article.command()
def drop(
    context: typer.Context,
    number: Id,
    force: Annotated[bool, typer.Option(help="Drop it although a draft uses it.")] = False,
    as_json: Json = False,
) -> None:
    """Forget an article; it is not picked again when it comes back."""
    workspace(context).library.drop(number, force=force)
    if as_json:
        output.print_json({"dropped": number})
    else:
        output.line(f"article {number} dropped")


@article.command()
def export(
    context: typer.Context,
    target: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here.")] = None,
) -> None:
    """All articles, whole, as JSON Lines."""
    from newsletter.app import files

    lines = (f"{output.json_text(whole(found))}\n" for found in workspace(context).library.export())
    if target is None:
        for text in lines:
            output.line(text.rstrip("\n"))
    else:
        files.write(target, (text.encode("utf-8", "replace") for text in lines))


def _print_history(number: int, versions: list[Version], clock: tzinfo, as_json: bool) -> None:
    if as_json:
        output.print_json({"id": number, "versions": versions})
        return
    if not versions:
        output.note(f"the words of article {number} never changed")
    for version in versions:
        output.heading(f"until {output.moment(version.replaced, clock)}: {version.title}")
        output.line(f"\n{version.body}\n")


def _short(found: Article) -> dict[str, Any]:
    """An article for a listing: everything but its body."""
    return {name: value for name, value in whole(found).items() if name not in ("body_text", "blocks")}


def whole(found: Article) -> dict[str, Any]:
    """An article as `--json` prints it."""
    names = (
        "id source url title deck category authors author_role site published modified published_local modified_local "
        "truncated language image body_text blocks word_count reading_minutes takeaways quotes references tags story "
        "summary added used_in"
    )
    values = {name: getattr(found, name) for name in names.split()}
    if found.published and found.published_precision == "day":
        values["published"] = f"{found.published:%Y-%m-%d}"
    clocks = {"published_local": found.published_local, "modified_local": found.modified_local}
    return values | {name: at and at.isoformat() for name, at in clocks.items()}


def _stated(at: datetime | None, *, with_time: bool = True) -> str:
    """A moment by the clock it was stated by: "2026-11-18 09:30 +0530"."""
    if at is None:
        return ""
    return f"{at:%Y-%m-%d %H:%M %z}".replace("+0000", "UTC") if with_time else f"{at:%Y-%m-%d}"


def _date(found: Article) -> str:
    """The date that windows go by, and which one it is when the article states none."""
    if found.published:
        return f"{found.published:%Y-%m-%d}"
    return f"{found.added:%Y-%m-%d} (added)" if found.added else ""


def _marked(snippet: str, start: str, end: str) -> str:
    return snippet.replace("\x02", start).replace("\x03", end)
