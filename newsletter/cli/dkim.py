"""newsletter dkim new · show"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, workspace

if TYPE_CHECKING:
    from newsletter.app.signing import Record

_group = typer.Typer(help="Keys that sign the mail (DKIM), and the DNS records they need.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.add_typer(_group, name="dkim")


@_group.command()
def new(
    context: typer.Context,
    domain: Annotated[str, typer.Argument(help="The From address's domain.", metavar="DOMAIN")],
    selector: Annotated[str, typer.Option("--selector", metavar="S", help="The key's name in the DNS.")],
    ed25519: Annotated[bool, typer.Option("--ed25519", help="A short, fast key beside one of RSA.")] = False,
    as_json: Json = False,
) -> None:
    """Make a key file, and print the DNS record to publish.

    Example: newsletter dkim new example.org --selector news2026
    """
    from newsletter.app import signing

    record = signing.create(workspace(context).root, domain, selector, ed25519=ed25519)
    if as_json:
        output.print_json(_plain(record))
        return
    output.line(f"key written to {record.file}; back it up, and show it to nobody")
    output.line(f"publish this TXT record:\n\n{record.zone_line}\n")
    output.line(f"and when it can be seen, put into newsletter.toml:\n\n{record.table}")


@_group.command()
def show(context: typer.Context, as_json: Json = False) -> None:
    """Print the DNS record of every key in newsletter.toml.

    Example: newsletter dkim show
    """
    from newsletter.app import signing

    opened = workspace(context)
    records = signing.records(opened.settings, opened.root)
    if as_json:
        output.print_json([_plain(record) for record in records])
        return
    for record in records:
        output.line(record.zone_line)
    if not records:
        output.note("no [[dkim]] in newsletter.toml; `newsletter dkim new DOMAIN --selector S` makes a key")


def _plain(record: Record) -> dict[str, str]:
    return {"name": record.name, "type": "TXT", "value": record.value, "key_file": str(record.file)}
