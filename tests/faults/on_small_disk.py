"""What is run on a file system of its own by `test_full_disk`: $FAULTS_DISK is a folder with room for 32 MB."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.children import Zygote
from tests.faults.conftest import AUDIENCE
from tests.faults.counting import Counting
from tests.faults.post import Post
from tests.faults.test_full_disk import DISK, FULL, emptied, ran_out


@pytest.mark.parametrize("kilobytes", [0, 20, 60])
def test_a_disk_that_is_full(
    tmp_path: Path, sqlite_databases: Databases, zygote: Zygote, counting: Counting, kilobytes: int
) -> None:
    """A file system without a free block: the kernel says ENOSPC, wherever it is written to."""
    disk = Path(os.environ[DISK])
    file = disk / f"{kilobytes}.db"
    shutil.copyfile(sqlite_databases.ready().removeprefix("sqlite:///"), file)
    post = Post.make(tmp_path, f"sqlite:///{file}", zygote, counting)
    with post.workspace:
        post.enrol(AUDIENCE)
        send = post.send()
        emptied(post)
        ballast = disk / "ballast"
        room = os.statvfs(disk)
        ballast.write_bytes(bytes(room.f_bavail * room.f_frsize - kilobytes * 1024))
        ended = post.run(send)
        ballast.unlink()
        ran_out(post, send, ended, FULL)
