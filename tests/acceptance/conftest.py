"""A workspace driven as a person drives it: the command, run in a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cache
from pathlib import Path

import pytest

from newsletter.deliver.outbox import Outbox, messages
from tests.forks import Forks

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLES = ROOT / "samples"


@dataclass
class Result:
    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        return json.loads(self.out)


@cache
def forks() -> Forks:
    """The process that runs commands; one for each worker."""
    made = Forks(ROOT)
    atexit.register(made.close)
    return made


@dataclass
class Program:
    """The `newsletter` command in one folder."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)

    def __call__(self, *args: object, stdin: bytes = b"", code: int | None = 0, **env: str) -> Result:
        result = Result(*forks().run([*map(str, args)], self.folder, self.environment(**env), stdin, timeout=100))
        if code is not None:
            assert result.code == code, f"exit {result.code}\n{result.out}\n{result.err}"
        assert "Traceback" not in result.err, result.err
        return result

    def environment(self, **env: str) -> dict[str, str]:
        plain = {key: value for key, value in os.environ.items() if not key.startswith("NEWSLETTER_")}
        return {**plain, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "TZ": "UTC", **self.env, **env}

    def set(self, old: str, new: str) -> None:
        """Change newsletter.toml."""
        path = self.folder / "newsletter.toml"
        text = path.read_text()
        assert old in text, old
        path.write_text(text.replace(old, new))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The command in an empty folder."""
    return Program(tmp_path)


@pytest.fixture
def workspace(program: Program) -> Program:
    """The command in a new workspace."""
    program("init")
    program.set("http://127.0.0.1:8025", "https://news.example.org")
    return program


@dataclass
class Sink:
    maildir: Path
    port: int

    def mails(self) -> list[EmailMessage]:
        """What came, parsed."""
        found = []
        for mail in messages(self.maildir):
            parsed = BytesParser(policy=policy.default).parsebytes(mail.path.read_bytes())
            assert isinstance(parsed, EmailMessage)
            found.append(parsed)
        return found


@pytest.fixture
def sink(workspace: Program, tmp_path: Path) -> Iterator[Sink]:
    """A real SMTP server that the workspace's relay points at."""
    maildir = tmp_path / "sink"
    with Outbox(maildir) as running:
        port = running.address[1]
        workspace.set("port = 2525", f"port = {port}")
        yield Sink(maildir, port)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the sample articles, a picked issue and the example list; copied, never used itself."""
    program = Program(tmp_path_factory.mktemp("prepared"))
    program("init")
    program("add", SAMPLES)
    program("issue", "new", "--pick", "--max", "5", "--since", "9000d")
    program("subscribers", "import", "subscribers/weekly.csv", "--list", "weekly")
    return program.folder


@pytest.fixture
def ready(workspace: Program, sink: Sink, prepared: Path) -> Program:
    """A workspace with the sample articles, a picked issue and the example list."""
    for path in workspace.folder.glob("newsletter.db*"):
        path.unlink()
    for name in ("newsletter.db", "newsletter.db-wal", "newsletter.keys"):
        if (prepared / name).is_file():
            shutil.copy(prepared / name, workspace.folder / name)
    return workspace
