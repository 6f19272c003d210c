"""The commands about summaries and headlines print what an editor needs, and say the price first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli.commands import app
from tests.standin import serve

TEXT = (
    "The simulation group at the Moss Institute moved its inner loop to native code in October. Runs that took 40 "
    "minutes now end after 4 minutes, said Ada Moss, who leads the group. The physics stays in Python."
)
TITLE = "Native code in the loop: why the Moss Institute moved its simulation after years of waiting"


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    """A workspace with one article, in an issue."""
    run(tmp_path, "init")
    (tmp_path / "loop.md").write_text(f"# {TITLE}\n\n{TEXT}\n")
    run(tmp_path, "add", str(tmp_path / "loop.md"))
    run(tmp_path, "issue", "new")
    run(tmp_path, "issue", "add", "1", "1")
    return tmp_path


def run(folder: Path, *arguments: str) -> tuple[str, str]:
    """Standard output and standard error of a command that succeeds."""
    result = CliRunner().invoke(app, ["-C", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_headlines_gives_a_form_for_each_limit(letter: Path) -> None:
    out, _ = run(letter, "issue", "headlines", "1", "1", "--json")
    variants = json.loads(out)["variants"]
    assert [variant["limit"] for variant in variants] == [70, 50, 35]
    assert all(len(variant["text"]) <= variant["limit"] for variant in variants)
    assert "Native code in the loop" in run(letter, "issue", "headlines", "1", "1")[0]


def test_an_extract_costs_nothing_and_has_offsets(letter: Path) -> None:
    assert "nothing is sent" in run(letter, "article", "summarize", "1", "--estimate")[0]
    (found,) = json.loads(run(letter, "article", "summarize", "1", "--json")[0])
    assert found["summary"]["engine"] == "extractive"
    assert TEXT[found["summary"]["sentences"][0]["start"] :].startswith("The simulation group")


def test_a_models_price_is_told_first_and_its_refusal_is_shown(letter: Path) -> None:
    settings = letter / "newsletter.toml"
    with serve() as server:
        server.answer = lambda _: "The Moss Institute spent $9 million."
        table = f'engine = "llm"\n[summaries.llm]\nbase_url = "{server.base_url}"\nmodel = "m"\n'
        settings.write_text(settings.read_text().replace("sentences = 2\n", f"sentences = 2\n{table}", 1))
        out, _ = run(letter, "article", "summarize", "1", "--estimate")
        assert "m: 1 article, about" in out
        assert server.requests == []
        out, told = run(letter, "article", "summarize", "1")
    assert "tokens in" in told
    assert "note: m's summary was refused: the article does not have the number $9 million" in out
    assert "The simulation group at the Moss Institute" in out
