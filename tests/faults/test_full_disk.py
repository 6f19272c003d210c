"""No room left in the middle of a send: a clear error, nobody lost, nobody twice, and it goes on once there is room."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.children import ROOT, Ended
from tests.faults.conftest import AUDIENCE
from tests.faults.points import Plan
from tests.faults.post import WINDOW, Post

FULL = "the disk is full (or a quota reached); make room and try again, everything saved before is kept"

#: Names the folder that is a small disk.
DISK = "FAULTS_DISK"

#: How a process gets mounts of its own without being root: here 32 MB in memory.
_SMALL_DISK = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")


def emptied(post: Post) -> Path:
    """The database's file, with nothing left in its log."""
    file = Path(post.workspace.database_url.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return file


def ran_out(post: Post, send: int, ended: Ended, words: str) -> None:
    """It ended with that error; what it had recorded is kept, and with room the send goes on to its end."""
    assert ended.code == 1
    assert ended.error
    assert words in ended.error
    post.hold(send, AUDIENCE)
    assert post.workspace.dispatch.status(send)[1].accepted < AUDIENCE
    assert post.bury(send) <= WINDOW
    post.hold(send, AUDIENCE)
    post.finish(send, AUDIENCE)


@pytest.mark.parametrize("pages", [0, 1])
def test_a_database_that_may_not_grow(post: Post, pages: int) -> None:
    """SQLite's own limit: what fails is a statement."""
    send = post.send()
    ran_out(post, send, post.run(send, Plan(pages=pages)), FULL)


@pytest.mark.parametrize("kilobytes", [5, 30, 60])
def test_a_file_that_may_not_grow(post: Post, kilobytes: int) -> None:
    """A limit on the size of files (RLIMIT_FSIZE): the log can't be written, and the commit fails."""
    send = post.send()
    emptied(post)
    ended = post.run(send, Plan(file_size=kilobytes * 1024))
    ran_out(post, send, ended, "failed on the disk; check the disk")


def test_on_a_disk_of_its_own(tmp_path: Path) -> None:
    """`on_small_disk` is run within such a disk."""
    mount = f"mount -t tmpfs -o size=32m tmpfs {tmp_path}"
    if not shutil.which("unshare") or subprocess.run([*_SMALL_DISK, mount], check=False).returncode:
        pytest.skip("this machine gives no file system of one's own to who is not root (unshare --user --mount)")
    test = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests/faults/on_small_disk.py"]
    command = [*_SMALL_DISK, f'{mount} && exec "$0" "$@"', *test]
    environment = os.environ | {DISK: str(tmp_path)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
