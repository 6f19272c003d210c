"""newsletter feeds add|list|remove|fetch|import|export"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, workspace, zone
from newsletter.errors import SourceError

if TYPE_CHECKING:
    from datetime import tzinfo

    from newsletter.models import FeedsReport

feeds = typer.Typer(help="Follow feeds: add, list, fetch, remove, import and export (OPML).", no_args_is_help=True)

FullText = Annotated[
    bool, typer.Option("--full-text", help="Fetch the pages of items that are only teasers (robots.txt is honoured).")
]
IgnoreRobots = Annotated[
    bool, typer.Option("--ignore-robots", help="Fetch pages although the site's robots.txt asks programs not to.")
]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(feeds, name="feeds")


@feeds.command()
def add(
    context: typer.Context,
    addresses: Annotated[list[str], typer.Argument(metavar="ADDRESS…", help="Feeds, or pages that name their feed.")],
    full_text: FullText = False,
    category: Annotated[str, typer.Option(metavar="NAME", help="The folder it goes into in an export.")] = "",
    ignore_robots: IgnoreRobots = False,
    as_json: Json = False,
) -> None:
    """Follow feeds, and take in what they have.

    Example: newsletter feeds add https://example.org/blog --full-text
    """
    done = workspace(context).feeds.add(
        addresses, full_text=full_text, category=category, ignore_robots=ignore_robots
    )  # fmt: skip
    if as_json:
        output.print_json(done)
    else:
        for feed in done.feeds:
            output.line(f"feed {feed.id} · {feed.title or feed.url} · {feed.url}")
        for refused in done.rejected:
            output.note(f"rejected {refused.source}: {refused.reason}")
        if done.feeds:
            _print_report(done.report, zone(context))
    if done.rejected:
        raise typer.Exit(3 if done.feeds else 1)


@feeds.command(name="list")
def list_feeds(
    context: typer.Context,
    failing: Annotated[bool, typer.Option("--failing", help="Only those that fail, and why.")] = False,
    as_json: Json = False,
) -> None:
    """List the feeds: how they fare, when each was asked last, since when one fails and why."""
    found = [
        feed for feed in workspace(context).feeds.list() if not failing or feed.state in ("failing", "gone")
    ]  # fmt: skip
    if as_json:
        output.print_json([{**output.as_json(feed), "state": feed.state} for feed in found])  # type: ignore[dict-item]  # a dataclass is a dict there
        return
    clock = zone(context)
    rows = [
        (
            feed.id,
            feed.state,
            feed.title or "",
            feed.items,
            feed.fetched,
            feed.due,
            f"since {output.moment(feed.failing_since, clock)}: {feed.error}" if feed.failing_since else "",
            feed.url,
        )
        for feed in found
    ]
    columns = ["id", "state", "title", "articles", "asked", "due", "trouble", "address"]
    empty = "no feed fails" if failing else "no feeds yet; `newsletter feeds add ADDRESS`"
    output.table(columns, rows, empty=empty, zone=clock)


@feeds.command()
def remove(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="FEED…", help="Numbers or addresses.")],
    as_json: Json = False,
) -> None:
    """Follow feeds no longer; their articles stay."""
    gone = workspace(context).feeds.remove(names)
    if as_json:
        output.print_json({"removed": [feed.id for feed in gone]})
    else:
        for feed in gone:
            output.line(f"feed {feed.id} removed · {feed.title or feed.url}")


@feeds.command()
def fetch(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="FEED…", help="Numbers or addresses.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All of them, due or not.")] = False,
    ignore_robots: IgnoreRobots = False,
    as_json: Json = False,
) -> None:
    """Ask the feeds that are due for what is new. Exit code 3 when some of them fail.

    Example: newsletter feeds fetch --all
    """
    service = workspace(context).feeds
    with output.Bar("fetching") as bar:
        report = service.fetch(names or (), everything=everything, ignore_robots=ignore_robots, progress=bar.update)
    if as_json:
        output.print_json(report)
    else:
        _print_report(report, zone(context))
    if report.failed:
        raise typer.Exit(3 if len(report.failed) < report.asked else 1)


@feeds.command(name="import")
def import_opml(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="OPML, as other feed readers write it; - reads stdin.")],
    full_text: FullText = False,
    as_json: Json = False,
) -> None:
    """Follow the feeds of an OPML list; `feeds fetch` then asks them."""
    try:
        data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise SourceError(str(file), f"can't be read ({error.strerror or error})") from error
    new = workspace(context).feeds.import_opml(data, str(file), full_text=full_text)
    if as_json:
        output.print_json({"followed": [feed.url for feed in new]})
    else:
        output.line(f"{len(new)} new feeds; `newsletter feeds fetch` asks them")


@feeds.command(name="export")
def export_opml(
    context: typer.Context,
    target: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write here.")] = None,
) -> None:
    """All feeds as OPML, for another feed reader."""
    found = workspace(context)
    text = found.feeds.export_opml(found.settings.newsletter.name)
    if target is None:
        output.line(text.rstrip("\n"))
    else:
        target.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', encoding="utf-8")


def _print_report(report: FeedsReport, clock: tzinfo) -> None:
    if not report.asked:
        due = (
            f"; the next is due {output.moment(report.next_due, clock)}, --all asks all now" if report.next_due else ""
        )
        output.line(f"no feed is due{due}")
        return
    output.line(
        f"{report.asked} asked · {report.unchanged} unchanged · {len(report.failed)} failed · "
        f"{len(report.added)} added · {len(report.updated)} updated · {report.duplicate} duplicate"
        + (f" · {report.rejected} rejected" if report.rejected else "")
        + (f" · {report.pages} pages" if report.pages else "")
    )
    for move in report.moved:
        output.line(f"feed {move.feed} moved: {move.old} → {move.new}")
    for failure in report.failed:
        since = f" since {output.moment(failure.since, clock)}" if failure.since else ""
        again = f"; again {output.moment(failure.due, clock)}" if failure.due else "; not asked again by itself"
        output.note(f"feed {failure.feed} fails{since}: {failure.url}: {failure.reason}{again}")
