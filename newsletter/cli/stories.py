"""newsletter stories [list|show|split|merge|twins]"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter.cli import output
from newsletter.cli.articles import Since, span
from newsletter.cli.session import Json, workspace

if TYPE_CHECKING:
    from newsletter.models import Story

stories = typer.Typer(
    help="Articles that cover the same thing: list, show, split, join, merge.", invoke_without_command=True
)

StoryId = Annotated[int, typer.Argument(metavar="ID", help="The story's number, as `stories` lists it.", min=1)]
Limit = Annotated[int, typer.Option(metavar="COUNT", help="At most this many.", min=1)]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(stories, name="stories")


@stories.callback()
def _default(context: typer.Context) -> None:
    """Articles that cover the same thing; without a command, they are listed."""
    if context.invoked_subcommand is None:
        list_stories(context)


@stories.command(name="list")
def list_stories(context: typer.Context, since: Since = None, limit: Limit = 50, as_json: Json = False) -> None:
    """Stories of two articles or more, the latest first.

    Example: newsletter stories list --since 7d
    """
    found = workspace(context).stories.list(span(since), limit)
    if as_json:
        output.print_json([as_dict(story) for story in found])
        return
    rows = [
        (story.id, len(story.articles), story.lead.id, story.lead.title, ", ".join(_outlets(story))) for story in found
    ]
    output.table(["id", "articles", "lead", "title", "covered by"], rows, empty="no stories of two articles or more")


@stories.command()
def show(context: typer.Context, number: StoryId, as_json: Json = False) -> None:
    """The articles of a story, the one that leads first."""
    _print(workspace(context).stories.get(number), as_json)


@stories.command()
def split(
    context: typer.Context,
    article: Annotated[int, typer.Argument(metavar="ARTICLE", help="The article's number.", min=1)],
    as_json: Json = False,
) -> None:
    """Take an article out of its story, for good: it never comes back into it by itself."""
    _print(workspace(context).stories.split(article), as_json)


@stories.command()
def merge(
    context: typer.Context,
    number: StoryId,
    other: Annotated[int, typer.Argument(metavar="ID", help="The story that goes into it.", min=1)],
    as_json: Json = False,
) -> None:
    """Make two stories one, for good, under the first one's number."""
    _print(workspace(context).stories.merge(number, other), as_json)


@stories.command()
def join(
    context: typer.Context,
    articles: Annotated[list[int], typer.Argument(metavar="ARTICLE...", help="The articles' numbers.", min=1)],
    as_json: Json = False,
) -> None:
    """Make one story of articles, for good; whatever story one of them is in comes along.

    Example: newsletter stories join 5 6
    """
    _print(workspace(context).stories.join(articles), as_json)


@stories.command()
def twins(context: typer.Context, as_json: Json = False) -> None:
    """Pairs of articles in the whole store with nearly the same text that are in no story together."""
    found = workspace(context).stories.twins()
    if as_json:
        output.print_json([{"one": a.id, "other": b.id, "similarity": round(share, 2)} for a, b, share in found])
        return
    rows = [(a.id, b.id, f"{share:.2f}", a.title, b.title) for a, b, share in found]
    output.table(["one", "other", "alike", "title", "title"], rows, empty="no articles with nearly the same text")


def as_dict(story: Story) -> dict[str, Any]:
    """A story as `--json` prints it."""
    names = ("id", "title", "site", "source", "url", "published", "word_count")
    return {
        "id": story.id,
        "lead": story.lead.id,
        "articles": [{name: getattr(article, name) for name in names} for article in story.articles],
    }


def _print(story: Story, as_json: bool) -> None:
    if as_json:
        output.print_json(as_dict(story))
        return
    output.heading(f"Story {story.id}: {story.lead.title}")
    rows = [
        (article.id, f"{article.when:%Y-%m-%d}" if article.when else "", article.title, article.site or article.source)
        for article in story.articles
    ]
    output.table(["article", "date", "title", "site"], rows, empty="no articles")


def _outlets(story: Story) -> list[str]:
    return list(dict.fromkeys(article.site or article.outlet for article in story.articles))
