"""The command line says when a language has no words, and what to do about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from newsletter.cli.commands import app


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, arguments)
    return done.exit_code, done.output


def test_init_takes_a_language(tmp_path: Path) -> None:
    code, words = run("init", str(tmp_path), "--language", "de")
    assert code == 0
    assert "no words" not in words
    assert 'language = "de"' in (tmp_path / "newsletter.toml").read_text("utf-8")


def test_init_takes_the_machines_time_zone_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", ":Europe/Berlin")
    _, words = run("init", str(tmp_path), "--language", "de")
    assert "time zone Europe/Berlin (from TZ); newsletter.toml has it" in words
    assert 'timezone = "Europe/Berlin"' in (tmp_path / "newsletter.toml").read_text("utf-8")
    _, found = run("init", str(tmp_path / "other"), "--json")
    assert json.loads(found)["timezone"] == "Europe/Berlin"


def test_init_takes_utc_where_the_machine_names_no_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.app.zone.here", lambda: None)
    _, words = run("init", str(tmp_path))
    assert "time zone UTC (this machine names none)" in words
    assert 'timezone = "UTC"' in (tmp_path / "newsletter.toml").read_text("utf-8")


def test_init_and_check_say_that_a_language_has_no_words(tmp_path: Path) -> None:
    code, words = run("init", str(tmp_path), "--language", "sv")
    assert code == 0
    assert "no words in “sv”" in " ".join(words.split())
    run("-C", str(tmp_path), "issue", "new")
    _, found = run("-C", str(tmp_path), "check", "1", "--json")
    notes = [finding for finding in json.loads(found)["findings"] if finding["id"] == "rendering.language"]
    assert [note["severity"] for note in notes] == ["note"]
    own = tmp_path / "templates" / "email" / "words"
    own.mkdir(parents=True)
    (own / "sv.toml").write_text('unsubscribe = "Avsluta"', "utf-8")
    _, found = run("-C", str(tmp_path), "check", "1", "--json")
    assert "rendering.language" not in found


@pytest.mark.parametrize("tag", ["xx", "klingonisch", ""])
def test_init_refuses_what_is_no_language(tag: str, tmp_path: Path) -> None:
    code, words = run("init", str(tmp_path / "new"), "--language", tag)
    assert code == 2
    assert "language tag" in " ".join(words.split())
    assert not (tmp_path / "new").exists()
