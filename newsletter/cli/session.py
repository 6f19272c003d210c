"""What every command shares: the workspace it works on, opened when it is first needed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from newsletter.app.workspace import Workspace


@dataclass
class Session:
    """The folder named by -C, and the workspace in or above it."""

    folder: Path = field(default_factory=Path)
    #: Where `outbox` keeps mail, if --maildir says so.
    maildir: Path | None = None
    _workspace: Workspace | None = None

    @property
    def workspace(self) -> Workspace:
        """Opened on first use. Raises WorkspaceError, ConfigError, StoreError."""
        if self._workspace is None:
            from newsletter.app.workspace import open_workspace

            self._workspace = open_workspace(self.folder)
        return self._workspace

    def close(self) -> None:
        if self._workspace is not None:
            self._workspace.close()


def workspace(context: typer.Context) -> Workspace:
    """The workspace of this run."""
    session = context.obj
    assert isinstance(session, Session)  # noqa: S101 (the root callback makes it, for every command)
    return session.workspace


def zone(context: typer.Context) -> ZoneInfo:
    """The newsletter's time zone: times are printed by its clock, but for JSON. Raises ConfigError."""
    return workspace(context).schedule.zone


def folder(context: typer.Context) -> Path:
    """The folder named by -C (default: where the command runs)."""
    session = context.obj
    assert isinstance(session, Session)  # noqa: S101
    return session.folder


def reason(value: str | None) -> str | None:
    """An option's reason, which is kept: a blank one is none."""
    if value is not None and not value.strip():
        raise typer.BadParameter("a reason of at least one word is needed, for it is kept")
    return value


Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Number = Annotated[int, typer.Argument(help="The issue's number.", metavar="N", min=1)]
