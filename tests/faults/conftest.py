"""One process that forks, one server that counts, and a workspace on each database."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.faults.children import Zygote
from tests.faults.counting import Counting
from tests.faults.post import Post

#: People on the list: a first window, a middle and a last one.
AUDIENCE = 120


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    if sys.platform != "linux":
        pytest.skip("a killed process is known dead on Linux only (procfs); elsewhere its lease has to end")
    with Zygote() as running:
        yield running


@pytest.fixture(scope="session")
def counting() -> Iterator[Counting]:
    with Counting() as server:
        yield server


@pytest.fixture(scope="module")
def post(
    tmp_path_factory: pytest.TempPathFactory, sqlite_databases: Databases, zygote: Zygote, counting: Counting
) -> Iterator[Post]:
    """On SQLite, with AUDIENCE people."""
    made = Post.make(tmp_path_factory.mktemp("post"), sqlite_databases.ready(), zygote, counting)
    made.enrol(AUDIENCE)
    with made.workspace:
        yield made


@pytest.fixture(scope="module")
def postgres_post(
    tmp_path_factory: pytest.TempPathFactory, postgres_databases: Databases, zygote: Zygote, counting: Counting
) -> Iterator[Post]:
    """The same on PostgreSQL."""
    made = Post.make(tmp_path_factory.mktemp("post"), postgres_databases.ready(), zygote, counting)
    made.enrol(AUDIENCE)
    with made.workspace:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def either_post(request: pytest.FixtureRequest) -> Post:
    found: Post = request.getfixturevalue("post" if request.param == "sqlite" else "postgres_post")
    return found
