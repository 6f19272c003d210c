"""newsletter issue new · pick · pin · veto · why: what the picker has a say in"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.articles import Since, span
from newsletter.cli.desk import Articles, as_dict, issue, note_elsewhere, print_changed, print_issue
from newsletter.cli.session import Json, Number, workspace

if TYPE_CHECKING:
    from newsletter.app.desk import Draft, Picked

Maximum = Annotated[
    int | None, typer.Option("--max", metavar="COUNT", help="At most this many articles.", min=1, max=100)
]
Words = Annotated[
    list[str] | None, typer.Option("--word", metavar="WORD", help="Prefer articles with this word (repeatable).")
]


def register(_: typer.Typer) -> None:
    """Hang these commands below `issue`."""
    for command in (new, pick, pin, veto, why):
        issue.command()(command)


def new(
    context: typer.Context,
    title: Annotated[
        str | None, typer.Option(metavar="TITLE", help="The issue's title (default: the newsletter's name and number).")
    ] = None,
    pick: Annotated[bool, typer.Option("--pick", help="Fill it with the best articles, and say why.")] = False,
    maximum: Maximum = None,
    since: Since = None,
    word: Words = None,
    theme: Annotated[
        str | None, typer.Option(metavar="NAME", help="A look of its own; `newsletter theme list` has them.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Begin an issue.

    Example: newsletter issue new --pick --max 8 --since 400d
    """
    desk = workspace(context).desk
    draft = desk.new(
        title=title,
        pick=pick,
        maximum=maximum,
        since=span(since),
        words=word or (),
        theme=theme or "",
        announce=output.note,
    )
    _print_draft(draft, as_json)
    note_elsewhere(desk, draft.issue)


def pick(
    context: typer.Context,
    number: Number,
    maximum: Maximum = None,
    since: Since = None,
    word: Words = None,
    instead: Annotated[
        int | None,
        typer.Option("--replace", metavar="ARTICLE", help="Only this one gives way to the next best.", min=1),
    ] = None,
    offer: Annotated[bool, typer.Option("--offer", help="With --replace: list the next best, change nothing.")] = False,
    reset: Annotated[
        bool,
        typer.Option("--reset", help="Forget what was asked for before: by newsletter.toml, and what is said now."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Pick again around what is pinned or has words of yours, with what was asked for before unless you say so.

    Example: newsletter issue pick 1 --replace 12 --offer
    """
    desk = workspace(context).desk
    if offer and instead is None:
        raise typer.BadParameter("goes with --replace ARTICLE", param_hint="--offer")
    if instead is not None and (maximum or since or word or reset):
        raise typer.BadParameter("goes without --max, --since, --word and --reset", param_hint="--replace")
    if instead is not None and offer:
        _print_offers(desk.offers(number, instead), as_json)
        return
    if instead is not None:
        replaced = desk.replace(number, instead, announce=output.note)
        print_changed(replaced, as_json)
        note_elsewhere(desk, replaced)
        output.note(f"article {instead} is vetoed; `newsletter issue veto {number} {instead} --off` lets it in again")
        return
    draft = desk.refill(number, maximum=maximum, since=span(since), words=word or (), reset=reset, announce=output.note)
    if draft.written_on:
        stay = ", ".join(map(str, draft.written_on))
        output.note(f"kept for the words of yours: {stay}; `newsletter issue drop {number} ARTICLE` takes one out")
    _print_draft(draft, as_json)
    note_elsewhere(desk, draft.issue)


def pin(
    context: typer.Context,
    number: Number,
    articles: Articles,
    off: Annotated[bool, typer.Option("--off", help="Unpin.")] = False,
    as_json: Json = False,
) -> None:
    """Keep articles in place when the issue is picked again; what is not in it yet is put in."""
    desk = workspace(context).desk
    changed = desk.pin(number, articles, pinned=not off, announce=output.note)
    print_changed(changed, as_json)
    note_elsewhere(desk, changed)


def veto(
    context: typer.Context,
    number: Number,
    articles: Articles,
    off: Annotated[bool, typer.Option("--off", help="Let them in again.")] = False,
    as_json: Json = False,
) -> None:
    """Take articles out, and keep every new pick of this issue from bringing them in."""
    print_changed(workspace(context).desk.veto(number, articles, off=off), as_json)


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


def _print_offers(found: list[Picked], as_json: bool) -> None:
    if as_json:
        offers = [
            {"article": p.article.id, "title": p.article.title, "section": p.section, "why": p.why} for p in found
        ]
        output.print_json(offers)
        return
    for position, item in enumerate(found, 1):
        output.line(f"{position:>3}. {item.article.title}  [article {item.article.id}]")
        output.line(f"     {item.why.sentence}")


def _print_draft(draft: Draft, as_json: bool) -> None:
    if as_json:
        left = [{"article": item.article.id, "kind": item.kind, "reason": item.reason} for item in draft.left_out]
        output.print_json({**as_dict(draft.issue), "left_out": left})
        return
    print_issue(draft.issue)
    if draft.considered:
        picked = len(list(draft.issue.picks))
        output.note(
            f"{picked} picked of {draft.considered}; "
            f"`newsletter issue why {draft.issue.number} ARTICLE` says why one was not"
        )
    asked = draft.issue.asked
    if asked and (asked.since or asked.maximum or asked.words):
        output.note(
            f"what it was picked with holds for its next picks and offers, too; "
            f"`newsletter issue pick {draft.issue.number} --reset` goes by newsletter.toml again"
        )
