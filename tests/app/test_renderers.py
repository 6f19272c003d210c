"""The stamp of a theme's folders names what `Path.rglob` finds, whatever lies there."""

from __future__ import annotations

import os
from pathlib import Path

from newsletter import resources
from newsletter.app.renderers import Stamp, stamp


def by_rglob(folders: list[Path]) -> Stamp:
    files = [sorted(path for path in folder.rglob("*") if path.is_file()) for folder in folders]
    found = [(str(path), path.stat()) for each in files for path in each]
    return tuple((path, status.st_mtime_ns, status.st_size) for path, status in found)


def test_it_names_every_file_of_the_programs_own_themes() -> None:
    folders = [resources.folder("templates") / "email"]
    assert sorted(stamp(folders)) == sorted(by_rglob(folders)) != []


def test_links_pipes_and_folders_that_are_not_there_are_taken_as_rglob_takes_them(tmp_path: Path) -> None:
    theme, elsewhere = tmp_path / "theme", tmp_path / "elsewhere"
    for folder in (theme / "a" / "b", theme / "empty", elsewhere):
        folder.mkdir(parents=True)
    (elsewhere / "file.j2").write_text("elsewhere", "utf-8")
    (theme / "a" / "b" / "é ü.j2").write_text("deep", "utf-8")
    (theme / "a.j2").write_text("a", "utf-8")
    (theme / "linked.j2").symlink_to(elsewhere / "file.j2")
    (theme / "folder").symlink_to(elsewhere)
    (theme / "round").symlink_to(theme)
    (theme / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(theme / "pipe")
    folders = [theme, tmp_path / "not there", elsewhere, elsewhere / "file.j2"]
    assert sorted(stamp(folders)) == sorted(by_rglob(folders))
    assert [Path(path).name for path, _, _ in stamp([theme])] == ["a.j2", "é ü.j2", "linked.j2"]


def test_it_differs_once_a_file_is_added_written_or_removed(tmp_path: Path) -> None:
    seen = [stamp([tmp_path])]
    file = tmp_path / "shared" / "footer.mjml.j2"
    file.parent.mkdir()
    for text in ("one", "longer"):
        file.write_text(text, "utf-8")
        seen.append(stamp([tmp_path]))
    file.unlink()
    assert len(set(seen)) == len(seen) == 3
    assert stamp([tmp_path]) == seen[0]
