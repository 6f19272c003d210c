"""The picker at the command line: what is printed for people, and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from newsletter import resources
from newsletter.app import starter
from newsletter.cli.commands import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path) as workspace:
        workspace.library.add([str(resources.folder("samples"))], stdin=bytes)
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), *words])


def read(folder: Path, *words: str) -> Any:
    result = run(folder, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_topics_list_what_they_catch(folder: Path) -> None:
    shown = run(folder, "topics", "--since", "9999d", "--max", "1").stdout
    assert "rust · weight 1 · " in shown
    assert "more\n" in shown
    found = read(folder, "topics", "--since", "9999d")
    assert [topic["name"] for topic in found["topics"]] == ["rust", "python"]
    best = found["topics"][0]["caught"][0]
    assert set(best) == {"article", "title", "score"}
    assert 0.5 < best["score"] <= 1
    assert (found["learned"], found["printed"], found["window_days"]) == ({}, 0, 9999)
    assert "nothing learned yet: 0 articles printed, and learning begins with 12" in shown


def test_replace_offers_and_puts_and_veto_takes_out(folder: Path) -> None:
    issue = read(folder, "issue", "new", "--pick", "--since", "9999d", "--max", "3")
    first = issue["sections"][0]["picks"][0]["article"]
    assert issue["asked"]["words"] == []
    offers = read(folder, "issue", "pick", "1", "--replace", str(first), "--offer")
    assert len(offers) == 3
    assert offers[0]["why"]["terms"]["score"] > 0
    replaced = read(folder, "issue", "pick", "1", "--replace", str(first))
    assert replaced["sections"][0]["picks"][0]["article"] == offers[0]["article"]
    vetoed = read(folder, "issue", "veto", "1", str(offers[0]["article"]))
    assert vetoed["vetoed"] == [first, offers[0]["article"]]
    assert "--off` lets it in again" in run(folder, "issue", "why", "1", str(first)).stdout


def test_an_article_that_is_in_already_is_refused_with_what_to_do(folder: Path) -> None:
    read(folder, "issue", "new")
    added = read(folder, "issue", "add", "1", "3", "5", "3", "--section", "Tools")
    assert [pick["article"] for pick in added["sections"][0]["picks"]] == [3, 5]
    refused = str(run(folder, "issue", "add", "1", "7", "5").exception)
    assert "article 5 is in issue 1 already, at 2 of Tools" in refused
    for command in ("move 1 5 --to POSITION", "pin 1 5", "show 1"):
        assert f"`newsletter issue {command}`" in refused
    assert len(read(folder, "issue", "show", "1")["sections"][0]["picks"]) == 2


def test_left_out_articles_have_a_kind_and_a_reason(folder: Path) -> None:
    issue = read(folder, "issue", "new", "--pick", "--since", "9999d", "--max", "3")
    assert {left["kind"] for left in issue["left_out"]} >= {"rank", "story"}
    assert all(left["reason"] for left in issue["left_out"])


def test_what_an_issue_was_picked_with_is_shown_kept_and_reset(folder: Path) -> None:
    asked = ["--since", "9999d", "--word", "parser"]
    first = run(folder, "issue", "new", "--pick", *asked, "--max", "2")
    line = "picked:    from the last 9999 days · at most 2 · preferring 'parser'"
    assert line in first.stdout
    assert "`newsletter issue pick 1 --reset`" in first.stderr
    assert line in run(folder, "issue", "show", "1").stdout
    again = run(folder, "issue", "pick", "1", "--max", "4")
    assert line.replace("2", "4") in again.stdout
    reset = read(folder, "issue", "pick", "1", "--reset", "--since", "9000d")["asked"]
    assert (reset["maximum"], reset["words"], reset["since"]) == (None, [], 9000 * 86400)
    assert "picked:    from the last 9000 days\n" in run(folder, "issue", "show", "1").stdout


def test_articles_that_another_open_issue_has_are_named_with_what_to_do(folder: Path) -> None:
    run(folder, "issue", "new")
    run(folder, "issue", "add", "1", "3", "5")
    assert "too: who gets both" not in run(folder, "issue", "show", "1").stderr
    run(folder, "issue", "new")
    for words in (["add", "2", "3", "5"], ["show", "2"], ["pin", "2", "3"]):
        said = run(folder, "issue", *words).stderr
        assert "articles 3, 5 are in issue 1, a draft, too" in said
        assert "`newsletter issue pick 2 --replace ARTICLE`" in said
    run(folder, "issue", "drop", "2", "3")
    assert "article 5 is in issue 1, a draft, too" in run(folder, "issue", "show", "2").stderr


@pytest.mark.parametrize("wrong", [["--offer"], ["--replace", "1", "--max", "3"], ["--replace", "1", "--reset"]])
def test_options_that_contradict_each_other_are_refused(folder: Path, wrong: list[str]) -> None:
    assert run(folder, "issue", "pick", "1", *wrong).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("pick", "1", "--replace", "{}"),
        ("pick", "1", "--replace", "{}", "--offer"),
        ("pin", "1", "{}", "--off"),
        ("move", "1", "{}", "--to", "1"),
        ("headlines", "1", "{}"),
    ],
)
def test_an_article_that_is_not_in_the_issue_is_told_from_one_that_there_is_not(
    folder: Path, words: tuple[str, ...]
) -> None:
    run(folder, "issue", "new")
    run(folder, "issue", "add", "1", "3", "2")
    other = run(folder, "issue", *(word.format(5) for word in words)).exception
    assert str(other) == "article 5 is not in issue 1, which has 3, 2; `newsletter issue add 1 5` adds it"
    none = run(folder, "issue", *(word.format(999) for word in words)).exception
    assert str(none).startswith("no article 999; ")


def test_who_drops_what_is_not_in_the_issue_is_not_told_to_add_it(folder: Path) -> None:
    run(folder, "issue", "new")
    run(folder, "issue", "add", "1", "3", "2")
    assert str(run(folder, "issue", "drop", "1", "3", "5").exception) == "article 5 is not in issue 1, which has 3, 2"
    assert "article 3" in run(folder, "issue", "show", "1").stdout
    assert str(run(folder, "issue", "drop", "1", "999").exception).startswith("no article 999; ")


def test_an_article_is_not_moved_to_where_there_is_no_place(folder: Path) -> None:
    run(folder, "issue", "new")
    run(folder, "issue", "add", "1", "3", "2")
    for wrong, said in (
        (("--to", "99"), "article 3 can't be moved to 99: its section has 2 articles; say --to 1 to 2"),
        (("--to", "2", "--section", "New"), "can't be moved to 2: New has 1 article with this one; say --to 1"),
    ):
        result = run(folder, "issue", "move", "1", "3", *wrong)
        assert result.exit_code != 0
        assert said in str(result.exception)
    run(folder, "issue", "move", "1", "3", "--to", "2")
    shown = run(folder, "issue", "show", "1").stdout
    assert shown.index("article 2") < shown.index("article 3")
