"""newsletter serve · outbox · (preview): programs that run until Ctrl-C."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import output
from newsletter.cli.session import Json, folder, workspace, zone
from newsletter.errors import ConfigError

if TYPE_CHECKING:
    from newsletter.app.workspace import Workspace

outbox = typer.Typer(help="The local mail sink: run it, list and show what came.", invoke_without_command=True)


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.command()(serve)
    app.add_typer(outbox, name="outbox")


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", help="Port; 0 takes a free one.", min=0, max=65535)] = 8025,
) -> None:
    """The public pages: unsubscribe, view in browser, the archive of past issues. Ctrl-C ends it."""
    from newsletter.web import public
    from newsletter.web.server import serve as run

    here = workspace(context)
    app = public.create_app(
        here.audience,
        here.archive,
        newsletter=here.settings.newsletter.name,
        language=here.settings.newsletter.language,
        templates=[here.root / "templates"],
    )
    run(app, host=host, port=port, on_ready=lambda url: output.line(f"serving {url} (Ctrl-C ends it)"))


def run_preview(here: Workspace, number: int, *, port: int, browser: bool) -> None:
    """Serve the preview of one issue on this machine only."""
    import webbrowser

    from newsletter.web import studio
    from newsletter.web.server import serve as run

    here.desk.get(number)

    def ready(url: str) -> None:
        page = f"{url.rstrip('/')}/issues/{number}"
        output.line(f"preview of issue {number}: {page} (Ctrl-C ends it)")
        if browser and output.is_terminal():
            webbrowser.open(page)

    run(studio.Studio(here.proofs, home=number), host="127.0.0.1", port=port, on_ready=ready)


@outbox.callback()
def run_outbox(
    context: typer.Context,
    port: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            help="Port on this machine (default: the workspace's relay's, else 2525); 0 takes a free one.",
            min=0,
            max=65535,
        ),
    ] = None,
    maildir: Annotated[
        Path | None, typer.Option("--maildir", metavar="DIR", help="Where mail is kept (default: outbox/ here).")
    ] = None,
) -> None:
    """Run the sink until Ctrl-C: an SMTP server on this machine that keeps every mail in a Maildir."""
    context.obj.maildir = maildir
    if context.invoked_subcommand is not None:
        return
    from newsletter.app import sink

    folder, where = _maildir(context), sink.place(_root(context), port)
    if where.why:
        output.note(where.why)
    sink.run(folder, where, lambda address: output.line(f"taking mail on {address} into {folder} (Ctrl-C ends it)"))


@outbox.command(name="list")
def list_mail(context: typer.Context, as_json: Json = False) -> None:
    """What came, oldest first."""
    from newsletter.app import sink

    folder = _maildir(context)
    mails = sink.messages(folder)
    if as_json:
        output.print_json(mails)
        return
    rows = [(number, mail.came, ", ".join(mail.rcpt_to), mail.subject) for number, mail in enumerate(mails, 1)]
    try:
        clock = zone(context) if _root(context) else UTC
    except ConfigError:  # the sink runs without settings, and so does this
        clock = UTC
    output.table(["number", "came", "to", "subject"], rows, empty=f"no mail in {folder}", zone=clock)
    if mails:
        output.note(f"kept in {folder}; `newsletter outbox show NUMBER` prints one, `list --json` names the files")


@outbox.command()
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="As `list` numbers it.", min=1)],
) -> None:
    """One mail, as it came."""
    from newsletter.app import sink
    from newsletter.errors import NotFound

    mails = sink.messages(_maildir(context))
    if number > len(mails):
        raise NotFound("mail", number, f"{len(mails)} are in {_maildir(context)}")
    output.line(mails[number - 1].path.read_text(encoding="utf-8", errors="replace"))


def _maildir(context: typer.Context) -> Path:
    if context.obj.maildir is not None:
        return Path(context.obj.maildir)
    return (_root(context) or folder(context)) / "outbox"


def _root(context: typer.Context) -> Path | None:
    """The workspace's folder; None outside of any, where the sink runs, too."""
    from newsletter.app.workspace import find
    from newsletter.errors import WorkspaceError

    try:
        return find(folder(context))
    except WorkspaceError:
        return None
