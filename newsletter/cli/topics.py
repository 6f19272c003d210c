"""newsletter topics"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from newsletter import durations
from newsletter.cli import output
from newsletter.cli.articles import Since, span
from newsletter.cli.session import Json, workspace

if TYPE_CHECKING:
    from newsletter.app.picking import Caught


def register(app: typer.Typer) -> None:
    """Hang this command into the tree."""
    app.command()(topics)


def topics(
    context: typer.Context,
    since: Since = None,
    most: Annotated[
        int, typer.Option("--max", metavar="COUNT", help="At most so many articles for each topic.", min=1)
    ] = 5,
    as_json: Json = False,
) -> None:
    """What your topics catch in the window, and what was learned from earlier issues.

    Example: newsletter topics --since 400d
    """
    window, caught = workspace(context).desk.topics(span(since))
    if as_json:
        output.print_json({"window_days": window.total_seconds() / 86_400, **_as_dict(caught)})
        return
    output.note(f"in the last {durations.show(window)}:")
    for found in caught.topics:
        place = f" · section {found.topic.section}" if found.topic.section else ""
        limit = f" · at most {found.topic.max}" if found.topic.max else ""
        output.heading(f"{found.name} · weight {found.topic.weight:g}{place}{limit} · {_articles(len(found.articles))}")
        for article, value in found.articles[:most]:
            output.line(f"  {value:.2f}  {article.title}  [article {article.id}]")
        if len(found.articles) > most:
            output.line(f"  … and {len(found.articles) - most} more")
    if caught.topics and not caught.missed and not any(found.articles for found in caught.topics):
        output.line("there is no article in that time; --since 400d looks back further")
    elif caught.topics:
        output.line(
            f"no topic catches {_articles(caught.missed)}" if caught.missed else "some topic catches every article"
        )
    else:
        output.note("no topics yet; write some under [curate.topics] in newsletter.toml")
    if caught.learned:
        output.heading(f"learned from {_articles(caught.printed)} you printed")
        output.line("  " + " · ".join(f"{term} {share:.2f}" for term, share in caught.learned))
    elif not caught.enough:
        output.line("nothing is learned from earlier issues: learn is off in [curate]")
    else:
        output.line(
            f"nothing learned yet: {_articles(caught.printed)} printed, and learning begins with {caught.enough}"
        )


def _as_dict(caught: Caught) -> dict[str, Any]:
    return {
        "topics": [
            {
                "name": found.name,
                **{name: getattr(found.topic, name) for name in ("weight", "words", "articles", "section", "max")},
                "caught": [
                    {"article": article.id, "title": article.title, "score": round(value, 4)}
                    for article, value in found.articles
                ],
            }
            for found in caught.topics
        ],
        "missed": caught.missed,
        "learned": dict(caught.learned),
        "printed": caught.printed,
    }


def _articles(count: int) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"
