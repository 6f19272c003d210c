"""SQLite's write-ahead log is a reason to look at the database's pulse, and no more than that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchfiles import Change

from newsletter.app import starter, watching
from newsletter.app.watching import Watch
from newsletter.models import Issue


def test_a_commit_wakes_at_once_a_template_too_and_the_log_alone_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, templates = str(tmp_path / "newsletter.db-wal"), tmp_path / "templates"
    done: list[str] = []
    with starter.create(tmp_path) as workspace:

        def saved() -> None:
            with workspace.store.begin() as work:
                work.issues.create(Issue(0, "Weekly", "What the loop costs"))

        steps: dict[str, tuple[Callable[[], None], str]] = {
            "begins": (lambda: None, ""),
            "log": (lambda: None, log),
            "commit": (saved, log),
            "log again": (lambda: None, log),
            "template": (lambda: None, str(templates / "footer.mjml.j2")),
            "another file": (lambda: None, str(tmp_path / "notes.txt")),
        }

        def system(
            *_folders: object, watch_filter: Callable[[Change, str], bool], **_options: object
        ) -> Iterator[set[tuple[Change, str]]]:
            for name, (happens, path) in steps.items():
                happens()
                done.append(name)
                yield {(Change.modified, path)} if watch_filter(Change.modified, path) else set()
            ended.append(True)

        woken: list[str] = []
        ended: list[bool] = []
        monkeypatch.setattr(watching, "watch", system)
        watch = Watch(workspace.store, [templates], tmp_path / "newsletter.toml")
        leave = watch.listen(lambda: woken.append(done[-1]))
        thread = watch._thread
        assert thread is not None
        thread.join(10)
        leave()
    assert ended
    assert woken == ["begins", "commit", "template"]
