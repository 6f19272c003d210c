"""Taking articles in: what is walked, what is said of what can't be read, and by what an article is known again."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsletter.app import starter
from newsletter.app.library import Library
from newsletter.app.workspace import Workspace

TEXT = "# A lexer in Rust\n\n" + "It reads the same text in a tenth of the time that the loop above it took. " * 4


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    starter.create(tmp_path / "workspace")
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    with Workspace(tmp_path / "workspace") as workspace:
        yield workspace.library


def add(library: Library, *sources: str) -> dict[str, str]:
    """What was rejected, with the reasons."""
    return {refused.source: refused.reason for refused in library.add(sources, stdin=bytes).rejected}


def test_a_name_too_long_for_any_file_is_rejected_like_a_missing_one(library: Library) -> None:
    assert "too long" in add(library, "a" * 300)["a" * 300]


def test_a_folder_without_articles_is_said_to_have_none(library: Library) -> None:
    Path("empty").mkdir()
    Path("empty", "picture.png").write_bytes(b"x")
    assert "no article in this folder" in add(library, "empty")["empty"]


def test_a_folder_s_gzipped_pages_are_read_and_no_other_archives(library: Library) -> None:
    Path("in").mkdir()
    Path("in", "page.MD.gz").write_bytes(gzip.compress(TEXT.encode()))
    Path("in", "all.tar.gz").write_bytes(b"x")
    assert add(library, "in") == {}
    assert [article.title for article in library.export()] == ["A lexer in Rust"]


def test_a_workspace_without_articles_says_what_was_not_read(library: Library, tmp_path: Path) -> None:
    here = tmp_path / "workspace"
    (here / "templates" / "page.md").write_text(TEXT)
    said = add(library, str(here))[str(here)]
    assert said.endswith("too; cache, outbox, subscribers, templates of a workspace are read only where they are named")
    assert add(library, str(here / "templates")) == {}


def test_a_workspace_s_own_folders_and_what_was_rendered_are_no_articles(library: Library, tmp_path: Path) -> None:
    here = tmp_path / "workspace"
    assert (here / "subscribers" / "README.md").is_file()
    (here / "pages" / "templates").mkdir(parents=True)
    (here / "pages" / "templates" / "page.md").write_text(TEXT)
    (here / "pages" / "issue.txt").write_text(
        "A scanner in C\n\n" + "Nobody waits for the build in the morning now. " * 9
    )
    (here / "out").mkdir()
    for name in ("issue.html", "issue.txt", "issue.eml"):
        (here / "out" / name).write_text(f"{name}\n\n" + f"What an editor rendered in {name} is hers already. " * 9)
    assert add(library, str(here)) == {}
    assert {article.title for article in library.export()} == {"A lexer in Rust", "A scanner in C"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read_is_named(library: Library) -> None:
    Path("shut").mkdir(mode=0)
    assert "can't be read" in add(library, "shut")["shut"]


def test_a_link_that_leads_back_to_its_folder_is_not_followed(library: Library) -> None:
    Path("loop").mkdir()
    Path("loop", "again").symlink_to(Path("loop").resolve())
    Path("loop", "page.md").write_text(TEXT)
    assert add(library, "loop") == {}
    assert len(library.export()) == 1


@pytest.mark.parametrize("name", ["e", "i", "file", "a.md"])
def test_a_file_is_the_same_article_from_whatever_folder_it_is_named(
    library: Library, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    Path(name).write_text(TEXT)
    library.add([name], stdin=bytes)
    monkeypatch.chdir(tmp_path)
    Path("in", name).write_text(TEXT + "And one sentence more, which makes another text of it.")
    assert library.add([f"in/{name}"], stdin=bytes).updated == (1,)
    article = library.get(1)
    assert article.key == f"file:{(tmp_path / 'in' / name).resolve()}"
