"""The whole job on the sample articles, through the same services an editor uses, against a local mail sink."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsletter import config, resources
from newsletter.app import starter
from newsletter.app.draining import Stopper
from newsletter.app.prints import Rendered
from newsletter.app.workspace import Workspace
from newsletter.deliver.outbox import Outbox, OutboxMail, messages
from newsletter.models import AddReport, Finding, Issue, Send, Tally

#: The day the demo plays on: the samples are from the three weeks before.
TODAY = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)
LIST = "weekly"


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo did, for the summary on the screen."""

    workspace: Path
    report: AddReport
    issue: Issue
    files: Rendered
    findings: Sequence[Finding]
    send: Send
    tally: Tally
    maildir: Path
    mails: Sequence[OutboxMail]


def run(keep: Path | None, *, progress: Callable[[int, int, str], None] = lambda *_: None) -> Demo:
    """Make a workspace (in `keep`, or a new temporary folder) and do the job. Raises NewsletterError."""
    folder = keep or Path(tempfile.mkdtemp(prefix="newsletter-demo-"))
    root = starter.create(folder).root
    maildir = root / "outbox"
    with Outbox(maildir) as sink, Workspace(root, clock=lambda: TODAY) as workspace:
        _point_relay_at(root, sink.address[1])
        progress(1, 6, "reading articles")
        report = workspace.library.add([str(resources.folder("samples"))], stdin=bytes)
        progress(2, 6, "picking")
        issue = workspace.desk.new(pick=True, maximum=8, since=timedelta(days=21)).issue
        issue = workspace.desk.save_markdown(issue.number, _with_intro(workspace.desk.markdown(issue.number)))
        progress(3, 6, "rendering")
        files = workspace.press.render(issue.number, root / "out")
        findings = workspace.press.check(issue.number)
        progress(4, 6, "importing subscribers")
        workspace.audience.import_csv(root / "subscribers" / "weekly.csv", LIST)
        progress(5, 6, "sending")
        send = workspace.dispatch.start(issue.number, LIST)
        done = workspace.dispatch.drain(send.id, stop=Stopper(), progress=lambda _: None)
        progress(6, 6, "done")
    return Demo(root, report, issue, files, findings, done.send, done.tally, maildir, messages(maildir))


def _point_relay_at(root: Path, port: int) -> None:
    """Write the sink's port into the workspace's settings, as an editor would."""
    path = root / config.FILE
    path.write_text(path.read_text(encoding="utf-8").replace("port = 2525", f"port = {port}"), encoding="utf-8")


def _with_intro(markdown: str) -> str:
    """The issue's Markdown view with an intro, as an editor would write one."""
    _, front, body = markdown.split("---\n", 2)
    intro = (
        'Good morning {{ subscriber.name | default("reader") }},\n\n'
        "This week is about the layer below: Python on top, native code underneath, and what an order of magnitude "
        "feels like when you are the one who waits.\n"
    )
    return f"---\n{front}---\n\n{intro}\n{body.lstrip()}"
