"""newsletter init · demo"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsletter.cli import desk, output, status
from newsletter.cli.press import print_findings
from newsletter.cli.session import Json, folder

if TYPE_CHECKING:
    from newsletter.app.demo import Demo


def register(app: typer.Typer) -> None:
    """Hang these commands into the tree."""
    app.command()(init)
    app.command()(demo)


def init(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="Where (default: here).")] = None,
    language: Annotated[
        str, typer.Option("--language", metavar="TAG", help="The newsletter's language: de, pt-BR, zh-TW …")
    ] = "en",
    as_json: Json = False,
) -> None:
    """Make a workspace: a commented newsletter.toml, keys, the database, an example list.

    Example: newsletter init my-newsletter --language de
    """
    from newsletter.app import starter, zone

    if not starter.knows(language):
        raise typer.BadParameter(f"found {language!r}, expected a language tag such as de or pt-BR")
    place = folder(context) / directory if directory else folder(context)
    name, source = zone.here() or ("UTC", None)
    with starter.create(place, language, name) as workspace:
        root, kept = workspace.root, workspace.settings.newsletter.timezone
    if kept != name:  # it was a workspace before, which lacked a database
        name, source = kept, "newsletter.toml"
    if as_json:
        output.print_json({"workspace": str(root), "timezone": name, "timezone_from": source})
        return
    output.line(f"workspace made in {root}")
    taken = f"from {source}" if source else "this machine names none"
    output.line(f"time zone {name} ({taken}); newsletter.toml has it, to be changed there")
    if not starter.speaks(language):
        output.note(
            f"there are no words in “{language}” yet, so “Read more” and the like are English; "
            f"translate them in templates/email/words/{language}.toml"
        )
    output.note("next: fill in newsletter.toml, then `newsletter add FILES…` and `newsletter issue new --pick`")


def demo(
    keep: Annotated[Path | None, typer.Option("--keep", metavar="DIR", help="Make the workspace here.")] = None,
    as_json: Json = False,
) -> None:
    """Do the whole job on sample articles: read, pick, render, check and send to a local mail sink."""
    from newsletter.app import demo as job

    with output.Bar("demo") as bar:
        done = job.run(keep, progress=bar.update)
    if as_json:
        output.print_json(
            {
                "workspace": str(done.workspace),
                "added": len(done.report.added),
                "rejected": done.report.rejected,
                "issue": desk.as_dict(done.issue),
                "files": [str(path) for path in (done.files.html, done.files.text, done.files.eml)],
                "findings": done.findings,
                "send": status.as_dict(done.send, done.tally),
                "mail": len(done.mails),
                "maildir": str(done.maildir),
            }
        )
    else:
        _print(done)
    if done.report.rejected or done.tally.accepted != len(done.mails) or not done.tally.finished:
        raise typer.Exit(3)


def _print(done: Demo) -> None:
    output.heading(f"1. {len(done.report.added)} articles read")
    for refused in done.report.rejected:
        output.line(f"   rejected {refused.source}: {refused.reason}")
    picks = list(done.issue.picks)
    output.heading(f"\n2. {len(picks)} picked, and why")
    for position, pick in enumerate(picks, 1):
        output.line(f"  {position:>2}. {pick.headline}")
        if pick.why:
            output.line(f"      {pick.why.sentence}")
    output.heading(f"\n3. issue {done.issue.number} rendered ({output.size(done.files.html_bytes)} of HTML)")
    for path in (done.files.html, done.files.text, done.files.eml):
        output.line(f"   {path}")
    output.heading("\n4. preflight")
    print_findings(list(done.findings))
    output.heading(f"\n5. sent to the list, through SMTP, into a local sink: {len(done.mails)} mails in {done.maildir}")
    for mail in done.mails[:3]:
        output.line(f"   {', '.join(mail.rcpt_to)}: {mail.subject}")
    output.line(done.tally.identity())
    program = "newsletter"
    if Path(sys.argv[0]).name == program and not shutil.which(program):
        program = str(Path(sys.argv[0]).resolve())
    where = f"{program} -C {done.workspace}"
    output.heading("\nLook, and go on with your own articles:")
    output.line(f"   {where} preview {done.issue.number}          phone and desktop, light and dark, plain text")
    output.line(f"   {where} outbox list")
    output.line(f"   {program} init my-newsletter && cd my-newsletter")
    output.line(f"   {program} add PAGES.txt SAVED.html NOTES.md FEED.xml && {program} issue new --pick --since 400d")
