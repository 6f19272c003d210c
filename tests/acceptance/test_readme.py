"""The README's commands, as they stand there, in their order, in a new workspace beside the samples."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.conftest import ROOT, SAMPLES, Program
from tests.servers.postfix import free_port

README = (ROOT / "README.md").read_text("utf-8")
#: When the samples were new: the README's 400 days are counted from here.
WRITTEN = datetime(2026, 11, 20, tzinfo=UTC)
#: What runs until it is stopped, or starts an editor; the rest must end with 0.
STAYS = ("preview 1", "outbox", "run")


def commands() -> Iterator[str]:
    """Each line of "Five minutes" that an editor types, without its comment."""
    section = README.split("\n## Five minutes\n")[1].split("\n## ")[0]
    for line in re.findall(r"^    (\S.*)$", section, re.MULTILINE):
        if line.startswith(("newsletter ", "cd ")):
            yield re.sub(r"\s+#.*", "", line)


def told(program: Program, *args: str) -> str:
    """What a command says that is started as from a shell, with nothing imported yet."""
    command = [sys.executable, "-m", "newsletter", *args]
    run = subprocess.run(
        command, cwd=program.folder, env=program.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_the_commands_of_the_first_five_minutes_do_what_the_readme_says(tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples")
    program = Program(tmp_path)
    sink: subprocess.Popen[bytes] | None = None
    port = free_port()
    days = 400 + (datetime.now(UTC) - WRITTEN).days
    said = {}
    try:
        for line in commands():
            word, *args = shlex.split(line.replace("400d", f"{days}d"))
            if word == "cd":
                program = Program(program.folder / args[0], {"EDITOR": "true", "VISUAL": ""})
                program.set("port = 2525", f"port = {port}")
                program.set("http://127.0.0.1:8025", "https://news.example.org")
            elif line == "newsletter outbox":
                command = [sys.executable, "-m", "newsletter", "outbox"]
                sink = subprocess.Popen(
                    command, cwd=program.folder, env=program.environment(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE
                )
                assert sink.stdout
                assert str(port).encode() in sink.stdout.readline()
            elif " ".join(args) not in STAYS:
                said[line] = told(program, *args)
    finally:
        if sink:
            sink.terminate()
            sink.communicate(timeout=20)
    (sums,) = re.findall(r"^    (audience \d+ = .*)$", README, re.MULTILINE)
    assert sums in said["newsletter send 1 --list weekly --yes"]
    assert said["newsletter issue why 1 3"].startswith("not picked: ")
    for name in ("issue.html", "issue.txt", "issue.eml"):
        assert (program.folder / "out" / name).is_file()
    assert len(said) > 15


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_links_and_pictures_lead_to_files(path: Path) -> None:
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text("utf-8"), flags=re.DOTALL)
    targets = [target for target in re.findall(r"\]\(([^)#\s]+)", prose) if "://" not in target]
    assert [target for target in targets if not (path.parent / target).exists()] == []
