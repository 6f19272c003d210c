"""The commands over stories, history and search, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli.commands import app
from newsletter.errors import QueryError

TEXT = (
    "Inspectors found cracks in steel cables of the Larnaca harbour bridge, which was closed on Monday. Commuters wait."
)


@pytest.fixture
def run(tmp_path: Path):
    runner = CliRunner()
    assert runner.invoke(app, ["init", str(tmp_path / "news")]).exit_code == 0
    settings = tmp_path / "news" / "newsletter.toml"
    settings.write_text('[newsletter]\nname = "News"\nfrom = "News <news@example.org>"\n')

    def run(*arguments: str):
        found = runner.invoke(app, ["-C", str(tmp_path / "news"), *arguments])
        if found.exception and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    for site in ("post", "herald"):
        file = tmp_path / f"{site}.md"
        file.write_text(
            f"---\ntitle: Bridge closed\nurl: https://{site}.example/1\n---\n\n{TEXT} So the {site} says.\n"
        )
        assert run("add", str(file)).exit_code == 0
    return run


def test_stories_are_listed_split_and_merged(run):
    assert run("stories").stdout.split("\t")[:4] == ["1", "2", "1", "Bridge closed"]
    split = json.loads(run("stories", "split", "2", "--json").stdout)
    assert (split["id"], split["lead"]) == (2, 2)
    assert json.loads(run("stories", "list", "--json").stdout) == []
    assert [pair["other"] for pair in json.loads(run("stories", "twins", "--json").stdout)] == [2]
    assert run("stories", "merge", "1", "2").exit_code == 0
    shown = json.loads(run("stories", "show", "1", "--json").stdout)
    assert [each["id"] for each in shown["articles"]] == [1, 2]
    assert json.loads(run("article", "show", "2", "--json").stdout)["story"] == 1


def test_an_earlier_version_is_shown(run, tmp_path):
    file = tmp_path / "post.md"
    file.write_text(file.read_text().replace("Commuters wait", "Commuters swim"))
    run("add", str(file))
    assert "Commuters wait" in run("article", "show", "1", "--history").stdout
    versions = json.loads(run("article", "show", "1", "--history", "--json").stdout)["versions"]
    assert [version["title"] for version in versions] == ["Bridge closed"]


def test_a_date_is_shown_by_the_clock_it_was_stated_by(run, tmp_path):
    page = tmp_path / "pune.md"
    page.write_text("---\ntitle: Pune\ndate: 2026-11-18T09:30:15+05:30\n---\n\nThe institute published its figures.\n")
    number = json.loads(run("add", str(page), "--json").stdout)["added"][0]
    assert "published: 2026-11-18 09:30 +0530" in run("article", "show", str(number)).stdout
    shown = json.loads(run("article", "show", str(number), "--json").stdout)
    assert shown["published"] == "2026-11-18T04:00:15Z"
    assert (shown["published_local"], shown["modified_local"]) == ("2026-11-18T09:30:15+05:30", None)


def test_search_suggests_and_refuses(run):
    assert "did you mean: cables source:post" in run("articles", "cabels", "source:post").stderr
    assert len(json.loads(run("articles", "cabl*", "--json").stdout)) == 2
    with pytest.raises(QueryError, match="no field is called 'form'"):
        run("articles", "form:x")
