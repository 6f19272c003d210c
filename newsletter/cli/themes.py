"""newsletter theme list · preview · new"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, workspace

if TYPE_CHECKING:
    from newsletter.app.themes import Found

theme = typer.Typer(
    help="How issues look: which themes there are, what they look like, one of your own.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The theme's name.")]


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(theme, name="theme")


@theme.command(name="list")
def list_themes(context: typer.Context, as_json: Json = False) -> None:
    """Which themes there are, where from, and a line on each; ends with 1 where one is faulty or yours is missing."""
    themes = workspace(context).themes
    found = themes.all()
    if as_json:
        output.print_json(found)
    else:
        output.table(
            ["theme", "from", "about"],
            [(f"{one.name}{' (yours)' if one.chosen else ''}", _origin(one), _about(one)) for one in found],
            empty="no themes",
        )
    broken = [f"theme {one.name} can't be used: {one.about}" for one in found if not one.sound]
    if not any(one.chosen for one in found):
        broken.append(str(themes.fault()))
    for said in broken:
        output.note(said)
    if broken:
        raise typer.Exit(1)


@theme.command()
def preview(
    context: typer.Context,
    name: Name,
    file: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Where to write it (default: in the workspace's build/preview)."
        ),
    ] = None,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="The newsletter's own words in this language, such as de or ar.")
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: Json = False,
) -> None:
    """Write the sample issue in a theme, really rendered, as one HTML file that needs no network.

    Example: newsletter theme preview magazine -o magazine.html
    """
    themes = workspace(context).themes
    path, size = themes.preview(name, file, language)
    for fault in themes.logo_faults(name):
        output.note(fault)
    if as_json:
        output.print_json({"theme": name, "file": str(path), "bytes": size})
    else:
        output.line(path)
    if browser:
        typer.launch(path.resolve().as_uri())


@theme.command()
def new(
    context: typer.Context,
    name: Name,
    source: Annotated[str, typer.Option("--from", metavar="THEME", help="The theme to copy.")] = "digest",
    as_json: Json = False,
) -> None:
    """Copy a theme into the workspace, to be changed there.

    Example: newsletter theme new ours --from magazine
    """
    folder = workspace(context).themes.new(name, source)
    if as_json:
        output.print_json({"theme": name, "folder": str(folder)})
        return
    output.line(folder)
    output.note(
        "theme.toml has colours, fonts, sizes and logo; body.mjml.j2 the order of things; card.mjml.j2 an article; "
        f'inline.css.j2 the type. Use it with theme = "{name}" in newsletter.toml, or for one issue with '
        f"`newsletter issue new --theme {name}`; look at it with `newsletter theme preview {name} --open`."
    )


def _about(found: Found) -> str:
    return found.about if found.sound else f"can't be used: {found.about}"


def _origin(found: Found) -> str:
    if not found.built_in:
        return "this workspace"
    return f"built in, changed here: {', '.join(found.own_files)}" if found.own_files else "built in"
