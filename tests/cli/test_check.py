"""`newsletter check` at the command line: findings, mail clients, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from newsletter import resources
from newsletter.app import starter
from newsletter.cli import output
from newsletter.cli.commands import app
from newsletter.cli.press import print_findings
from newsletter.models import Finding


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with starter.create(tmp_path) as workspace:
        workspace.library.add([str(resources.folder("samples") / "wheels-for-everybody.md")], stdin=bytes)
        number = workspace.desk.new(pick=False).issue.number
        workspace.desk.add(number, [1])
    return tmp_path


def check(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["-C", str(folder), "check", "1", "--no-spam", *words])


def test_json_has_findings_and_each_clients_points(folder: Path) -> None:
    result = check(folder, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert {"id", "severity", "where", "message", "mend"} == set(found["findings"][0])
    report = found["clients"]["default"]
    assert report["score"] >= 92
    assert {"client", "name", "share", "score", "losses", "enhancements"} == set(report["clients"][0])


def test_the_points_are_printed_and_the_clients_when_asked_for(folder: Path) -> None:
    assert "mail clients: 99 of 100 points" in check(folder).stdout
    shown = check(folder, "--clients").stdout
    assert "Outlook for Windows (6% of readers)" in shown
    assert "0 without @media" in shown
    assert "Outlook for Windows (6% of readers)" not in check(folder).stdout


def test_approving_says_how_much_was_found(folder: Path) -> None:
    found = check(folder).stdout.strip().splitlines()
    (counted,) = (line for line in found if line.startswith("preflight: 0 errors"))
    approved = CliRunner().invoke(app, ["-C", str(folder), "issue", "approve", "1"])
    assert f"{counted}; `newsletter check 1` says which" in approved.stderr


def test_errors_make_it_exit_with_1(folder: Path) -> None:
    path = folder / "issue.md"
    runner = CliRunner()
    text = runner.invoke(app, ["-C", str(folder), "issue", "show", "1", "--markdown"]).stdout
    path.write_text(text.replace("subject: ", "subject: '' # "), encoding="utf-8")
    saved = runner.invoke(app, ["-C", str(folder), "issue", "edit", "1", "--from", str(path)])
    assert saved.exit_code == 0, saved.output
    result = check(folder)
    assert result.exit_code == 1
    assert "the subject is empty" in result.stdout
    rendered = runner.invoke(app, ["-C", str(folder), "render", "1", "--no-spam", "-o", str(folder)])
    assert rendered.exit_code == 1
    assert (folder / "issue.html").is_file()


@pytest.mark.parametrize("variants", [[], ["--variants"]])
def test_a_rendering_is_checked_too(folder: Path, variants: list[str]) -> None:
    runner = CliRunner()
    command = ["-C", str(folder), "render", "1", "--no-spam", "-o", str(folder), *variants]
    said = runner.invoke(app, command)
    assert said.exit_code == 0, said.output
    assert "preflight: 0 errors, 3 warnings, 1 note; `newsletter check 1` says which" in said.stderr
    assert "preflight" not in said.stdout
    assert (
        json.loads(runner.invoke(app, [*command, "--json"]).stdout)["findings"]
        == json.loads(check(folder, "--no-spam", "--json").stdout)["findings"]
    )


def test_how_to_mend_what_is_wrong_in_several_places_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    mend = "write it down"
    print_findings(
        [
            Finding("links.none", "warning", "article 3", "“A” has no address", mend),
            Finding("links.none", "warning", "article 4", "“B” has no address", mend),
            Finding("content.summary", "warning", "article 3", "the pick has no summary", "write one"),
            Finding("content.summary", "warning", "article 5", "the pick has no summary", "write one"),
        ]
    )
    assert capsys.readouterr().out.splitlines() == [
        "warning article 3: “A” has no address",
        "warning article 4: “B” has no address",
        "        write it down",
        "warning article 3, article 5: the pick has no summary",
        "        write one",
        "preflight: 0 errors, 4 warnings, 0 notes",
    ]


def edited(folder: Path, old: str, new: str) -> Result:
    """What saving issue 1 says after a change in its Markdown view."""
    path = folder / "issue.md"
    text = CliRunner().invoke(app, ["-C", str(folder), "issue", "show", "1", "--markdown"]).stdout
    path.write_text(text.replace(old, new), encoding="utf-8")
    return CliRunner().invoke(app, ["-C", str(folder), "issue", "edit", "1", "--from", str(path)])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("{{ subscriber.nmae }}", "did you mean {{ subscriber.name }}?"),
        ('{{ subscriber.name | defualt("x") }}', "is no merge field"),
    ],
)
def test_a_misspelt_merge_field_is_saved_with_a_warning_and_is_one_finding(folder: Path, typed: str, says: str) -> None:
    saved = edited(folder, "---\n\n", f"---\n\nHello {typed}\n\n")
    assert saved.exit_code == 0
    assert "issue 1 saved" in saved.stdout
    lines = (folder / "issue.md").read_text("utf-8").splitlines()
    assert f"warning: line {lines.index(f'Hello {typed}') + 1}: intro: " in saved.stderr
    assert says in saved.stderr
    assert saved.stderr.count("warning") == 1
    found = check(folder, "--json")
    assert found.exit_code == 1
    errors = [one for one in json.loads(found.stdout)["findings"] if one["severity"] == "error"]
    assert len(errors) == 1
    assert says in errors[0]["message"] + errors[0]["mend"]
    assert "not render" in errors[0]["message"]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("### In brief", "summary of article 1; a section begins with “# In brief”"),
        ("{{ subscriber.name }}", "summary of article 1: “{{ subscriber.name }}” is printed as it stands"),
    ],
)
def test_what_is_mere_text_in_a_summary_is_told_with_its_line(folder: Path, typed: str, says: str) -> None:
    saved = edited(folder, "<!-- outro -->", f"{typed}\n\n<!-- outro -->")
    lines = (folder / "issue.md").read_text("utf-8").splitlines()
    assert saved.exit_code == 0
    assert f"warning: line {lines.index(typed) + 1}: " in saved.stderr
    assert says in saved.stderr


def test_a_misspelt_field_is_told_where_it_stands_in_every_place(folder: Path) -> None:
    typed = "Hi {{ subscriber.nmae }}, {{ subscriber.nmae }}\n\nand { subscriber.name }"
    saved = edited(folder, "<!-- outro -->", f"<!-- note -->\n\n{typed}\n\n<!-- outro -->\n\n{typed}")
    lines = (folder / "issue.md").read_text("utf-8").splitlines()
    first, last = (at for at, line in enumerate(lines, 1) if line.startswith("Hi "))
    told = [said.split(": “")[0] for said in saved.stderr.splitlines()]
    expected = [(first, "note on article 1"), (last, "outro")]
    assert told == [f"warning: line {line + more}: {place}" for line, place in expected for more in (0, 0, 2)]


def test_what_is_no_slip_is_saved_in_silence(folder: Path) -> None:
    saved = edited(
        folder, "---\n\n", '---\n\nHello {{ subscriber.name | default("you") }}, \\{{ this }} is printed.\n\n'
    )
    assert (saved.exit_code, saved.stderr) == (0, "")


def test_a_theme_that_there_is_not_is_told_with_those_that_there_are(folder: Path) -> None:
    (folder / "templates" / "email" / "ours").mkdir(parents=True)
    (folder / "templates" / "email" / "ours" / "issue.mjml.j2").write_text("")
    named = "did you mean digest? built in: digest, links, magazine; your own: ours"
    refused = edited(folder, "subject: ", "theme: digets\nsubject: ")
    assert f"no theme digets; {named}" in str(refused.exception)
    settings = folder / "newsletter.toml"
    settings.write_text(settings.read_text("utf-8").replace('theme = "digest"', 'theme = "digets"'), "utf-8")
    found = json.loads(check(folder, "--json").stdout)["findings"][0]
    assert found["message"].endswith(f"newsletter.toml: there is no theme “digets”; {named}")
    assert found["mend"] == "set theme in newsletter.toml to one of them"


def test_an_issue_whose_own_theme_is_gone_says_where_to_name_another(folder: Path) -> None:
    theme = folder / "templates" / "email" / "ours"
    theme.mkdir(parents=True)
    (theme / "issue.mjml.j2").write_text("")
    assert edited(folder, "subject: ", "theme: ours\nsubject: ").exit_code == 0
    (theme / "issue.mjml.j2").unlink()
    found = json.loads(check(folder, "--json").stdout)["findings"][0]
    assert "issue 1: there is no theme “ours”" in found["message"]
    assert "`newsletter issue edit 1`" in found["mend"]


def test_a_mails_size_is_one_number_wherever_it_is_told(folder: Path) -> None:
    def told(*words: str) -> Result:
        return CliRunner().invoke(app, ["-C", str(folder), "render", "1", "-o", str(folder / "out"), *words])

    whole, variants = json.loads(told("--json").stdout), json.loads(told("--variants", "--json").stdout)
    assert whole["html_bytes"] == variants["variants"][0]["html_bytes"]
    shown = output.size(whole["html_bytes"])
    assert f"HTML {shown} of the 100 KB" in told().stderr
    assert f"\t{shown}\t" in told("--variants").stdout
